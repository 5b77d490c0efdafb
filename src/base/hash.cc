#include "base/hash.h"

#include <sys/random.h>

#include "base/check.h"

namespace ballcone {

uint64_t run_seed() {
  static const uint64_t seed = [] {
    uint64_t bytes = 0;
    CHECK(getrandom(&bytes, sizeof bytes, 0) == sizeof bytes);
    return bytes;
  }();
  return seed;
}

}  // namespace ballcone
