// Plausible's Stats API v2 (https://plausible.io/docs/stats-api) for what Ballcone knows: its
// request becomes a question of ours, our answer becomes one of its. docs/api.md says what differs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "query/plausible_request.h"
#include "query/query.h"
#include "store/store.h"

namespace ballcone {

// POST /api/v2/query: {"results": [{"dimensions": […], "metrics": […]}], "meta": {…}, "query":
// {…}}. Errors as in answer.h. Any thread.
Result<std::string> plausible_json(Store& store, const TimeZones& zones, std::string_view body,
                                   int64_t now_us, const QueryLimits& limits = {});

// {"error": "…"}: Plausible's errors are a text.
std::string plausible_error_json(const Error& error);

}  // namespace ballcone
