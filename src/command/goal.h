// `ballcone goal`: what the visitors of a service are wanted to do.
#pragma once

#include <string>

#include "config.h"

namespace ballcone {

struct GoalCommand {
  std::string action;  // add, list, remove
  std::string service;
  std::string name;
  std::string event;
  std::string path;
};

// Through the server that has the database open, or else by opening it. Returns the exit code.
int run_goal(const Config& config, const GoalCommand& command);

}  // namespace ballcone
