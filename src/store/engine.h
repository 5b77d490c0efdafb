// DuckDB's C API with owners, and its errors as values. The only header that shows duckdb.h; only
// .cc files of this room include it.
#pragma once

#include <duckdb.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// unique_ptr for the C API's handles: each is a pointer that its own function destroys by address.
template <auto destroy>
struct Destroy {
  template <class Handle>
  void operator()(Handle* handle) const {
    destroy(&handle);
  }
};
template <class Handle, auto destroy>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy<destroy>>;

using OwnedDatabase = Owned<duckdb_database, duckdb_close>;
using OwnedConnection = Owned<duckdb_connection, duckdb_disconnect>;
using OwnedStatement = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using OwnedChunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using OwnedType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using OwnedValue = Owned<duckdb_value, duckdb_destroy_value>;

// Not Owned: destroying an appender may fail, and its handle is wanted by address.
class Appender {
 public:
  static Result<std::unique_ptr<Appender>> open(duckdb_connection connection, const char* schema,
                                                const char* table);
  ~Appender() { duckdb_appender_destroy(&appender_); }
  Result<void> append(duckdb_data_chunk chunk);
  // Everything appended is in the transaction, or an error says why not.
  Result<void> close();
  duckdb_appender get() const { return appender_; }

 private:
  Result<void> result_of(duckdb_state state) const;
  duckdb_appender appender_ = nullptr;
};

// The message DuckDB gives with errors_as_json on: {"exception_type", "exception_message",
// "position"}, perhaps after a prefix. Other text is kept as it is.
Error error_of(std::string_view message);

struct TableLimits {
  size_t rows = SIZE_MAX;
  size_t bytes = SIZE_MAX;
  const std::atomic<bool>* is_stopped = nullptr;  // looked at between chunks
};

// The type that a column is cast to before it is read; null: it is read as it is.
using CastOf = const char* (*)(duckdb_logical_type type);

// The answer of a running statement, which is ended with it.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { duckdb_destroy_result(&result_); }

  const std::vector<TableColumn>& columns() const { return columns_; }  // as before any cast
  const std::vector<OwnedType>& types() const { return types_; }
  // The next rows; null after the last.
  Result<OwnedChunk> next();

 private:
  friend class Connection;
  Result<void> execute();

  OwnedStatement statement_;
  duckdb_result result_{};
  std::vector<TableColumn> columns_;
  std::vector<OwnedType> types_;
  const std::atomic<bool>* is_stopped_ = nullptr;
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(duckdb_database database);

  // Statements of ours whose answer does not matter.
  Result<void> run(const std::string& statements);
  // One such statement, without spinning: while the engine's threads are at work, run() asks them
  // for news in a loop, a fifth of the CPU that an import takes.
  // It ends with an error soon after *is_stopped has become true.
  Result<void> run_one(const std::string& statement, const std::atomic<bool>* is_stopped = nullptr);
  // One statement, its parameters bound to ? in order. Values that have no Value of their own
  // come as the engine's own text for them. With `take` the rows are given to it instead.
  Result<Table> table(const Sql& sql, const TableLimits& limits = {}, const TakeRows& take = {});
  // The same, read chunk by chunk by the one who asks.
  Result<std::unique_ptr<Stream>> stream(const Sql& sql, CastOf cast_of,
                                         const std::atomic<bool>* is_stopped = nullptr);
  // One statement whose answer is too big for a Table: `take` sees it a chunk at a time.
  Result<void> chunks(const std::string& statement, const std::vector<duckdb_value>& parameters,
                      const std::function<void(duckdb_data_chunk)>& take);
  // The first column of the first row; monostate if there is none.
  Result<Value> value(const Sql& sql);

  // Names of a table's columns of schema data, in order; none if there is no such table.
  std::vector<std::string> columns_of(const std::string& table);

  // From another thread: the statement that runs now ends with an error.
  void interrupt() { duckdb_interrupt(connection_.get()); }
  duckdb_connection get() const { return connection_.get(); }

 private:
  Result<OwnedStatement> prepare(const std::string& statement, size_t parameters);
  Result<OwnedStatement> prepare_bound(const Sql& sql);
  OwnedConnection connection_;
};

// All that `work` does on the connection is committed, or none of it.
Result<void> in_transaction(Connection& connection, const std::function<Result<void>()>& work);

}  // namespace ballcone
