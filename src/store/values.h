// What DuckDB's vectors hold, as Values.
#pragma once

#include <duckdb.h>

#include <string>

#include "store/store.h"

namespace ballcone {

// Whether read_value() can read the type; the others are cast to VARCHAR by the engine first.
bool is_read_directly(duckdb_type type);
// `row` of a vector of a directly read type; NULL is monostate.
Value read_value(duckdb_vector vector, duckdb_logical_type type, idx_t row);
// SQL's name: BIGINT, DECIMAL(18,3), VARCHAR[], STRUCT(a BIGINT), …
std::string type_name(duckdb_logical_type type);

}  // namespace ballcone
