#include "command/sql_console.h"

#include <fmt/format.h>

#include <filesystem>

#include "command/client.h"
#include "command/server_file.h"
#include "web/json.h"
#include "web/table_formats.h"
#include "web/table_text.h"

namespace ballcone {
namespace {

// The shell's user owns the file; the limits keep an accident from filling the memory.
constexpr QueryLimits kLimits{.time_us = 600'000'000, .rows = 10'000'000, .bytes = size_t{1} << 30};

}  // namespace

std::string format_table(const Table& table, const std::string& format) {
  if (format == "csv") return table_csv(table);
  return format == "json" ? table_json(table) + "\n" : table_text(table);
}

Result<void> SqlConsole::open_file() {
  std::error_code error;
  if (!std::filesystem::exists(config_.database, error)) {
    return failure(fmt::format("expected a database, but {} does not exist; -d names another",
                               config_.database));
  }
  auto store = open_store({.path = config_.database, .memory_bytes_max = size_t{1} << 30});
  if (!store) return failure(store.error().message);
  store_ = std::move(*store);
  return {};
}

Result<SqlConsole::Answer> SqlConsole::ask(std::string_view statement, const std::string& format) {
  const auto server = store_ ? std::nullopt : read_server_file(server_file_path(config_.database));
  if (server) {
    std::string body;
    JsonWriter(&body).begin_object().key("sql").value(statement).end_object();
    const auto answer = post_json(*server, "/api/v1/sql?format=" + format, body);
    if (answer && answer->status != 200) return tl::unexpected(error_of(*answer));
    if (answer) return Answer{answer->body + (format == "json" ? "\n" : ""), answer->is_truncated};
    // Nobody there: the server was killed, and its file stayed.
  }
  if (!store_)
    if (auto opened = open_file(); !opened) return tl::unexpected(opened.error());
  const auto table = store_->query_console(statement, kLimits);
  if (!table) return tl::unexpected(table.error());
  return Answer{format_table(*table, format), table->is_truncated};
}

}  // namespace ballcone
