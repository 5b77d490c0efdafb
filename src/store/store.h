// Batches → disk, SQL → tables. One writer, many readers; the only room that knows a database.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"

namespace ballcone {

using Value = std::variant<std::monostate, bool, int64_t, double, std::string>;  // monostate: NULL

// A question to the store. Text from outside goes into `parameters` (bound to ? in order), never
// into `text`.
struct Sql {
  std::string text;
  std::vector<Value> parameters;
};

struct TableColumn {
  std::string name;
  std::string type;  // SQL's name of it: BIGINT, VARCHAR, TIMESTAMP …
};

// An answer, row by row. Timestamps, dates, UUIDs, decimals, HUGEINT beyond 2^53, lists, … come as
// their text.
struct Table {
  std::vector<TableColumn> columns;
  std::vector<std::vector<Value>> rows;
  bool is_truncated = false;  // there were more rows than the limit
  int64_t elapsed_us = 0;
};

struct QueryLimits {
  int64_t time_us = 10'000'000;
  size_t rows = 10'000;
  size_t bytes = 64 << 20;                          // of text in the answer
  const std::atomic<bool>* is_cancelled = nullptr;  // looked at at least every 50 ms
};

struct StoreOptions {
  std::string path = ":memory:";
  size_t memory_bytes_max = 512 << 20;  // the engine's own limit
  int threads = 0;                      // 0: one per core
  size_t texts_in_memory_max =
      1 << 20;      // per text column: codes remembered, the rest is looked up on disk
  int readers = 4;  // connections that queries share
};

struct StoreInfo {
  uint64_t hits = 0;
  uint64_t file_bytes = 0;  // with the write-ahead log; 0 in memory
  uint64_t memory_bytes = 0;
  int schema_version = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Appends all rows of an enriched batch, or none. One thread at a time. An error leaves the batch
  // as it was, so that it can be appended again later.
  virtual Result<void> append(const HitBatch& batch) = 0;

  // Runs one statement that we wrote. Any thread; waits for a free reader. Sees every batch
  // appended before the call.
  virtual Result<Table> query(const Sql& sql, const QueryLimits& limits) = 0;

  // Runs one statement that a person typed, in the sandbox: reads the views of hits and nothing
  // else. Any thread. The error's position is in bytes of `text`.
  virtual Result<Table> query_console(std::string_view text, const QueryLimits& limits) = 0;

  // Names of the services that have hits, sorted. Cheap.
  virtual std::vector<std::string> services() const = 0;
  virtual Result<StoreInfo> info() = 0;

  // Moves the write-ahead log into the file.
  virtual Result<void> checkpoint() = 0;
};

// Opens or creates; migrates an older schema; refuses a newer one. The error says what to do
// (locked by which process, not a database, made by a newer version, no permission).
Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);

}  // namespace ballcone
