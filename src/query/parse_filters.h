// Filters ⇄ JSON.
#pragma once

#include <vector>

#include "query/parse_json.h"
#include "query/query.h"

namespace ballcone {

// [["is", "path", "/"], ["or", […]]]
Result<std::vector<Filter>> read_filters(const Json& json);
Json filter_json(const Filter& filter);
std::vector<std::string_view> dimension_names();

}  // namespace ballcone
