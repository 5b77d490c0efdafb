// The command line: which command, with which settings.
#pragma once

#include <string>

#include "command/goal.h"
#include "command/import.h"
#include "command/marker.h"
#include "command/privacy.h"
#include "command/service.h"
#include "command/share.h"
#include "config.h"

namespace ballcone {

enum class Command { serve, import, service, goal, marker, share, sql, privacy, password };

struct SqlOptions {
  std::string statement;
  std::string format = "table";  // table, csv, json
};

struct CommandLine {
  Command command = Command::serve;
  Config config;
  SqlOptions sql;
  ImportCommand import;
  ServiceCommand service;
  GoalCommand goal;
  MarkerCommand marker;
  ShareCommand share;
  PrivacyCommand privacy;
  std::string config_text;  // every setting with its value, as a --config file holds them
  bool prints_config = false;
  int exit_code =
      -1;  // not -1: help, version or an error was printed, and the program ends with this code
};

// Exit codes: 0 fine, 1 it did not work, 2 the command line or the --config file is wrong; `import`
// has more, see command/import.h.
CommandLine parse_command_line(int argc, const char* const* argv);

// What may not be combined, such as listening for everyone without a password; empty if all is
// well.
std::string find_conflict(const Config& config);

}  // namespace ballcone
