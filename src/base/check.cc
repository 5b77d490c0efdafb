#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ballcone {
void fail_check(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "ballcone: %s:%d: expected %s\n", file, line, condition);
  std::abort();
}
}  // namespace ballcone
