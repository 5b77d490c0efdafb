// Filters in the words of the views that the console sees: literals instead of parameters, since
// the statement is for a person to read, change and run. What came from outside is quoted.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "query/dimensions.h"
#include "query/query.h"

namespace ballcone {

// it's → 'it''s'; a NUL, which no statement may hold, becomes chr(0).
std::string sql_literal(std::string_view text);

// `column`: the expression that has a dimension's value in the rows that are asked.
std::string console_filter(const Filter& filter,
                           const std::function<std::string(const Dimension&)>& column);

}  // namespace ballcone
