// The formats that most servers write unless told otherwise, read in one pass; inside this room
// only.
#pragma once

#include <optional>
#include <string_view>

#include "decode/format.h"

namespace ballcone {

// What decode_pattern() answers, several times faster where the line is as nearly all are. `layout`
// is the LinePattern of the same format:
//   192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316
std::optional<Drop> decode_common(std::string_view line, const Layout* layout, DecodeMemory& memory,
                                  Hit* hit);
//   … 200 5316 "https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)"
std::optional<Drop> decode_combined(std::string_view line, const Layout* layout,
                                    DecodeMemory& memory, Hit* hit);
// The same with "example.com " or "example.com:443 " in front.
std::optional<Drop> decode_vhost_common(std::string_view line, const Layout* layout,
                                        DecodeMemory& memory, Hit* hit);
std::optional<Drop> decode_vhost_combined(std::string_view line, const Layout* layout,
                                          DecodeMemory& memory, Hit* hit);

}  // namespace ballcone
