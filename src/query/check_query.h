// Whether a question that is well formed has an answer. Pure; any thread.
#pragma once

#include "base/result.h"
#include "query/query.h"

namespace ballcone {

// The error names the field that does not fit the others, and says what would.
Result<void> check_query(const Query& query);

}  // namespace ballcone
