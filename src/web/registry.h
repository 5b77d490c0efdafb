// What a person may do with services: add, change, remove, list, and give them new keys. Used by
// the route and, where no server runs, by the command.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// {"services": [{"name": "blog", "hosts": ["blog.example"], "time_zone": "", "key": "…",
//   "server_key": "…", "switches": "ip=none"}]}
Result<std::string> services_json(Store& store);

// {"action": "add", "name": "blog", "hosts": ["blog.example"], "time_zone": "Europe/Berlin",
//  "switches": ["ip=none"]}: makes it, or changes what is named of one that is there.
// {"action": "set", …}: the same, but hosts and switches are those alone that are given.
// {"action": "remove", "name": "blog"}
// {"action": "key", "name": "blog", "server": true}: a new key in place of the old one.
// {"action": "list"}: as services_json().
// Returns the service (or null) as services_json() shows it. The error's field names what is wrong.
Result<std::string> change_services(Store& store, std::string_view json);

}  // namespace ballcone
