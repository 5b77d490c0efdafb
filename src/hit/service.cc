#include "hit/service.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "hit/word_ranges.h"

namespace ballcone {
namespace {

// The range of a sorted table that holds `c`; null if there is none.
template <class Range, size_t size>
const Range* find_range(const Range (&table)[size], uint32_t c) {
  const auto* found =
      std::upper_bound(table, table + size, c,
                       [](uint32_t value, const Range& range) { return value < range.first; });
  return found != table && c <= std::prev(found)->last ? std::prev(found) : nullptr;
}

uint32_t to_lower(uint32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  const LowerRange* range = find_range(kLowerRanges, c);
  if (range == nullptr || (c - range->first) % range->step != 0) return c;
  return c + static_cast<uint32_t>(range->delta);
}

bool may_stand_in_name(uint32_t c) {
  if (c >= 0x80) return find_range(kWordRanges, c) != nullptr;
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// Takes the character at the front of well-formed UTF-8.
uint32_t take_character(std::string_view& text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  uint32_t c = length == 1 ? lead : lead & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  text.remove_prefix(length);
  return c;
}

void append_character(uint32_t c, std::string* out) {
  const auto append = [&](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) return append(c);
  if (c < 0x800) {
    append(0xc0 | c >> 6);
  } else {
    if (c < 0x10000) {
      append(0xe0 | c >> 12);
    } else {
      append(0xf0 | c >> 18);
      append(0x80 | (c >> 12 & 0x3f));
    }
    append(0x80 | (c >> 6 & 0x3f));
  }
  append(0x80 | (c & 0x3f));
}

}  // namespace

std::optional<std::string> service_name(std::string_view text) {
  text = trim(text);
  if (!is_utf8(text)) return std::nullopt;
  std::string name;
  size_t count = 0;
  while (!text.empty()) {
    const uint32_t c = to_lower(take_character(text));
    if (++count > kServiceCharactersMax || !may_stand_in_name(c)) return std::nullopt;
    append_character(c, &name);
  }
  // ".", ".." would be folders in a URL's path.
  if (name.find_first_not_of('.') == name.npos) return std::nullopt;
  return name;
}

}  // namespace ballcone
