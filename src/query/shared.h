// What may be asked through a share link: questions about its own service, and nothing that tells
// one person from another. It is enforced here, whatever the page that asks.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "query/parse.h"
#include "store/store.h"

namespace ballcone {

// What a share link knows of who asks.
struct SharedView {
  Store& store;
  std::string service;
  int64_t now_us = 0;
  QueryLimits limits;
  const TimeZones& zones;
};

// False for dimensions whose values are of single persons: address, user_agent, and texts that a
// site or script writes as it likes (query, browser_facts, props as a whole).
bool is_shared(std::string_view dimension);

// As the functions of answer.h and funnel.h of the same names, with the service put in place of the
// one that the request names. Asking for a dimension that is not shared is an error.
Result<std::string> shared_query_json(const SharedView& view, const Parameters& parameters);
Result<std::string> shared_query_json(const SharedView& view, std::string_view body);
Result<std::string> shared_funnel_json(const SharedView& view, std::string_view body);
// The list of services, with this one alone.
Result<std::string> shared_services_json(const SharedView& view);
// reports_json() without dimensions that are not shared, and reports by them.
std::string shared_reports_json(int top_limit);

}  // namespace ballcone
