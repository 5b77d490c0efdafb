// Filters as conditions over the rows of some table.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "query/dimensions.h"
#include "query/query.h"
#include "store/store.h"

namespace ballcone {

// A dimension's code or number, in SQL over those rows, and the table that has the texts of codes:
// "h.path", "data.text_path".
struct RowsColumn {
  std::string sql;
  std::string texts;
};
using ColumnSql = std::function<RowsColumn(const Dimension&)>;

// Appends a condition that is true or false, never NULL, and its parameters.
void append_filter(const Filter& filter, const ColumnSql& column, Sql* sql);

// "/blog/*" → "/blog/%", for LIKE … ESCAPE '\'. "50%_off" → "50\%\_off".
std::string like_pattern(std::string_view wildcards);

}  // namespace ballcone
