// Answers of the SQL console as text for other programs.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace ballcone {

// {"columns": [{"name": "n", "type": "BIGINT"}], "rows": [[1]], "elapsed_ms": 0.4, "truncated":
// false} Integers that a double cannot hold exactly (beyond ±(2^53 - 1)) are strings, because
// JavaScript would change them silently; the column's type says what they are. So are NaN and the
// infinities.
std::string table_json(const Table& table);

// RFC 4180: a line of names, CRLF, quotes where they are needed. NULL is nothing, an empty text is
// "". Values are exact: a spreadsheet may take a text that begins with = for a formula.
std::string table_csv(const Table& table);
// Its two parts, for answers that come in pieces.
void append_csv_names(const std::vector<TableColumn>& columns, std::string* out);
void append_csv_rows(const Table& table, std::string* out);

}  // namespace ballcone
