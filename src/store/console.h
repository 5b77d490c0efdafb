// One statement that a person typed: checked, then run where it can only read.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "store/engine.h"
#include "store/store.h"

namespace ballcone {

// What the console may call, and what no one may be called there.
struct ConsoleNames {
  std::set<std::string, std::less<>> functions;
  std::set<std::string, std::less<>> system_views;
};

Result<ConsoleNames> read_console_names(Connection& connection);

// `services`: name → code, of those that have a view.
Result<Table> run_console(Connection& connection, const std::string& statement,
                          const ConsoleNames& names, const std::map<std::string, int64_t>& services,
                          const TableLimits& limits);

}  // namespace ballcone
