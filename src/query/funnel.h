// A funnel: how many visitors did one thing after another. Any thread, as query/answer.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "store/store.h"

namespace ballcone {

constexpr size_t kFunnelStepsMin = 2;
constexpr size_t kFunnelStepsMax = 8;

// POST /api/v1/funnel: {"service": "shop", "range": "30d", "filters": […], "steps":
// [{"path": "/cart"}, {"event": "Order"}, {"goal": "Paid"}]}; range and filters as in questions.
// → {"query": …, "steps": [{"path": "/cart", "visitors": 90, "share": 1, "dropped": 0,
//    "dropped_share": 0}, {"event": "Order", …}, …], "elapsed_ms": 1.5}
// A visitor has done a step if it did so after the steps before it, on the same day; what a log
// gives the same time counts in either order.
Result<std::string> funnel_json(Store& store, std::string_view body, int64_t now_us,
                                const QueryLimits& limits = {}, const TimeZones& zones = {});

}  // namespace ballcone
