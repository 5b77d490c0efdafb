#include "store/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/check.h"
#include "store/statement.h"
#include "store/values.h"

namespace ballcone {
namespace {

constexpr std::chrono::microseconds kNap{100};

// duckdb_result is a struct that is destroyed in place.
class StatementResult {
 public:
  StatementResult() = default;
  StatementResult(const StatementResult&) = delete;
  StatementResult& operator=(const StatementResult&) = delete;
  ~StatementResult() { duckdb_destroy_result(&result_); }
  duckdb_result* get() { return &result_; }
  Error error() {
    const char* message = duckdb_result_error(&result_);
    return error_of(message != nullptr ? message : "the database gave no reason");
  }

 private:
  duckdb_result result_{};
};

duckdb_state bind(duckdb_prepared_statement statement, idx_t index, const Value& value) {
  switch (value.index()) {
    case 0:
      return duckdb_bind_null(statement, index);
    case 1:
      return duckdb_bind_boolean(statement, index, std::get<bool>(value));
    case 2:
      return duckdb_bind_int64(statement, index, std::get<int64_t>(value));
    case 3:
      return duckdb_bind_double(statement, index, std::get<double>(value));
    default: {
      const auto& text = std::get<std::string>(value);
      return duckdb_bind_varchar_length(statement, index, text.data(), text.size());
    }
  }
}

std::vector<OwnedType> column_types(duckdb_prepared_statement statement) {
  std::vector<OwnedType> types;
  const idx_t count = duckdb_prepared_statement_column_count(statement);
  for (idx_t i = 0; i < count; ++i)
    types.emplace_back(duckdb_prepared_statement_column_logical_type(statement, i));
  return types;
}

std::vector<OwnedType> column_types(duckdb_result* result) {
  std::vector<OwnedType> types;
  for (idx_t i = 0; i < duckdb_column_count(result); ++i)
    types.emplace_back(duckdb_column_logical_type(result, i));
  return types;
}

// INVALID: not known before the parameters are bound.
bool needs_cast(const std::vector<OwnedType>& types, CastOf cast_of) {
  return std::any_of(types.begin(), types.end(), [&](const OwnedType& type) {
    return duckdb_get_type_id(type.get()) != DUCKDB_TYPE_INVALID && cast_of(type.get()) != nullptr;
  });
}

// SELECT #1, CAST(#2 AS VARCHAR) FROM (…): lists, structs, UUIDs … as the engine writes them.
std::string with_casts(std::string_view statement, const std::vector<OwnedType>& types,
                       CastOf cast_of) {
  std::string columns;
  for (size_t i = 0; i < types.size(); ++i) {
    columns += i == 0 ? "" : ", ";
    const bool is_known = duckdb_get_type_id(types[i].get()) != DUCKDB_TYPE_INVALID;
    const char* type = is_known ? cast_of(types[i].get()) : nullptr;
    columns +=
        type == nullptr ? fmt::format("#{}", i + 1) : fmt::format("CAST(#{} AS {})", i + 1, type);
  }
  return fmt::format("SELECT {} FROM (\n{}\n)", columns, without_end(statement));
}

std::vector<TableColumn> answer_columns(duckdb_prepared_statement statement,
                                        const std::vector<OwnedType>& types) {
  std::vector<TableColumn> columns;
  for (size_t i = 0; i < types.size(); ++i) {
    const char* name = duckdb_prepared_statement_column_name(statement, i);
    columns.push_back({name != nullptr ? name : "", type_name(types[i].get())});
    duckdb_free(const_cast<char*>(name));
  }
  return columns;
}

size_t bytes_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? text->size() : sizeof(int64_t);
}

// How much of an answer has been read.
struct Amount {
  size_t rows = 0;
  size_t bytes = 0;
};

// False when a limit was reached.
bool append_rows(duckdb_data_chunk chunk, const std::vector<OwnedType>& types,
                 const TableLimits& limits, Amount* amount, Table* table) {
  const idx_t rows = duckdb_data_chunk_get_size(chunk);
  std::vector<duckdb_vector> vectors;
  for (idx_t i = 0; i < types.size(); ++i)
    vectors.push_back(duckdb_data_chunk_get_vector(chunk, i));
  for (idx_t row = 0; row < rows; ++row) {
    if (amount->rows == limits.rows || amount->bytes >= limits.bytes) return false;
    std::vector<Value> values;
    values.reserve(types.size());
    for (size_t i = 0; i < types.size(); ++i) {
      values.push_back(read_value(vectors[i], types[i].get(), row));
      amount->bytes += bytes_of(values.back());
    }
    table->rows.push_back(std::move(values));
    ++amount->rows;
  }
  return true;
}

const char* cast_to_read(duckdb_logical_type type) {
  return is_read_directly(duckdb_get_type_id(type)) ? nullptr : "VARCHAR";
}

Result<void> fetch(Stream& stream, const TableLimits& limits, const TakeRows& take, Table* table) {
  Amount amount;
  while (!table->is_truncated) {
    auto chunk = stream.next();
    if (!chunk) return tl::unexpected(chunk.error());
    if (*chunk == nullptr) break;
    table->is_truncated = !append_rows(chunk->get(), stream.types(), limits, &amount, table);
    if (!take) continue;
    take(*table);
    table->rows.clear();
  }
  return {};
}

// The end and a failure look the same, only the text tells them apart.
Result<void> end_of(duckdb_result* result) {
  const char* message = duckdb_result_error(result);
  if (message == nullptr || *message == '\0') return {};
  return tl::unexpected(error_of(message));
}

}  // namespace

