#include "query/range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "base/time.h"
#include "query/names.h"
#include "query/steps.h"

namespace ballcone {
namespace {

constexpr std::string_view kExamples =
    R"("today", "yesterday", "7d", "30d", "month", "year", "all", "last 30 minutes", "2026-11-23" or {"from": "2026-11-01", "to": "2026-11-23"})";

tl::unexpected<Error> range_failure(std::string_view got) {
  return field_failure("range", fmt::format("expected {}, got {}", kExamples, in_quotes(got)));
}

// The last `count` steps, the one of `now_us` included.
// Hours and minutes are counted as they passed, whatever clocks did meanwhile.
TimeRange last_steps(Grain grain, int64_t count, int64_t now_us, const TimeZone& zone) {
  const int64_t step = step_of(grain, now_us, zone);
  if (grain == Grain::hour || grain == Grain::minute) {
    const int64_t length_us = (grain == Grain::hour ? 3'600 : 60) * kSecond_us;
    const int64_t end_us = (step + 1) * length_us - zone.offset_us(now_us);
    return {end_us - count * length_us, end_us};
  }
  return {start_of_step_us(grain, step - count + 1, zone), start_of_step_us(grain, step + 1, zone)};
}

std::optional<int64_t> parse_count(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > kStepsMax) return std::nullopt;
  return value;
}

// "30 minutes"
std::optional<TimeRange> parse_last(std::string_view text, int64_t now_us, const TimeZone& zone) {
  constexpr struct {
    std::string_view unit;
    Grain grain;
  } kUnits[] = {{"minute", Grain::minute},
                {"hour", Grain::hour},
                {"day", Grain::day},
                {"week", Grain::week},
                {"month", Grain::month}};
  const size_t space = text.find(' ');
  // "last hour" is one hour.
  const auto count = space == text.npos ? 1 : parse_count(text.substr(0, space));
  std::string_view unit = space == text.npos ? text : text.substr(space + 1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const auto& row : kUnits) {
    if (count && row.unit == unit) return last_steps(row.grain, *count, now_us, zone);
  }
  return std::nullopt;
}

}  // namespace

Result<TimeRange> parse_range(std::string_view text, int64_t now_us, const TimeZone& zone) {
  const std::string_view got = trim(text);
  const int64_t today = zone.day_of(now_us);
  const auto days = [&](int64_t first, int64_t last) {
    return TimeRange{zone.start_of_day_us(first), zone.start_of_day_us(last + 1)};
  };
  if (got == "today") return days(today, today);
  if (got == "yesterday") return days(today - 1, today - 1);
  if (got == "month" || got == "year") {
    const int64_t month = step_of(Grain::month, now_us, zone);
    const int64_t first = got == "year" ? month / 12 * 12 : month;
    return TimeRange{start_of_step_us(Grain::month, first, zone), days(today, today).to_us};
  }
  if (got == "all") return days(zone.day_of(kBeginning_us), today);
  if (got.ends_with('d')) {
    const auto count = parse_count(got.substr(0, got.size() - 1));
    if (count) return days(today - *count + 1, today);
  }
  if (got.starts_with("last ")) {
    const auto range = parse_last(got.substr(5), now_us, zone);
    if (range) return *range;
  }
  if (parse_day(got)) return parse_range(got, got, now_us, zone);
  return range_failure(text);
}

Result<TimeRange> parse_range(std::string_view from, std::string_view to, int64_t now_us,
                              const TimeZone& zone) {
  // A date, or an ISO time; the date as `to` is meant to be included.
  const auto parse_moment = [&](std::string_view text,
                                int64_t days_more) -> std::optional<int64_t> {
    if (const auto day = parse_day(text)) return zone.start_of_day_us(*day + days_more);
    return parse_iso8601(text);
  };
  constexpr std::string_view kMoments =
      R"(a date as "2026-11-23" or a time as "2026-11-23T12:00:00Z")";
  TimeRange range{0, zone.start_of_day_us(zone.day_of(now_us) + 1)};
  const auto from_us = parse_moment(from, 0);
  if (!from_us) {
    return field_failure("range",
                         fmt::format("expected from to be {}, got {}", kMoments, in_quotes(from)));
  }
  range.from_us = *from_us;
  if (!to.empty()) {
    const auto to_us = parse_moment(to, 1);
    if (!to_us) {
      return field_failure("range",
                           fmt::format("expected to to be {}, got {}", kMoments, in_quotes(to)));
    }
    range.to_us = *to_us;
  }
  if (range.from_us >= range.to_us) {
    return field_failure("range",
                         fmt::format("expected from before to, got {} and {}", in_quotes(from),
                                     in_quotes(to.empty() ? "today" : to)));
  }
  return range;
}

namespace {

// 29 February is 28 February a year earlier.
int64_t year_before(int64_t day) {
  const std::string text = format_day(day);
  const int64_t year = std::stoll(text.substr(0, 4)) - 1;
  const int month = std::stoi(text.substr(5, 2));
  const int day_of_month = std::stoi(text.substr(8, 2));
  return days_of_civil(year, month, day_of_month) -
         (month == 2 && day_of_month == 29 && !is_civil_date(year, 2, 29) ? 1 : 0);
}

}  // namespace

TimeRange compared_range(Compare compare, const TimeRange& range, int64_t now_us,
                         const TimeZone& zone) {
  if (range.from_us <= kBeginning_us) return {range.from_us, range.from_us};
  const int64_t first = zone.day_of(range.from_us);
  const int64_t after_last = zone.day_of(range.to_us - 1) + 1;
  const bool has_days = zone.start_of_day_us(first) == range.from_us &&
                        (after_last - first > 1 || zone.start_of_day_us(after_last) == range.to_us);
  const int64_t end_us = now_us <= range.from_us ? range.to_us : std::min(range.to_us, now_us);
  if (compare == Compare::previous && !has_days) {
    const int64_t length_us = range.to_us - range.from_us;
    return {range.from_us - length_us, end_us - length_us};
  }
  const auto other_day = [&](int64_t day) {
    return compare == Compare::year ? year_before(day) : day - (after_last - first);
  };
  // A moment's clock time on another day.
  const auto moved = [&](int64_t time_us) {
    const int64_t day = zone.day_of(time_us);
    const int64_t other = other_day(day);
    if (time_us == zone.start_of_day_us(day)) return zone.start_of_day_us(other);
    return zone.utc_us(time_us + zone.offset_us(time_us) + (other - day) * kDay_us);
  };
  // The end of a day is that of the day's own counterpart: 28 February 2025 is not compared with
  // two days of 2024.
  const auto moved_end = [&](int64_t time_us) {
    const int64_t day = zone.day_of(time_us);
    if (time_us != zone.start_of_day_us(day)) return moved(time_us);
    return zone.start_of_day_us(other_day(day - 1) + 1);
  };
  TimeRange other{moved(range.from_us), moved_end(end_us)};
  other.to_us = std::max(other.to_us, other.from_us);
  return other;
}

}  // namespace ballcone
