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

// "" or ".123".
bool is_fraction(std::string_view text) {
  return text.empty() ||
         (text[0] == '.' && text.size() > 1 && std::all_of(text.begin() + 1, text.end(), is_digit));
}

// "12.345" of a unit; nothing if there are more than `digits_max` digits before the point.
std::optional<int64_t> parse_decimal_us(std::string_view text, size_t digits_max, int64_t unit_us) {
  const auto whole = take_digits(text, digits_max);
  if (!whole) return std::nullopt;
  int64_t value_us = *whole * unit_us;
  if (text.empty()) return value_us;
  if (text[0] != '.' || text.size() == 1) return std::nullopt;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return std::nullopt;
    unit_us /= 10;
    value_us += (c - '0') * unit_us;
  }
  return value_us;
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
  return parse_decimal_us(text, 9, kSecond_us);
}
std::optional<int64_t> parse_milliseconds_us(std::string_view text) {
  return parse_decimal_us(text, 12, 1'000);
}
std::optional<int64_t> parse_microseconds_us(std::string_view text) {
  return parse_decimal_us(text, 15, 1);
}
std::optional<int64_t> parse_nanoseconds_us(std::string_view text) {
  const auto value = take_digits(text, 18);
  if (!value || !is_fraction(text)) return std::nullopt;
  return *value / 1'000;
}

std::optional<int64_t> parse_epoch_us(Field field, std::string_view text) {
  switch (field) {
    case Field::time_epoch:
      return parse_decimal_us(text, 10, kSecond_us);
    case Field::time_epoch_ms:
      return parse_decimal_us(text, 13, 1'000);
    case Field::time_epoch_us:
      return parse_decimal_us(text, 16, 1);
    case Field::time_epoch_ns:
      // 19 digits may be more than an int64_t holds.
      if (text.size() < 4 || !std::all_of(text.end() - 3, text.end(), is_digit))
        return std::nullopt;
      return parse_decimal_us(text.substr(0, text.size() - 3), 16, 1);
    default:
      return std::nullopt;
  }
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

namespace {

// RFC 9110, 5.6.2: a token. No method is longer than the WebDAV ones.
bool is_method(std::string_view text) {
  constexpr size_t kMethodSizeMax = 24;
  return !text.empty() && text.size() <= kMethodSizeMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' ||
                  c == '_';
         });
}

int hex_digit(char c) {
  const uint8_t value = kHexValues[static_cast<uint8_t>(c)];
  return value < kNoDigit ? value : -1;
}

// "%41" at `at`: 0x41; -1 if there is no escape.
int escaped_byte(std::string_view text, size_t at) {
  if (text[at] != '%' || at + 2 >= text.size()) return -1;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string_view percent_decoded(std::string_view text, TextMemory* memory) {
  if (text.find('%') == text.npos) return text;
  char* out = memory->next();
  for (size_t i = 0; i < text.size(); ++i) {
    const int byte = escaped_byte(text, i);
    if (byte >= 0) i += 2;
    *out++ = byte < 0 ? text[i] : static_cast<char>(byte);
  }
  const std::string_view plain(memory->next(), static_cast<size_t>(out - memory->next()));
  // Bytes that are no text stay as they were written.
  if (!is_utf8(plain) || plain.find('\0') != plain.npos) return text;
  return memory->commit(plain.size());
}

}  // namespace

RequestLine parse_request_line(std::string_view text) {
  const size_t first = text.find(' ');
  if (first == text.npos || !is_method(text.substr(0, first))) return {};
  RequestLine request{text.substr(0, first), text.substr(first + 1), {}};
  const size_t last = request.uri.rfind(' ');
  if (last != request.uri.npos && request.uri.substr(last + 1).starts_with("HTTP/")) {
    request.protocol = request.uri.substr(last + 1);
    request.uri = request.uri.substr(0, last);
  }
  // Without a protocol it is only a request if it looks like one.
  if (request.uri.empty() || (request.protocol.empty() && request.uri[0] != '/')) return {};
  return request;
}

std::string_view decode_user_agent(std::string_view text, TextMemory* memory) {
  if (text.find("%20") == text.npos && text.find("%2520") == text.npos) {
    if (text.find('+') == text.npos) return percent_decoded(text, memory);
    char* out = memory->next();
    for (size_t i = 0; i < text.size(); ++i) {
      // "++http://…" was " +http://…".
      const bool is_plus = text[i] == '+' && i > 0 && text[i - 1] == '+' && out[-1] == ' ';
      *out++ = text[i] == '+' && !is_plus ? ' ' : text[i];
    }
    return percent_decoded(memory->commit(text.size()), memory);
  }
  return percent_decoded(percent_decoded(text, memory), memory);
}

std::string_view decode_referrer(std::string_view text, TextMemory* memory) {
  if (text.find("%25") == text.npos) return text;
  char* out = memory->next();
  for (size_t i = 0; i < text.size(); ++i) {
    *out++ = text[i];
    if (escaped_byte(text, i) == '%' && i + 4 < text.size() && hex_digit(text[i + 3]) >= 0 &&
        hex_digit(text[i + 4]) >= 0) {
      i += 2;
    }
  }
  return memory->commit(static_cast<size_t>(out - memory->next()));
}

}  // namespace ballcone
