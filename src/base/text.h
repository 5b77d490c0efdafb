// Text as it comes from outside: bytes that should be UTF-8, and often are not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ballcone {

bool is_utf8(std::string_view bytes);
// Every byte that is not part of well-formed UTF-8 becomes U+FFFD (one per maximal ill-formed part,
// as the Unicode Standard recommends); NUL becomes U+FFFD too. Appends to `*out`.
void append_repaired_utf8(std::string_view bytes, std::string* out);
// "%D0%BF a+b" → "п a+b": percent-escapes decoded once, "+" left alone, malformed escapes left as
// they are. The result may be ill-formed UTF-8. Appends to `*out`.
void append_percent_decoded(std::string_view text, std::string* out);
// ASCII only; other bytes stay.
std::string to_lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
// Whether all of `text` is as the pattern has it: * stands for any text, ? for any byte.
bool matches_wildcards(std::string_view pattern, std::string_view text);
// Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`, ignoring ASCII
// case (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b);
// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);

}  // namespace ballcone
