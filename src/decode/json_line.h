// What every decoder of JSON lines does around its own work; inside this room only.
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"
#include "decode/memory.h"
#include "hit/drop.h"

namespace ballcone {

// Nothing but white space.
bool is_blank_json(std::string_view line);
// `line` with what is not UTF-8 replaced, in memory that may be read beyond.
std::string_view repaired_json(std::string_view line, DecodeMemory& memory);

// Tries `walk(line, is_repaired, &drop)` on the tokens of the line, which says false where it is
// not plain JSON; `scan(line, is_repaired)` then does what can be done.
template <class Walk, class Scan>
std::optional<Drop> decode_json_line(std::string_view line, DecodeMemory& memory, Walk walk,
                                     Scan scan) {
  for (bool is_repaired = false;; is_repaired = true) {
    std::optional<Drop> drop;
    if (walk(line, is_repaired, &drop)) return drop;
    if (is_blank_json(line)) {
      memory.mismatch = {};
      return Drop::empty;
    }
    // Only now, since nearly every line is UTF-8 and the tokenizer has seen that.
    if (is_repaired || is_utf8(line)) return scan(line, is_repaired);
    line = repaired_json(line, memory);
  }
}

// The same without walk().
template <class Scan>
std::optional<Drop> scan_json_line(std::string_view line, DecodeMemory& memory, Scan scan) {
  const auto walk = [](std::string_view, bool, std::optional<Drop>*) { return false; };
  return decode_json_line(line, memory, walk, scan);
}

}  // namespace ballcone
