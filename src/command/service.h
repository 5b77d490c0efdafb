// `ballcone service`: which services scripts and pixels may count for.
#pragma once

#include <string>
#include <vector>

#include "config.h"

namespace ballcone {

struct ServiceCommand {
  std::string action;  // add, list, remove, key
  std::string name;
  std::vector<std::string> hosts;
  std::vector<std::string> switches;  // "ip=none"
  std::string time_zone;
  bool is_server_key = false;
};

// Through the server that has the database open, or else by opening it. Returns the exit code.
int run_service(const Config& config, const ServiceCommand& command);

}  // namespace ballcone
