// Filters as conditions over `data.hits h`.
#pragma once

#include <string_view>

#include "query/query.h"
#include "store/store.h"

namespace ballcone {

// Appends a condition that is true or false, never NULL, and its parameters.
void append_filter(const Filter& filter, Sql* sql);

// "/blog/*" → "/blog/%", for LIKE … ESCAPE '\'. "50%_off" → "50\%\_off".
std::string like_pattern(std::string_view wildcards);

}  // namespace ballcone
