// Batches → disk, SQL → tables. One writer, many readers; the only room that knows a database.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"
#include "hit/input.h"

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

// Gets an answer's rows in pieces, each a table with all columns and at most 2,048 rows.
using TakeRows = std::function<void(const Table& piece)>;

struct QueryLimits {
  int64_t time_us = 10'000'000;
  size_t rows = 10'000;
  size_t bytes = 64 << 20;                          // of text in the answer
  const std::atomic<bool>* is_cancelled = nullptr;  // looked at at least every 50 ms
};

// An answer as a file for other programs.
struct ParquetFile {
  std::string bytes;
  size_t rows = 0;
  bool is_truncated = false;
};

// What a person can ask the console for.
struct ColumnInfo {
  std::string name;
  std::string type;
  std::string doc;
};
struct ViewInfo {
  std::string name;
  std::string doc;
  std::vector<ColumnInfo> columns;
};
struct ConsoleSchema {
  std::vector<ViewInfo> views;
  std::vector<std::string> services;        // each has a view of its name, with these columns:
  std::vector<ColumnInfo> service_columns;  // none without a service
  std::vector<std::string> functions;       // that may be called, sorted
};

struct StoreOptions {
  std::string path = ":memory:";
  size_t memory_bytes_max = 512 << 20;  // the engine's own limit
  int threads = 0;                      // 0: one per core
  size_t texts_in_memory_max =
      1 << 20;      // per text column: codes remembered, the rest is looked up on disk
  int readers = 4;  // connections that queries share
};

// One run of the import command, or one followed path (its import is the same at every start).
struct ImportStart {
  std::string what;    // "access.log, access.log.1.gz and 3 more"; for a followed path, the path
  std::string label;   // tells equal files of different hosts apart; "" mostly
  std::string format;  // "combined"
  bool is_follow = false;
};
struct ImportInfo {
  uint32_t id = 0;
  ImportStart start;
  int64_t started_us = 0;
  int64_t finished_us = 0;  // 0: it was interrupted, or still runs
  uint64_t inputs = 0;
  uint64_t lines = 0;  // done with, as committed
  uint64_t stored = 0;
  uint64_t bytes = 0;
};
// What is known of an input whose content begins with what another one's began with: it is the
// same.
struct KnownInput {
  uint32_t id = 0;
  std::vector<Range> done;  // sorted, apart, of all imports that were not undone
};

struct StoreInfo {
  uint64_t hits = 0;
  uint64_t file_bytes = 0;  // with the write-ahead log; 0 in memory
  uint64_t memory_bytes = 0;
  int schema_version = 0;
};

constexpr size_t kFingerprintBytes = 4096;

// What transact() gives its work: statements that we wrote, one after the other.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual Result<Table> run(const Sql& sql) = 0;
  // One statement whose answer does not matter.
  virtual Result<void> execute(const std::string& statement) = 0;
  // Deletes rows of data.hits h for which the condition holds; all that counts hits knows of it.
  virtual Result<void> delete_hits(const std::string& condition) = 0;
  // The days of hits h for which the condition holds are to be derived anew, as a whole.
  virtual Result<void> mark_hits(const std::string& condition) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Appends all rows of an enriched batch and notes the pieces they came from, or does neither. Any
  // thread; several at once make use of several cores. An error leaves the batch as it was, so that
  // it can be appended again later. A batch without rows may have pieces.
  virtual Result<void> append(const HitBatch& batch, const std::vector<Piece>& pieces = {}) = 0;

  // ---- imports: store/imports.cc

  // The id goes into Piece::import and the column import. Of a followed path: the id it has had.
  virtual Result<uint32_t> begin_import(const ImportStart& start, int64_t now_us) = 0;
  virtual Result<void> finish_import(uint32_t import, int64_t now_us) = 0;
  // The input whose content begins with `head` (from its first line that is no comment): known by
  // the hash of at most its first kFingerprintBytes, among those of the same label. A new one is
  // remembered under the name.
  virtual Result<KnownInput> open_input(const std::string& label, const std::string& name,
                                        std::string_view head) = 0;
  virtual Result<std::vector<ImportInfo>> imports() = 0;  // oldest first
  // Deletes the import, its hits and what it noted as done; returns how many hits. The error says
  // if there is none of that id.
  virtual Result<uint64_t> undo_import(uint32_t import) = 0;

  // Runs one statement that we wrote. Any thread; waits for a free reader. Sees every batch
  // appended before the call.
  virtual Result<Table> query(const Sql& sql, const QueryLimits& limits) = 0;

  // All that `work` runs is committed, or none of it. Any thread, one at a time, on a connection of
  // its own: neither questions nor append() wait for it, but checkpoint() and undo_import() do. It
  // may write the schema `derived`, data.meta and data.changes, and temporary tables. It ends with
  // an error soon after *is_cancelled has become true, in the middle of a statement too.
  virtual Result<void> transact(const std::function<Result<void>(Transaction&)>& work,
                                const std::atomic<bool>* is_cancelled = nullptr) = 0;
  // The code of a text with its attributes, in the order of for_each_column; a new one is committed
  // at once, in a transaction of its own. Texts and attributes are strings.
  virtual Result<uint32_t> code_text(const std::string& column,
                                     const std::vector<std::string>& text) = 0;

  // Runs one statement that a person typed, in the sandbox: reads the views of hits and nothing
  // else. Any thread. The error's position is in bytes of `text`.
  virtual Result<Table> query_console(std::string_view text, const QueryLimits& limits) = 0;

  // Names of the services that have hits, sorted. Cheap.
  virtual std::vector<std::string> services() const = 0;
  virtual Result<StoreInfo> info() = 0;

  // Moves the write-ahead log into the file.
  virtual Result<void> checkpoint() = 0;

  // ---- more of the console

  // query_console() for answers too big for a Table: `take` gets the rows, on another thread, which
  // may go on for a while after an error has been returned; so it owns what it writes to.
  virtual Result<Table> stream_console(std::string_view text, const QueryLimits& limits,
                                       const TakeRows& take) = 0;
  // Its answer as a Parquet file: store/parquet.h.
  virtual Result<ParquetFile> parquet_console(std::string_view text, const QueryLimits& limits) = 0;
  // What such a statement can read and call, as the engine knows it.
  virtual Result<ConsoleSchema> console_schema(const QueryLimits& limits) = 0;
};

// Opens or creates; migrates an older schema; refuses a newer one. The error says what to do
// (locked by which process, not a database, made by a newer version, no permission).
Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);

}  // namespace ballcone
