// Steps of a series as whole numbers, so that SQL groups by an integer and filling is counting:
// local minutes, hours and days since 1970-01-01, weeks since Monday 1970-01-05, months since year
// 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/query.h"

namespace ballcone {

// The step that a moment lies in, by the clocks of the zone. Where clocks are put back, the hour
// that they show twice is one step.
int64_t step_of(Grain grain, int64_t time_us, const TimeZone& zone = {});
// When a step begins. A step that clocks jump over (step_of its start is a later one) has no time.
int64_t start_of_step_us(Grain grain, int64_t step, const TimeZone& zone = {});
// "2026-11-23" for days and coarser; for finer "2026-11-23T12:00:00Z", elsewhere than in UTC with
// the offset: "2026-11-23T12:00:00+01:00".
std::string format_step(Grain grain, int64_t step, const TimeZone& zone = {});

// Steps in SQL. Not for Grain::none.
// Of a TIMESTAMP of local time (local_time_sql).
std::string step_sql(Grain grain, std::string_view local_time);
// Of a local day, a number since 1970-01-01: day, week and month.
std::string step_of_day_sql(Grain grain, std::string_view day);
// A TIMESTAMP of UTC as the local time, right for moments of the range: the time itself in UTC,
// else with an offset, of which there are as many as clocks were changed in the range.
std::string local_time_sql(std::string_view time, const TimeZone& zone, const TimeRange& range);

}  // namespace ballcone
