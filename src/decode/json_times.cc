#include "decode/json_times.h"

#include <algorithm>
#include <array>

#include "base/time.h"
#include "decode/values.h"

namespace ballcone {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 1990 to 2100 has 9 or 10 digits in seconds, and three more with each finer unit.
TimeParts read_epoch(std::string_view text) {
  const size_t digits =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  if (digits < text.size() && text[digits] != '.') return {};
  if (digits <= 10) return {Field::time_epoch, text};
  text = text.substr(0, digits);
  if (digits <= 13) return {Field::time_epoch_ms, text};
  if (digits <= 16) return {Field::time_epoch_us, text};
  return {Field::time_epoch_ns, text};
}

bool has_offset(std::string_view time_of_day) {
  return time_of_day.ends_with('Z') || time_of_day.ends_with('z') ||
         time_of_day.find_first_of("+-") != time_of_day.npos;
}

struct Unit {
  std::string_view name;
  int64_t ns;
};
// Ordered so that no name hides a longer one.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00b5s", 1'000},  // micro sign
                                      {"\u03bcs", 1'000},  // Greek mu
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

const Unit* take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

// The number in front, as its digits before and behind the full stop; empty if there is none.
struct Digits {
  std::string_view whole;
  std::string_view fraction;
};
Digits take_digits(std::string_view& text) {
  const auto take = [&text] {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = text.substr(0, static_cast<size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
  };
  Digits digits{take(), {}};
  if (!text.starts_with('.')) return digits;
  text.remove_prefix(1);
  digits.fraction = take();
  return digits;
}

}  // namespace

TimeParts read_any_time(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']') && text.size() > 2) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() < 8 || !is_digit(text[0])) return {};
  if (text[2] == ':') return {Field::time_of_day, text};
  if (text[2] == '/' || text[1] == '/') return {Field::time_clf, text};
  if (text[4] != '-' && text[4] != '/') return read_epoch(text);
  if (text.size() <= 10) return {Field::date, text};
  const std::string_view time_of_day = text.substr(11);
  if (has_offset(time_of_day) && text[4] == '-') return {Field::time_iso, text};
  return {Field::date, text.substr(0, 10), time_of_day};
}

std::string_view time_in_clf_line(std::string_view line) {
  const size_t open = line.find('[');
  if (open == line.npos) return {};
  const size_t close = line.find(']', open);
  return close == line.npos ? std::string_view() : line.substr(open + 1, close - open - 1);
}

std::optional<int64_t> read_duration_us(std::string_view text) {
  constexpr int64_t kYear_ns = 366 * 86'400 * int64_t{1'000'000'000};
  if (!text.empty() && (is_digit(text.back()) || text.back() == '.')) return parse_seconds_us(text);
  int64_t total_ns = 0;
  do {
    const Digits digits = take_digits(text);
    if (digits.whole.empty() && digits.fraction.empty()) return std::nullopt;
    const Unit* unit = take_unit(text);
    if (unit == nullptr) return std::nullopt;
    for (int64_t scale_ns = unit->ns; const char c : digits.fraction) {
      scale_ns /= 10;
      total_ns += (c - '0') * scale_ns;
    }
    int64_t whole = 0;
    for (const char c : digits.whole) {
      whole = whole * 10 + (c - '0');
      if (whole > kYear_ns / unit->ns) return std::nullopt;
    }
    total_ns += whole * unit->ns;
    if (total_ns > kYear_ns) return std::nullopt;
  } while (!text.empty());
  return total_ns / 1000;
}

}  // namespace ballcone
