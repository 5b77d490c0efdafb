// Query → SQL. Pure: the same question gives the same text. Everything that came from outside is
// bound as a parameter; what is written into the text is ours: names of the schema, numbers, times.
//
// Hits are grouped by codes, and text is joined to the few rows that are left. Where several codes
// may stand for one text (a browser has thousands of User-Agents), each code is first replaced by
// the smallest code with the same text, its *rep*, so that a visitor is counted once per text and
// not once per code.
#pragma once

#include <cstdint>

#include "query/query.h"
#include "store/store.h"

namespace ballcone {

constexpr uint32_t kNoCode = UINT32_MAX;  // no hit has it

// Codes that every question needs, looked up first: as literals they are compared while the table
// is scanned (10 M hits, 2 cores: 22 ms against 35 with subqueries).
struct Codes {
  uint32_t service = kNoCode;
  uint32_t page = kNoCode;  // of the kind "page"
};

// One row: the code of the service or NULL, the code of the kind "page" or NULL.
Sql make_codes_sql(const std::string& service);

// Columns: `step` if there is a grain (see steps.h), the dimensions, the metrics (times in
// microseconds), and with both a grain and dimensions `rank`: the place of the row's values among
// all, from 1. One row more than asked for tells that there are more (with rank: one value more).
Sql make_sql(const Query& query, const Codes& codes);

}  // namespace ballcone
