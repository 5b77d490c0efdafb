// What a person may do with goals: add, change, remove and list. Used by the route and, where no
// server runs, by the command.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// {"goals": [{"service": "shop", "name": "Order", "event": "Order"}, {…, "path": "/thanks*"}]};
// of one service, or of all if it is empty.
Result<std::string> goals_json(Store& store, const std::string& service);

// {"action": "add", "service": "shop", "name": "Order", "event": "Order"} or with "path":
// "/thanks*"
// {"action": "remove", "service": "shop", "name": "Order"}
// {"action": "list", "service": "shop"}
// Returns the service's goals as goals_json() shows them. The error's field names what is wrong.
Result<std::string> change_goals(Store& store, std::string_view json);

}  // namespace ballcone
