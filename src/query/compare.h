// A question's second part: the same over the period before, or over the same dates a year earlier.
#pragma once

#include <optional>

#include "query/query.h"
#include "store/store.h"

namespace ballcone {

struct Comparison {
  Query query;
  Table table;  // what the store said to it
};

// The other question: of a ranking, about the values that came first, in any order. Nothing if it
// was not asked for or there is no such period.
std::optional<Comparison> comparison_of(const Query& query, const Table& table);

// Rows of a ranking in the order of the first part's, with zeros and nulls for what was not there.
void line_up(const Query& query, const Table& table, Comparison* other);

// What a metric says where nothing happened: 0 of a sum, else null.
Value nothing_of(const Query& query, const std::string& metric);

}  // namespace ballcone
