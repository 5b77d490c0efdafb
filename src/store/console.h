// One statement that a person typed: checked, then run where it can only read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "store/engine.h"
#include "store/store.h"

namespace ballcone {

// What the console may call, and what no one may be called there. Read from the engine when it is
// wanted for the first time: that takes 40 ms, a third of opening a database.
class ConsoleNames {
 public:
  struct Names {
    std::set<std::string, std::less<>> functions;
    std::set<std::string, std::less<>> system_views;
  };
  // Any thread. Lives as long as this.
  Result<const Names*> read(Connection& connection);

 private:
  std::mutex mutex_;
  std::optional<Names> names_;
};

// What is done with the statement once it may run, within a transaction that can only read. Called
// a second time if the first one fails because a view has too few columns.
using Ask = std::function<Result<Table>(Connection& connection, const std::string& statement)>;

// `services`: name → code, of those that have a view.
Result<Table> run_console(Connection& connection, const std::string& statement, ConsoleNames& names,
                          const std::map<std::string, int64_t>& services, const Ask& ask);

}  // namespace ballcone
