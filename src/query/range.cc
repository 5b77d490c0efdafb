#include "query/range.h"

#include <fmt/format.h>

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
TimeRange last_steps(Grain grain, int64_t count, int64_t now_us) {
  const int64_t step = step_of(grain, now_us);
  return {start_of_step_us(grain, step - count + 1), start_of_step_us(grain, step + 1)};
}

std::optional<int64_t> parse_count(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > kStepsMax) return std::nullopt;
  return value;
}

// "30 minutes"
std::optional<TimeRange> parse_last(std::string_view text, int64_t now_us) {
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
    if (count && row.unit == unit) return last_steps(row.grain, *count, now_us);
  }
  return std::nullopt;
}

}  // namespace

Result<TimeRange> parse_range(std::string_view text, int64_t now_us) {
  const std::string_view got = trim(text);
  const int64_t today = day_of(now_us);
  const int64_t tomorrow_us = (today + 1) * kDay_us;
  if (got == "today") return TimeRange{today * kDay_us, tomorrow_us};
  if (got == "yesterday") return TimeRange{(today - 1) * kDay_us, today * kDay_us};
  if (got == "month") {
    const int64_t month = step_of(Grain::month, now_us);
    return TimeRange{start_of_step_us(Grain::month, month), tomorrow_us};
  }
  if (got == "year") {
    const int64_t january = step_of(Grain::month, now_us) / 12 * 12;
    return TimeRange{start_of_step_us(Grain::month, january), tomorrow_us};
  }
  if (got == "all") return TimeRange{kBeginning_us, tomorrow_us};
  if (got.ends_with('d')) {
    const auto days = parse_count(got.substr(0, got.size() - 1));
    if (days) return last_steps(Grain::day, *days, now_us);
  }
  if (got.starts_with("last ")) {
    const auto range = parse_last(got.substr(5), now_us);
    if (range) return *range;
  }
  if (parse_day(got)) return parse_range(got, got, now_us);
  return range_failure(text);
}

Result<TimeRange> parse_range(std::string_view from, std::string_view to, int64_t now_us) {
  // A date, or an ISO time; the date as `to` is meant to be included.
  const auto parse_moment = [](std::string_view text, int64_t days_more) -> std::optional<int64_t> {
    if (const auto day = parse_day(text)) return (*day + days_more) * kDay_us;
    return parse_iso8601(text);
  };
  constexpr std::string_view kMoments =
      R"(a date as "2026-11-23" or a time as "2026-11-23T12:00:00Z")";
  TimeRange range{0, (day_of(now_us) + 1) * kDay_us};
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

}  // namespace ballcone
