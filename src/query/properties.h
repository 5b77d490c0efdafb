// Names of properties as values: a question by `property` asks what there is to ask of as
// event:props:NAME. A question per name, because one action may have several.
#pragma once

#include <functional>

#include "query/query.h"
#include "query/sql.h"
#include "store/store.h"

namespace ballcone {

constexpr size_t kPropertyNamesMax = 50;  // of one answer, those that most actions have

bool asks_for_properties(const Query& query);
// An error for what a question by property cannot be: a filter, a series, in another order than
// that of a metric.
Result<void> check_properties(const Query& query);

// Columns: a name. The commonest of the question's actions, by name.
Sql make_property_names_sql(const Query& query, const Codes& codes);
// `names`: the answer to that. `ask` answers a question that is not by property.
Result<Table> rank_properties(const Query& query, const Table& names,
                              const std::function<Result<Table>(const Query&)>& ask);

}  // namespace ballcone
