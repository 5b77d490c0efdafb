// The table data.goals: what a person wants the visitors of a service to do.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// Either of the two.
struct Goal {
  std::string service;
  std::string name;   // "Order"; one per service
  std::string event;  // of custom events: their name
  std::string path;   // of page views: "/thanks", or with wildcards "/blog/*"

  bool operator==(const Goal&) const = default;
};

// Of one service, or of all if it is empty; by service and name.
Result<std::vector<Goal>> read_goals(Store& store, const std::string& service,
                                     const QueryLimits& limits = {});
// In place of the service's one of that name.
Result<void> write_goal(Store& store, const Goal& goal);
// False if there was none.
Result<bool> remove_goal(Store& store, const std::string& service, const std::string& name);

}  // namespace ballcone
