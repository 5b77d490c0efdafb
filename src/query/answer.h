// What the web server calls: a request's text in, an answer's JSON out. Any thread; each call asks
// the store and keeps nothing. Errors name the field that is wrong: "service" is one that the store
// does not have (404), another field is the asker's mistake (400), none is the store's (its message
// says whether time, memory or the disk ran out). Limits bound time, memory and cancelling; the
// number of rows is bounded here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "query/json.h"
#include "query/parse.h"
#include "store/store.h"

namespace ballcone {

// GET /api/v1/reports: what there is to ask for; rankings and tables of `top_limit` rows.
std::string reports_json(int top_limit);

// GET /api/v1/query.
Result<std::string> query_json(Store& store, const Parameters& parameters, int64_t now_us,
                               const QueryLimits& limits = {}, const TimeZones& zones = {});
// POST /api/v1/query: one query, or an array of up to 32 with as many answers, an error object in
// the place of one that failed.
Result<std::string> query_json(Store& store, std::string_view body, int64_t now_us,
                               const QueryLimits& limits = {}, const TimeZones& zones = {});

// GET /api/v1/services: all services with their last `days` days, today included, each service's
// in its own time zone.
Result<std::string> services_json(Store& store, int64_t now_us, int days = 30,
                                  const QueryLimits& limits = {}, const TimeZones& zones = {});

// The Python original's routes, over the last `days` UTC days, today included. Fields are its
// columns; "ip" counts visitors, because addresses at rest are masked.
// /services/{service}/count/{field}
Result<std::string> original_count_json(Store& store, std::string_view service,
                                        std::string_view field, int64_t now_us, int days,
                                        const QueryLimits& limits = {});
// /services/{service}/average/{field}
Result<std::string> original_average_json(Store& store, std::string_view service,
                                          std::string_view field, int64_t now_us, int days,
                                          const QueryLimits& limits = {});
// /services/{service}/count_group/{group}?distinct=ip&ascending=1&limit=5
Result<std::string> original_count_group_json(Store& store, std::string_view service,
                                              std::string_view group, const Parameters& parameters,
                                              int64_t now_us, int days,
                                              const QueryLimits& limits = {});

}  // namespace ballcone
