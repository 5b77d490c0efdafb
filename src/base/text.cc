#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace ballcone {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct Sequence {
  size_t length;  // bytes looked at: the whole character, or the maximal ill-formed part
  bool is_correct;
};

// The character at the front of `bytes` (Unicode Standard, table 3-7).
Sequence first_sequence(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t lead = at(0);
  if (lead < 0x80) return {1, lead != 0};
  if (lead < 0xc2 || lead > 0xf4) return {1, false};
  const size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  for (size_t i = 1; i < length; ++i) {
    if (i >= bytes.size() || at(i) < low || at(i) > high) return {i, false};
    low = 0x80;
    high = 0xbf;
  }
  return {length, true};
}

// How many bytes at the front are ASCII, in steps of eight; what is behind them may be too.
size_t ascii_size(std::string_view bytes) {
  constexpr uint64_t kHigh = 0x8080808080808080;
  size_t size = 0;
  for (uint64_t eight = 0; size + sizeof eight <= bytes.size(); size += sizeof eight) {
    std::memcpy(&eight, bytes.data() + size, sizeof eight);
    if (eight & kHigh) break;
  }
  return size;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  bytes.remove_prefix(ascii_size(bytes));
  while (!bytes.empty()) {
    const auto [length, is_correct] = first_sequence(bytes);
    if (!is_correct && bytes[0] != '\0') return false;
    bytes.remove_prefix(length);
  }
  return true;
}

void append_repaired_utf8(std::string_view bytes, std::string* out) {
  while (!bytes.empty()) {
    const auto [length, is_correct] = first_sequence(bytes);
    if (is_correct) {
      out->append(bytes.substr(0, length));
    } else {
      out->append("\xef\xbf\xbd");
    }
    bytes.remove_prefix(length);
  }
}

void append_percent_decoded(std::string_view text, std::string* out) {
  for (size_t percent = 0; (percent = text.find('%')) != text.npos;) {
    out->append(text.substr(0, percent));
    text.remove_prefix(percent);
    const int high = text.size() > 2 ? hex_value(text[1]) : -1;
    const int low = text.size() > 2 ? hex_value(text[2]) : -1;
    const bool is_escape = high >= 0 && low >= 0;
    out->push_back(is_escape ? static_cast<char>(high * 16 + low) : '%');
    text.remove_prefix(is_escape ? 3 : 1);
  }
  out->append(text);
}

std::string to_lower_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = pattern.npos;  // the last one, and how much of the text it has taken
  size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

size_t edit_distance(std::string_view a, std::string_view b) {
  const std::string x = to_lower_ascii(a);
  const std::string y = to_lower_ascii(b);
  std::vector<size_t> before(y.size() + 1), last(y.size() + 1), row(y.size() + 1);
  for (size_t j = 0; j <= y.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= x.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= y.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x[i - 1] != y[j - 1])});
      const bool is_swap = i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[y.size()];
}

}  // namespace ballcone
