// What a person may do with markers and segments: add, change, remove and list. Used by the routes
// and, where no server runs, by the command.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// {"markers": [{"service": "shop", "time": "2026-11-23T12:00:00Z", "text": "Release 2"}]}; of one
// service, or of all if it is empty.
Result<std::string> markers_json(Store& store, const std::string& service);

// {"action": "add", "service": "shop", "text": "Release 2", "time": "2026-11-23T12:00:00Z"};
// without a time it is now. "remove" takes the same away, "list" lists. Returns the service's
// markers as markers_json() shows them. The error's field names what is wrong.
Result<std::string> change_markers(Store& store, std::string_view json);

// {"segments": [{"service": "shop", "name": "Germany", "filters": [["is", "country", "DE"]]}]}
Result<std::string> segments_json(Store& store, const std::string& service);

// {"action": "add", "service": "shop", "name": "Germany", "filters": [["is", "country", "DE"]]}
// {"action": "remove", "service": "shop", "name": "Germany"}, {"action": "list", "service": "shop"}
Result<std::string> change_segments(Store& store, std::string_view json);

}  // namespace ballcone
