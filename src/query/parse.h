// Query ⇄ JSON, and Query ← the parameters of a URL. Pure; any thread. What is wrong comes back as
// an Error that names the field, says what would have been right and suggests the nearest name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/query.h"

namespace ballcone {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // decoded

// {"service": "example", "range": "7d", "metrics": ["visitors"], "by": ["path"]}; docs/api.md has
// the whole grammar. {"report": "pages", …} starts from that report's query, and every other field
// replaces the report's. `now_us` is what relative ranges are relative to.
// Ranges are in the time zone of the service.
Result<Query> parse_query(std::string_view json, int64_t now_us, const TimeZones& zones = {});
// service=example&range=7d&metrics=visitors,page_views&by=path&filters=[["is","status","404"]]
Result<Query> parse_query(const Parameters& parameters, int64_t now_us,
                          const TimeZones& zones = {});

struct QueryList {
  std::vector<Result<Query>> queries;  // a wrong one does not spoil the others
  bool is_array = false;               // whether it was one query or an array of them
};
Result<QueryList> parse_queries(std::string_view json, int64_t now_us, const TimeZones& zones = {});

// Every field, defaults included; parse_query gives the same Query again.
std::string to_json(const Query& query);

}  // namespace ballcone
