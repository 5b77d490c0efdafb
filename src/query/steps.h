// Steps of a series as whole numbers, so that SQL groups by an integer and filling is counting:
// minutes, hours and days since 1970-01-01, weeks since Monday 1970-01-05, months since year 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/query.h"

namespace ballcone {

// The step that a moment lies in.
int64_t step_of(Grain grain, int64_t time_us);
// When a step begins.
int64_t start_of_step_us(Grain grain, int64_t step);
// "2026-11-23" for days and coarser, "2026-11-23T12:00:00Z" for finer.
std::string format_step(Grain grain, int64_t step);
// The same as step_of, in SQL over a TIMESTAMP. Not for Grain::none.
std::string step_sql(Grain grain, std::string_view time);

}  // namespace ballcone
