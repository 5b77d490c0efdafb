// `ballcone marker`: moments that explain what comes after them, such as a release.
#pragma once

#include <string>

#include "config.h"

namespace ballcone {

struct MarkerCommand {
  std::string action;  // add, list, remove
  std::string service;
  std::string text;
  std::string time;  // ISO 8601; empty: now
};

// Through the server that has the database open, or else by opening it. Returns the exit code.
int run_marker(const Config& config, const MarkerCommand& command);

}  // namespace ballcone
