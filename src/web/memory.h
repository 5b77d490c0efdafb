#pragma once

#include <cstdint>

namespace ballcone {

// What of the program is in memory; 0 where the system does not say.
uint64_t resident_bytes();

}  // namespace ballcone
