// Which bytes of which input a batch's rows came from: what makes importing exact and repeatable.
#pragma once

#include <cstdint>
#include <vector>

namespace ballcone {

// Of an input's content: decompressed, from its first byte.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
  bool operator==(const Range&) const = default;
};

// Lines that are done with: stored, or dropped and counted. Committed in the transaction of their
// rows.
struct Piece {
  uint32_t import = 0;  // as Store::begin_import() gave it
  uint32_t input = 0;   // as Store::open_input() gave it
  Range bytes;
  uint64_t lines = 0;
  uint64_t stored = 0;
};

}  // namespace ballcone
