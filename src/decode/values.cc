#include "decode/values.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"

namespace ballcone {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes 1 to `digits_max` digits; nothing if there are none or more.
std::optional<int64_t> take_digits(std::string_view& text, size_t digits_max) {
  int64_t value = 0;
  size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (i == digits_max) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  if (i == 0) return std::nullopt;
  text.remove_prefix(i);
  return value;
}

// What no hex digit stands for; the upper bits stay visible when values are or-ed together.
constexpr uint8_t kNoDigit = 0xf0;

constexpr std::array<uint8_t, 256> make_hex_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (uint8_t i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<uint8_t>(10 + i);
  return values;
}
constexpr auto kHexValues = make_hex_values();

// 16 hex digits. A table without branches: the digits are random, and guessing each branch wrong
// took a fifth of the whole decoding.
uint64_t hex16(const char* digits, uint8_t* all) {
  uint64_t value = 0;
  for (int i = 0; i < 16; ++i) {
    const uint8_t digit = kHexValues[static_cast<uint8_t>(digits[i])];
    *all |= digit;
    value = value << 4 | (digit & 0xf);
  }
  return value;
}

}  // namespace

std::optional<int64_t> parse_count(std::string_view text) {
  const auto value = take_digits(text, 18);
  return text.empty() ? value : std::nullopt;
}

std::optional<int64_t> parse_seconds_us(std::string_view text) {
  const auto seconds = take_digits(text, 9);
  if (!seconds) return std::nullopt;
  if (text.empty()) return *seconds * kSecond_us;
  if (text[0] != '.' || text.size() == 1) return std::nullopt;
  int64_t fraction_us = 0;
  int64_t unit_us = kSecond_us / 10;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return std::nullopt;
    fraction_us += (c - '0') * unit_us;
    unit_us /= 10;
  }
  return *seconds * kSecond_us + fraction_us;
}

std::optional<int64_t> parse_upstream_us(std::string_view text) {
  constexpr std::string_view kBetween = ", :";
  constexpr int64_t kTotalMax_us = 1'000'000'000 * kSecond_us;
  int64_t total_us = kAbsent<int64_t>;
  while (true) {
    const size_t size = std::min(text.find_first_of(kBetween), text.size());
    if (const std::string_view part = text.substr(0, size); part != "-") {
      const auto part_us = parse_seconds_us(part);
      if (!part_us) return std::nullopt;
      total_us = *part_us + (total_us == kAbsent<int64_t> ? 0 : total_us);
      if (total_us >= kTotalMax_us) return std::nullopt;
    }
    if (size == text.size()) return total_us;
    text.remove_prefix(std::min(text.find_first_not_of(kBetween, size), text.size()));
  }
}

std::optional<int64_t> parse_range_start(std::string_view text) {
  constexpr std::string_view kUnit = "bytes=";
  if (!equal_ignoring_case(text.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  text = trim(text.substr(kUnit.size()));
  text = trim(text.substr(0, text.find(',')));
  if (text.starts_with('-')) {
    const auto count = parse_count(text.substr(1));
    return count && *count > 0 ? std::optional(-*count) : std::nullopt;
  }
  const auto first = take_digits(text, 18);
  if (!first || !text.starts_with('-')) return std::nullopt;
  if (text == "-") return first;
  const auto last = parse_count(text.substr(1));
  return last && *last >= *first ? first : std::nullopt;
}

std::optional<RequestId> parse_request_id(std::string_view text) {
  std::array<char, 32> digits;
  if (text.size() == 36) {
    char* out = digits.data();
    for (size_t i = 0; i < text.size(); ++i) {
      const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (is_dash != (text[i] == '-')) return std::nullopt;
      if (!is_dash) *out++ = text[i];
    }
  } else if (text.size() == digits.size()) {
    std::copy(text.begin(), text.end(), digits.begin());
  } else {
    return std::nullopt;
  }
  uint8_t all = 0;
  const RequestId id{hex16(digits.data(), &all), hex16(digits.data() + 16, &all)};
  return all < kNoDigit ? std::optional(id) : std::nullopt;
}

}  // namespace ballcone