Error error_of(std::string_view message) {
  const size_t start = message.find('{');
  const auto json = start == message.npos ? nlohmann::json()
                                          : nlohmann::json::parse(message.substr(start), nullptr,
                                                                  /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("exception_message")) return {std::string(message)};
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Error error{fmt::format("{} Error: {}", text("exception_type"), text("exception_message"))};
  const std::string position = text("position");
  std::from_chars(position.data(), position.data() + position.size(), error.position);
  return error;
}

Result<std::unique_ptr<Appender>> Appender::open(duckdb_connection connection, const char* schema,
                                                 const char* table) {
  auto appender = std::make_unique<Appender>();
  const duckdb_state state =
      duckdb_appender_create_ext(connection, "ballcone", schema, table, &appender->appender_);
  if (auto opened = appender->result_of(state); !opened) return tl::unexpected(opened.error());
  return appender;
}

Result<void> Appender::append(duckdb_data_chunk chunk) {
  return result_of(duckdb_append_data_chunk(appender_, chunk));
}

Result<void> Appender::close() { return result_of(duckdb_appender_close(appender_)); }

Result<void> Appender::result_of(duckdb_state state) const {
  if (state == DuckDBSuccess) return {};
  const char* message = appender_ != nullptr ? duckdb_appender_error(appender_) : nullptr;
  return tl::unexpected(error_of(message != nullptr ? message : "out of memory"));
}

Result<std::unique_ptr<Connection>> Connection::open(duckdb_database database) {
  auto connection = std::make_unique<Connection>();
  duckdb_connection handle = nullptr;
  if (duckdb_connect(database, &handle) != DuckDBSuccess)
    return failure("the database gives no further connection (out of memory?)");
  connection->connection_.reset(handle);
  return connection;
}

Result<void> Connection::run(const std::string& statements) {
  StatementResult result;
  if (duckdb_query(get(), statements.c_str(), result.get()) == DuckDBSuccess) return {};
  return tl::unexpected(result.error());
}

Result<void> Connection::run_one(const std::string& statement,
                                 const std::atomic<bool>* is_stopped) {
  auto prepared = prepare(statement, 0);
  if (!prepared) return tl::unexpected(prepared.error());
  duckdb_pending_result handle = nullptr;
  const duckdb_state state = duckdb_pending_prepared(prepared->get(), &handle);
  const Owned<duckdb_pending_result, duckdb_destroy_pending> pending{handle};
  if (state != DuckDBSuccess) {
    const char* message = duckdb_pending_error(handle);
    return tl::unexpected(error_of(message != nullptr ? message : "out of memory"));
  }
  while (true) {
    if (is_stopped != nullptr && *is_stopped) interrupt();
    const duckdb_pending_state step = duckdb_pending_execute_task(handle);
    if (step == DUCKDB_PENDING_NO_TASKS_AVAILABLE)
      std::this_thread::sleep_for(kNap);
    else if (duckdb_pending_execution_is_finished(step))
      break;
  }
  StatementResult result;
  if (duckdb_execute_pending(handle, result.get()) == DuckDBSuccess) return {};
  return tl::unexpected(result.error());
}

Result<OwnedStatement> Connection::prepare(const std::string& statement, size_t parameters) {
  if (const size_t nul = statement.find('\0'); nul != std::string::npos)
    return failure("expected SQL without NUL bytes", static_cast<int>(nul));
  duckdb_prepared_statement handle = nullptr;
  const duckdb_state state = duckdb_prepare(get(), statement.c_str(), &handle);
  OwnedStatement prepared{handle};
  if (state != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(handle);
    return tl::unexpected(error_of(message != nullptr ? message : "cannot prepare the statement"));
  }
  if (duckdb_nparams(handle) != parameters)
    return failure(
        fmt::format("expected {} parameters, got {}", duckdb_nparams(handle), parameters));
  return prepared;
}

