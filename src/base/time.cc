#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>

namespace ballcone {
namespace {

// Reads exactly `digits` digits and moves on; -1 if there are not that many.
int take_number(std::string_view& text, size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// "2026-11-23" at the front of `text`.
std::optional<int64_t> take_day(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take(text, '-')) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 1 || month > 12 || !take(text, '-')) return std::nullopt;
  const int day = take_number(text, 2);
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  return days_of_civil(year, month, day);
}

// ".123456789" at the front, any number of digits; what is finer than a microsecond is cut.
std::optional<int64_t> take_fraction_us(std::string_view& text) {
  if (!take(text, '.') && !take(text, ',')) return 0;
  int64_t value = 0;
  int64_t scale = kSecond_us;
  size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (scale == 1) continue;
    scale /= 10;
    value += (text[digits] - '0') * scale;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

// "12:00:00" or "12:00:00.123" at the front.
std::optional<int64_t> take_time_of_day(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  const auto fraction_us = take_fraction_us(text);
  if (!fraction_us) return std::nullopt;
  return (hour * 3600 + minute * 60 + (second == 60 ? 59 : second)) * kSecond_us + *fraction_us;
}

}  // namespace

std::string format_day(int64_t day) {
  const int64_t shifted = day + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_of_year = (5 * day_of_year + 2) / 153;
  const int64_t month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9;
  return fmt::format("{:04}-{:02}-{:02}", year_of_era + era * 400 + (month <= 2), month,
                     day_of_year - (153 * month_of_year + 2) / 5 + 1);
}

std::string format_time(int64_t time_us) {
  const int64_t day = day_of(time_us);
  const int64_t rest_us = time_us - day * kDay_us;
  const int64_t seconds = rest_us / kSecond_us;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_day(day), seconds / 3600,
                                 seconds / 60 % 60, seconds % 60);
  if (rest_us % kSecond_us != 0) text += fmt::format(".{:06}", rest_us % kSecond_us);
  return text + "Z";
}

std::optional<int64_t> parse_day(std::string_view text) {
  const auto day = take_day(text);
  return day && text.empty() ? day : std::nullopt;
}

std::optional<int64_t> parse_utc_offset_us(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool is_negative = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const int hours = take_number(text, 2);
  if (hours < 0 || hours > 23) return std::nullopt;
  take(text, ':');
  const int minutes = text.empty() ? 0 : take_number(text, 2);
  if (minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  const int64_t offset_us = (hours * 3600 + minutes * 60) * kSecond_us;
  return is_negative ? -offset_us : offset_us;
}

std::optional<int64_t> parse_iso8601(std::string_view text) {
  const auto day = take_day(text);
  const auto time_us = day ? parse_iso8601_time(text) : std::nullopt;
  if (!time_us) return std::nullopt;
  return *day * kDay_us + *time_us;
}

std::optional<int64_t> parse_iso8601_time(std::string_view text) {
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto time_us = take_time_of_day(text);
  const auto offset_us = parse_utc_offset_us(text);
  if (!time_us || !offset_us) return std::nullopt;
  return *time_us - *offset_us;
}

std::optional<int64_t> parse_clf_time(std::string_view text) {
  const int day = take_number(text, 2);
  if (!take(text, '/')) return std::nullopt;
  const int month = month_of_name(text.substr(0, 3));
  text.remove_prefix(std::min<size_t>(text.size(), 3));
  if (!take(text, '/')) return std::nullopt;
  const int year = take_number(text, 4);
  if (!take(text, ':') || !is_civil_date(year, month, day)) return std::nullopt;
  const auto time_us = take_time_of_day(text);
  if (!time_us) return std::nullopt;
  int64_t offset_us = 0;
  if (!text.empty()) {
    take(text, ' ');
    const auto offset = parse_utc_offset_us(text);
    if (!offset) return std::nullopt;
    offset_us = *offset;
  }
  return days_of_civil(year, month, day) * kDay_us + *time_us - offset_us;
}

std::optional<int64_t> parse_time_of_day(std::string_view text) {
  const auto time_us = take_time_of_day(text);
  return text.empty() ? time_us : std::nullopt;
}

int month_of_name(std::string_view text) {
  constexpr std::string_view kNames = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (text.size() != 3) return 0;
  for (size_t i = 0; i < kNames.size(); i += 3) {
    // Letters differ in this bit alone between cases; what else it makes equal is no letter's pair.
    const auto is_same = [&](size_t at) { return (text[at] | 0x20) == kNames[i + at]; };
    if (is_same(0) && is_same(1) && is_same(2)) return static_cast<int>(i / 3) + 1;
  }
  return 0;
}

bool is_civil_date(int64_t year, int month, int day) {
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 &&
         day <= days_in_month(static_cast<int>(year), month);
}

}  // namespace ballcone
