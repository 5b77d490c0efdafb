// Asks the store and shapes its rows.
#pragma once

#include <string>

#include "query/metrics.h"
#include "query/query.h"
#include "query/sql.h"
#include "store/store.h"

namespace ballcone {

// The codes of a service and of what every question needs; an error if there is no such service.
Result<Codes> find_codes(Store& store, const std::string& service, const QueryLimits& limits);

// A question's rows as in sql.h: steps that nothing happened in are filled, and there are no more
// than asked for.
Result<Table> ask(Store& store, const Query& query, const Codes& codes, const QueryLimits& limits);

// What the store said of a metric, as people are told it: microseconds in seconds, shares with six
// digits.
Value shown(const Metric& metric, const Value& value);

// {"query": …, "time_zone": …, "columns": …, "rows": …, "compare": …, "approximate": true,
// "truncated": …, "elapsed_ms": …}
Result<std::string> run_query(Store& store, const Query& query, const Codes& codes,
                              const QueryLimits& limits);

}  // namespace ballcone
