#include "command/sql.h"

#include <iostream>
#include <iterator>

#include "command/sql_console.h"

namespace ballcone {
namespace {

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

}  // namespace

int run_sql(const Config& config, const SqlOptions& options) {
  std::string statement = options.statement;
  if (statement == "-") statement.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto answer = SqlConsole(config).ask(statement, options.format);
  if (!answer) return print_failure(answer.error(), statement);
  std::cout << answer->text << std::flush;
  if (answer->is_truncated)
    std::cerr << "ballcone sql: the answer is longer; these are its first rows\n";
  return 0;
}

}  // namespace ballcone
