// JSON that nginx writes with the log formats of hit/nginx_format.h, original and extended. Apart
// from json_keyed.h since a server reads this all day: a table of keys takes 1.4 times as long, and
// none of its guesses is wanted.
#pragma once

#include <optional>
#include <string_view>

#include "decode/format.h"

namespace ballcone {

// One decoder understands both formats, any order of fields, and fields it does not know.
//   {"service": "example", "ip": "192.0.2.7", "host": "example.com", "path": "/a?b",
//    "status": "200", "referrer": "", "user_agent": "curl/8", "length": 142,
//    "generation_time_milli": 0.003, "date": "2026-11-23T13:20:33+00:00"}
// "generation_time_milli" holds seconds. Numbers may be in quotes or not; "", "-" and null are
// absent; of a key that comes twice the last counts. What cannot be kept is absent, and the hit is
// then marked as repaired: bytes that are not UTF-8, numbers that are none, escapes that are none.
// A line that a relay cut is kept up to its last whole field if it has a date; of path,
// referrer and user_agent what is there is kept too.
// Drops: empty, truncated, malformed, no_time, bad_time. Needs no layout.
std::optional<Drop> decode_ballcone_json(std::string_view line, const Layout* layout,
                                         DecodeMemory& memory, Hit* hit);

// The same answer without the fast tokenizer, several times slower: to test one against the other.
std::optional<Drop> decode_ballcone_json_slowly(std::string_view line, const Layout* layout,
                                                DecodeMemory& memory, Hit* hit);

}  // namespace ballcone
