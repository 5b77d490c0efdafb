// Civil time without the C library's locale and time zone state: proleptic Gregorian, UTC,
// microseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ballcone {

constexpr int64_t kSecond_us = 1'000'000;
constexpr int64_t kDay_us = 86'400 * kSecond_us;

// Days since 1970-01-01 of a civil date (Howard Hinnant's algorithm, public domain).
constexpr int64_t days_of_civil(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = year - era * 400;
  const auto day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const auto day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

// The UTC day a moment lies in, in days since 1970-01-01; right before 1970 too.
constexpr int64_t day_of(int64_t time_us) {
  return time_us >= 0 ? time_us / kDay_us : (time_us + 1) / kDay_us - 1;
}

// "2026-11-23"
std::string format_day(int64_t day);
// "2026-11-23T12:00:00Z", with ".123456" before the Z only where there are microseconds.
std::string format_time(int64_t time_us);
// "2026-11-23" → days since 1970-01-01; nothing else, and only dates that exist.
std::optional<int64_t> parse_day(std::string_view text);
// ISO 8601 as nginx's $time_iso8601 and relatives write it: "2026-11-23T12:00:00+01:00",
// "…12:00:00.123Z", "… 12:00:00Z" (space for T). The offset must be there. A leap second counts as
// the second before it. Pure; any thread.
std::optional<int64_t> parse_iso8601(std::string_view text);
// What of it stands behind the date, since that day began in UTC: "T12:00:00+01:00".
std::optional<int64_t> parse_iso8601_time(std::string_view text);
// The time of the common log format: "23/Nov/2026:12:00:00 +0100", perhaps with a fraction behind
// the second. Without an offset it is UTC. Pure; any thread.
std::optional<int64_t> parse_clf_time(std::string_view text);
// "12:00:00" or "12:00:00.123", since the day began.
std::optional<int64_t> parse_time_of_day(std::string_view text);
// "Nov" → 11; 0 if it is no English month of three letters, in any case.
int month_of_name(std::string_view text);
// "+0100", "+01:00", "+01" or "Z".
std::optional<int64_t> parse_utc_offset_us(std::string_view text);
// False for 30 February.
bool is_civil_date(int64_t year, int month, int day);

}  // namespace ballcone
