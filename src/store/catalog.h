// What the console can read, for those who write a question: views, columns with types and what
// they mean, functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/console.h"
#include "store/engine.h"
#include "store/store.h"

namespace ballcone {

// What a column of a view means; "" if that is not known. `view`: one of view_names(), or "" for
// a view of a service.
std::string column_doc(std::string_view view, std::string_view column);

// Columns and types are the engine's own words. Fills `schema`; the table says nothing.
Result<Table> read_schema(Connection& connection, ConsoleNames& names,
                          const std::map<std::string, int64_t>& services, ConsoleSchema* schema);

}  // namespace ballcone
