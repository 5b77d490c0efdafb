// How each service does at this moment: what the cards of the first page say beside their days.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "store/store.h"

namespace ballcone {

// The last two are as shown, and null where nothing was asked of the service today.
struct ServiceNow {
  int64_t live_visitors = 0;
  int64_t visitors_yesterday = 0;  // up to this time of that day
  Value error_rate;
  Value generation_time_p95;
};

// By name; "today" is of each service's own time zone: three questions for each zone there is, not
// for each service. A service of which there is nothing to say is left out.
Result<std::map<std::string, ServiceNow>> services_now(Store& store,
                                                       const std::vector<std::string>& services,
                                                       int64_t now_us, const QueryLimits& limits,
                                                       const TimeZones& zones);

}  // namespace ballcone
