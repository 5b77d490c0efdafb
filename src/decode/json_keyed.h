// JSON lines of which a table tells which key means what; inside this room only.
#pragma once

#include <optional>
#include <string_view>

#include "decode/format.h"
#include "decode/json_table.h"

namespace ballcone {

// `layout` is a JsonTable. Numbers may be in quotes or not; "", "-" and null are absent; of a key
// that comes twice the last counts. What cannot be kept is absent, and the hit is then marked as
// repaired. A line that was cut is kept up to its last whole field if it has a time and a URI; of
// URI, referrer and User-Agent what is there is kept too.
// Drops: empty, comment, truncated, malformed (also JSON without a key for what was requested, if
// the table has one), no_time, bad_time.
std::optional<Drop> decode_keyed_json(std::string_view line, const Layout* layout,
                                      DecodeMemory& memory, Hit* hit);
// The same answer without the fast tokenizer: to test one against the other.
std::optional<Drop> decode_keyed_json_slowly(std::string_view line, const Layout* layout,
                                             DecodeMemory& memory, Hit* hit);

}  // namespace ballcone
