// The clock, read only at the edges (source, pipeline, web, command); everything inside is told the
// time.
#pragma once

#include <chrono>
#include <cstdint>

namespace ballcone {

// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
inline int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Nanoseconds of a clock that never goes back; for durations.
inline int64_t monotonic_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace ballcone
