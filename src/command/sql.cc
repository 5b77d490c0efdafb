#include "command/sql.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <iterator>

#include "command/server_file.h"
#include "command/table_text.h"
#include "store/store.h"
#include "web/client.h"
#include "web/console.h"

namespace ballcone {
namespace {

constexpr QueryLimits kLimits{.time_us = 600'000'000, .rows = 10'000'000, .bytes = size_t{1} << 30};

int print_failure(const Error& error, std::string_view statement) {
  std::cerr << "ballcone sql: " << error.message << "\n";
  if (error.position >= 0 && static_cast<size_t>(error.position) <= statement.size()) {
    const size_t line_begin = statement.rfind('\n', error.position) + 1;
    const size_t line_end = std::min(statement.find('\n', error.position), statement.size());
    std::cerr << "  " << statement.substr(line_begin, line_end - line_begin) << "\n  "
              << std::string(error.position - line_begin, ' ') << "^\n";
  }
  return 1;
}

Result<Table> ask_file(const Config& config, std::string_view statement) {
  std::error_code error;
  if (config.database != ":memory:" && !std::filesystem::exists(config.database, error)) {
    return failure(fmt::format("expected a database, but {} does not exist; -d names another",
                               config.database));
  }
  auto store = open_store({.path = config.database, .memory_bytes_max = size_t{1} << 30});
  if (!store) return failure(store.error().message);
  return (*store)->query_console(statement, kLimits);
}

}  // namespace

int run_sql(const Config& config, const SqlOptions& options) {
  std::string statement = options.statement;
  if (statement == "-") statement.assign(std::istreambuf_iterator<char>(std::cin), {});

  auto table = [&]() -> Result<Table> {
    if (const auto server = read_server_file(server_file_path(config.database))) {
      auto answer = ask_server(*server, statement);
      if (answer || answer.error().message != kNoServer) return answer;
    }
    return ask_file(config, statement);
  }();
  if (!table) return print_failure(table.error(), statement);
  if (options.format == "csv") {
    std::cout << table_csv(*table);
  } else if (options.format == "json") {
    std::cout << table_json(*table) << "\n";
  } else {
    std::cout << table_text(*table);
  }
  if (table->is_truncated)
    std::cerr << "ballcone sql: the answer is longer; these are its first rows\n";
  return 0;
}

}  // namespace ballcone
