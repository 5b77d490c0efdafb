// Ranges of time as people write them. Pure; UTC; weeks begin on Monday.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "query/query.h"

namespace ballcone {

// "today", "yesterday", "7d" (today and the six days before), "month" and "year" (the calendar's,
// up to the end of today), "all", "2026-11-23" (that day), "last 30 minutes" (whole minutes, the
// current one is the last; also hours, days, weeks, months).
Result<TimeRange> parse_range(std::string_view text, int64_t now_us);
// Dates are whole days, `to` included; ISO times are moments, `to` excluded. `to` empty: the end of
// today.
Result<TimeRange> parse_range(std::string_view from, std::string_view to, int64_t now_us);

}  // namespace ballcone
