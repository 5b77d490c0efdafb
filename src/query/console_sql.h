// A question as a statement for the console: over the views that people see, readable, with the
// same numbers as the answer. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/query.h"
#include "store/goals.h"

namespace ballcone {

// Empty where the views cannot be asked so in a statement that someone would like to read: with
// assets, values of `by` over time, or people by what only requests say of their origin. Steps of a
// series in which nothing happened have no row. Percentiles are exact, times are seconds.
std::optional<std::string> console_sql(const Query& query);
// Of a question that names goals, which the views do not know. `goals`: all of its service.
std::optional<std::string> console_sql(const Query& query, const std::vector<Goal>& goals);

}  // namespace ballcone
