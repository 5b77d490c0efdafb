// Ranges of time as people write them. Pure; in the time zone given; weeks begin on
// Monday.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "query/query.h"

namespace ballcone {

// "today", "yesterday", "7d" (today and the six days before), "month" and "year" (the calendar's,
// up to the end of today), "all", "2026-11-23" (that day), "last 30 minutes" (whole minutes, the
// current one is the last; also hours, days, weeks, months).
Result<TimeRange> parse_range(std::string_view text, int64_t now_us, const TimeZone& zone = {});
// Dates are whole days, `to` included; ISO times are moments, `to` excluded. `to` empty: the end of
// today.
Result<TimeRange> parse_range(std::string_view from, std::string_view to, int64_t now_us,
                              const TimeZone& zone = {});

// What a question is compared with: the period before, of as many days (or as long, where it does
// not begin with a day), or the same dates a year earlier. Of a range that is not over, as much of
// the other one as has gone by of it. Empty (from = to) for "all", which has no before.
TimeRange compared_range(Compare compare, const TimeRange& range, int64_t now_us,
                         const TimeZone& zone);

}  // namespace ballcone
