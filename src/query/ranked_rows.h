// The answers to several questions, one under the other, as the answer to one: in its order, and
// the part of it that was asked for.
#pragma once

#include "query/query.h"
#include "store/store.h"

namespace ballcone {

// By the metric of the question's order, which comes after the dimensions; equals stay as they are,
// and null is last.
void sort_by_metric(const Query& query, Table* table);
// The rows between offset and limit; tells whether there are more.
void cut_rows(const Query& query, Table* table);

}  // namespace ballcone
