// One part of a plan as a SELECT: `step` if the question has a grain, `k0`, `k1` for what it is
// asked by, and the part's measures (for times: `bucket` and `n`).
//
// A key is the code of a text that has no attributes (a path is looked up when the first rows are
// known), else the text itself: thousands of User-Agents are one browser, so rows are grouped by
// codes first and by texts then.
#pragma once

#include "query/plan.h"
#include "query/sql.h"

namespace ballcone {

void append_part(const Query& query, const Codes& codes, const Part& part, Sql* sql);

// Whether the key of a dimension is a code of data.text_….
bool is_code_key(std::string_view dimension);

}  // namespace ballcone