Result<OwnedStatement> Connection::prepare_bound(const Sql& sql) {
  auto statement = prepare(sql.text, sql.parameters.size());
  if (!statement) return statement;
  for (size_t i = 0; i < sql.parameters.size(); ++i)
    if (bind(statement->get(), i + 1, sql.parameters[i]) != DuckDBSuccess)
      return failure(fmt::format("cannot bind parameter {}: expected UTF-8 text", i + 1));
  return statement;
}

Result<void> Connection::chunks(const std::string& statement,
                                const std::vector<duckdb_value>& parameters,
                                const std::function<void(duckdb_data_chunk)>& take) {
  auto prepared = prepare(statement, parameters.size());
  if (!prepared) return tl::unexpected(prepared.error());
  for (size_t i = 0; i < parameters.size(); ++i)
    if (duckdb_bind_value(prepared->get(), i + 1, parameters[i]) != DuckDBSuccess)
      return failure(fmt::format("cannot bind parameter {}", i + 1));
  StatementResult result;
  if (duckdb_execute_prepared_streaming(prepared->get(), result.get()) != DuckDBSuccess)
    return tl::unexpected(result.error());
  while (const OwnedChunk chunk{duckdb_fetch_chunk(*result.get())}) take(chunk.get());
  return end_of(result.get());
}

Result<OwnedChunk> Stream::next() {
  OwnedChunk chunk{duckdb_fetch_chunk(result_)};
  if (is_stopped_ != nullptr && *is_stopped_) return failure("stopped");
  if (chunk == nullptr)
    if (auto end = end_of(&result_); !end) return tl::unexpected(end.error());
  return chunk;
}

Result<void> Stream::execute() {
  duckdb_destroy_result(&result_);
  if (is_stopped_ != nullptr && *is_stopped_) return failure("stopped");
  if (duckdb_execute_prepared_streaming(statement_.get(), &result_) != DuckDBSuccess) {
    const char* message = duckdb_result_error(&result_);
    return tl::unexpected(error_of(message != nullptr ? message : "the database gave no reason"));
  }
  types_ = column_types(&result_);
  return {};
}

// Types are looked at twice: those of parameters are known only once they are bound.
Result<std::unique_ptr<Stream>> Connection::stream(const Sql& sql, CastOf cast_of,
                                                   const std::atomic<bool>* is_stopped) {
  auto stream = std::make_unique<Stream>();
  stream->is_stopped_ = is_stopped;
  const auto prepare_again = [&](const std::string& text) -> Result<void> {
    auto statement = prepare_bound({text, sql.parameters});
    if (!statement) return tl::unexpected(statement.error());
    stream->statement_ = std::move(*statement);
    return {};
  };
  auto done = prepare_again(sql.text);
  if (!done) return tl::unexpected(done.error());
  const std::vector<OwnedType> types = column_types(stream->statement_.get());
  stream->columns_ = answer_columns(stream->statement_.get(), types);
  if (needs_cast(types, cast_of)) done = prepare_again(with_casts(sql.text, types, cast_of));
  if (done) done = stream->execute();
  if (done && needs_cast(stream->types_, cast_of)) {
    const std::string text = with_casts(sql.text, stream->types_, cast_of);
    duckdb_destroy_result(&stream->result_);
    if (done = prepare_again(text); done) done = stream->execute();
  }
  if (!done) return tl::unexpected(done.error());
  return stream;
}

Result<Table> Connection::table(const Sql& sql, const TableLimits& limits, const TakeRows& take) {
  auto opened = stream(sql, cast_to_read, limits.is_stopped);
  if (!opened) return tl::unexpected(opened.error());
  Table table;
  table.columns = (*opened)->columns();
  if (auto fetched = fetch(**opened, limits, take, &table); !fetched)
    return tl::unexpected(fetched.error());
  return table;
}

Result<Value> Connection::value(const Sql& sql) {
  auto answer = table(sql);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->rows.empty() || answer->rows[0].empty()) return Value{};
  return answer->rows[0][0];
}

// Not by duckdb_columns(): that binds every view there is, 2 ms each time.
std::vector<std::string> Connection::columns_of(const std::string& table) {
  duckdb_table_description description = nullptr;
  const duckdb_state state =
      duckdb_table_description_create_ext(get(), "ballcone", "data", table.c_str(), &description);
  std::vector<std::string> columns;
  for (idx_t i = 0; state == DuckDBSuccess; ++i) {
    char* name = duckdb_table_description_get_column_name(description, i);
    if (name == nullptr) break;
    columns.emplace_back(name);
    duckdb_free(name);
  }
  duckdb_table_description_destroy(&description);
  return columns;
}

Result<void> in_transaction(Connection& connection, const std::function<Result<void>()>& work) {
  auto done = connection.run("BEGIN TRANSACTION");
  if (done) done = work();
  if (done) done = connection.run_one("COMMIT");
  // Fails where COMMIT failed: then there is no transaction any more.
  if (!done) (void)connection.run("ROLLBACK");
  return done;
}

}  // namespace ballcone
