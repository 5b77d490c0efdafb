// A stream of bytes: a file, a pipe, what comes out of a decompressor, a file that grows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace ballcone {

struct Got {
  size_t bytes = 0;
  bool is_end = false;  // nothing more; neither bytes nor end: nothing at the moment
};

// One thread at a time. Errors are told as what is wrong with the file, for its name to stand
// before: "is cut off: …".
class Bytes {
 public:
  virtual ~Bytes() = default;
  // Reads at most `size` (not 0) bytes to `to`; waits `wait_ms` at most for the first. Where it
  // failed or ended once, it does so again (but a growing file may go on after an end).
  virtual Result<Got> read(char* to, size_t size, int wait_ms) = 0;
  // Leaves out the next `bytes` without reading them; false: it must be read.
  virtual bool skip(uint64_t bytes) = 0;
};

}  // namespace ballcone
