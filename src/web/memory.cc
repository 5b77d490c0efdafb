#include "web/memory.h"

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace ballcone {

// The second number of /proc/self/statm: resident pages.
uint64_t resident_bytes() {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                   std::fclose);
  unsigned long long all = 0, resident = 0;
  if (!file || std::fscanf(file.get(), "%llu %llu", &all, &resident) != 2) return 0;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace ballcone
