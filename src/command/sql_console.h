// Read-only questions of a command: to the running server, or where none runs to the file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config.h"
#include "store/store.h"

namespace ballcone {

std::string format_table(const Table& table, const std::string& format);  // table, csv or json

class SqlConsole {
 public:
  explicit SqlConsole(const Config& config) : config_(config) {}

  struct Answer {
    std::string text;           // as format_table() writes it
    bool is_truncated = false;  // these are the first rows
  };
  // The error's position is in bytes of the statement.
  Result<Answer> ask(std::string_view statement, const std::string& format);

 private:
  Result<void> open_file();

  const Config& config_;
  std::unique_ptr<Store> store_;  // null: not opened
};

}  // namespace ballcone
