#include "decode/values.h"

#include <algorithm>

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

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
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
  const bool is_uuid = text.size() == 36;
  if (!is_uuid && text.size() != 32) return std::nullopt;
  RequestId id{0, 0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_uuid && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    id.high = id.high << 4 | id.low >> 60;
    id.low = id.low << 4 | static_cast<uint64_t>(value);
  }
  return id;
}

}  // namespace ballcone
