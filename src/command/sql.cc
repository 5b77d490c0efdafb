#include "command/sql.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <iterator>

#include "command/client.h"
#include "command/server_file.h"
#include "store/store.h"
#include "web/console.h"
#include "web/json.h"
#include "web/table_text.h"

namespace ballcone {
namespace {

// The shell's user owns the file; the limits keep an accident from filling the memory.
constexpr QueryLimits kLimits{.time_us = 600'000'000, .rows = 10'000'000, .bytes = size_t{1} << 30};

// Shows the line of the statement in which the error lies, and where.
int print_failure(const Error& error, std::string_view statement) {
  std::cerr << "ballcone sql: " << error.message << "\n";
  if (error.position >= 0 && static_cast<size_t>(error.position) <= statement.size()) {
    const auto position = static_cast<size_t>(error.position);
    const size_t before = position == 0 ? statement.npos : statement.rfind('\n', position - 1);
    const size_t line_begin = before == statement.npos ? 0 : before + 1;
    const size_t line_end = std::min(statement.find('\n', position), statement.size());
    std::cerr << "  " << statement.substr(line_begin, line_end - line_begin) << "\n  "
              << std::string(position - line_begin, ' ') << "^\n";
  }
  return 1;
}

int print_answer(std::string_view text, bool is_truncated) {
  std::cout << text << std::flush;
  if (is_truncated) std::cerr << "ballcone sql: the answer is longer; these are its first rows\n";
  return 0;
}

std::string format_table(const Table& table, const std::string& format) {
  if (format == "csv") return table_csv(table);
  return format == "json" ? table_json(table) + "\n" : table_text(table);
}

int ask_file(const Config& config, const SqlOptions& options, std::string_view statement) {
  std::error_code error;
  if (!std::filesystem::exists(config.database, error)) {
    return print_failure(
        {fmt::format("expected a database, but {} does not exist; -d names another",
                     config.database)},
        "");
  }
  auto store = open_store({.path = config.database, .memory_bytes_max = size_t{1} << 30});
  if (!store) return print_failure(store.error(), "");
  const auto table = (*store)->query_console(statement, kLimits);
  if (!table) return print_failure(table.error(), statement);
  return print_answer(format_table(*table, options.format), table->is_truncated);
}

int show_answer(const Answer& answer, const SqlOptions& options, std::string_view statement) {
  if (answer.status != 200) return print_failure(error_of(answer), statement);
  return print_answer(options.format == "json" ? answer.body + "\n" : answer.body,
                      answer.is_truncated);
}

}  // namespace

int run_sql(const Config& config, const SqlOptions& options) {
  std::string statement = options.statement;
  if (statement == "-") statement.assign(std::istreambuf_iterator<char>(std::cin), {});

  if (const auto server = read_server_file(server_file_path(config.database))) {
    std::string body;
    JsonWriter(&body).begin_object().key("sql").value(statement).end_object();
    const auto answer = post_json(*server, "/api/v1/sql?format=" + options.format, body);
    // Nobody there: the server was killed, and its file stayed.
    if (answer) return show_answer(*answer, options, statement);
  }
  return ask_file(config, options, statement);
}

}  // namespace ballcone
