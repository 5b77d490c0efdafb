// `ballcone share`: links by which others look at one service.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config.h"

namespace ballcone {

struct ShareCommand {
  std::string action;  // add, list, remove
  std::string what;    // add, list: the service; remove: the id
  std::string name;
  std::string until;               // "30d", "2026-12-31"
  std::vector<std::string> embed;  // origins
  bool has_password = false;       // read from standard input
};

// Through the server that has the database open, or else by opening it. Returns the exit code.
int run_share(const Config& config, const ShareCommand& command);

}  // namespace ballcone
