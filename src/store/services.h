// The table data.services: what a person has said of services, through whatever store there is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hit/services.h"
#include "store/store.h"

namespace ballcone {

// By name.
Result<std::vector<ServiceSettings>> read_services(Store& store);
// In place of one of that name.
Result<void> write_service(Store& store, const ServiceSettings& service);
// False if there was none. Its hits stay.
Result<bool> remove_service(Store& store, const std::string& name);

// The hosts that at least one in a hundred of a service's hits of the last week has, by service: a
// client can write any host into a log, but not often enough.
struct ServiceHost {
  std::string service, host;
};
Result<std::vector<ServiceHost>> read_log_hosts(Store& store, int64_t now_us);
// The low halves of the newest request_ids of hits that servers sent.
Result<std::vector<uint64_t>> read_server_ids(Store& store, size_t ids_max);

}  // namespace ballcone
