// `ballcone privacy check`: which columns could hold what belongs to a person, and what they hold.
#pragma once

#include <string>

#include "base/result.h"
#include "config.h"
#include "store/store.h"

namespace ballcone {

struct PrivacyCommand {
  std::string action;            // check
  std::string format = "table";  // table, csv, json
};

// A row per column: its name, what it may hold, how many distinct values, what they are like, and
// an example. Asks the running server, or else the file.
Result<Table> check_privacy(const Config& config);

int run_privacy(const Config& config, const PrivacyCommand& command);

}  // namespace ballcone
