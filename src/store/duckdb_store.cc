#include "store/duckdb_store.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "store/catalog.h"
#include "store/changes.h"
#include "store/console.h"
#include "store/gate.h"
#include "store/instance.h"
#include "store/parquet.h"

namespace ballcone {
namespace {

// How long a query that has been interrupted may go on; one call of a slow function does.
constexpr int64_t kStop_us = 2'000'000;

// Kept where a leak checker finds it.
void leave(Instance* instance) {
  static auto* left = new std::vector<Instance*>;
  left->push_back(instance);
}

constexpr size_t kConsoleBytesMax = 64 << 10;  // of one statement

Result<void> check_text(std::string_view text) {
  if (text.size() > kConsoleBytesMax)
    return failure(
        fmt::format("expected at most {} bytes of SQL, got {}", kConsoleBytesMax, text.size()));
  if (const size_t nul = text.find('\0'); nul != text.npos)
    return failure("expected SQL without NUL bytes", static_cast<int>(nul));
  if (!is_utf8(text)) return failure("expected SQL in UTF-8");
  return {};
}

// 0 where there is none.
uint64_t file_bytes(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? 0 : bytes;
}

// A failed write of the log, or a fault inside the engine, makes DuckDB refuse everything until
// the database is opened anew.
bool is_fatal(const Error& error) {
  return error.message.find("database has been invalidated") != std::string::npos ||
         error.message.starts_with("FATAL") || error.message.starts_with("Fatal") ||
         error.message.starts_with("INTERNAL") || error.message.starts_with("Internal");
}

class OneTransaction : public Transaction {
 public:
  OneTransaction(Connection& connection, const std::atomic<bool>* is_cancelled)
      : connection_(connection), is_cancelled_(is_cancelled) {}

  Result<Table> run(const Sql& sql) override {
    if (is_cancelled()) return failure("cancelled");
    return connection_.table(sql, {.is_stopped = is_cancelled_});
  }
  Result<void> execute(const std::string& statement) override {
    if (is_cancelled()) return failure("cancelled");
    auto done = connection_.run_one(statement, is_cancelled_);
    if (!done) return failure(done.error().message + " in: " + statement.substr(0, 200));
    return done;
  }
  Result<void> delete_hits(const std::string& condition) override {
    auto table = run({"DELETE FROM data.hits h WHERE " + condition, {}});
    if (!table) return tl::unexpected(table.error());
    if (!table->rows.empty()) {
      const auto* count = std::get_if<int64_t>(&table->rows[0][0]);
      if (count != nullptr) deleted_hits_ += static_cast<uint64_t>(*count);
    }
    return {};
  }
  Result<void> mark_hits(const std::string& condition) override {
    return execute(ballcone::mark_hits(condition));
  }
  uint64_t deleted_hits() const { return deleted_hits_; }

 private:
  bool is_cancelled() const { return is_cancelled_ != nullptr && *is_cancelled_; }

  Connection& connection_;
  const std::atomic<bool>* is_cancelled_;
  uint64_t deleted_hits_ = 0;
};

class DuckdbStore : public Store {
 public:
  DuckdbStore(StoreOptions options, std::unique_ptr<Instance> instance)
      : options_(std::move(options)), instance_(std::move(instance)) {
    publish();
  }

  ~DuckdbStore() override {
    if (instance_ == nullptr || instance_->readers->stop(kStop_us)) return;
    // All is in the log, and the program is about to end: it need not wait for hours.
    log_warning("a query does not end; leaving the database without it");
    (void)DuckdbStore::checkpoint();  // ours: whatever derives from us is gone by now
    leave(instance_.release());
  }

  Result<void> append(const HitBatch& batch, const std::vector<Piece>& pieces) override {
    if (batch.rows() == 0 && pieces.empty()) return {};
    return change<void>([&](Instance& instance) -> Result<void> {
      if (auto known = instance.imports->check(pieces); !known) return known;
      if (auto done = instance.writer->append(batch, pieces); !done) return done;
      publish();
      instance.imports->note(pieces);
      return {};
    });
  }

  Result<uint32_t> begin_import(const ImportStart& start, int64_t now_us) override {
    return change<uint32_t>(
        [&](Instance& instance) { return instance.imports->begin(start, now_us); });
  }
  Result<void> finish_import(uint32_t import, int64_t now_us) override {
    return change<void>(
        [&](Instance& instance) { return instance.imports->finish(import, now_us); });
  }
  Result<KnownInput> open_input(const std::string& label, const std::string& name,
                                std::string_view head) override {
    return change<KnownInput>(
        [&](Instance& instance) { return instance.imports->open(label, name, head); });
  }
  Result<std::vector<ImportInfo>> imports() override {
    return change<std::vector<ImportInfo>>(
        [&](Instance& instance) { return instance.imports->list(); });
  }

  Result<uint64_t> undo_import(uint32_t import) override {
    return alone<uint64_t>([&](Instance& instance) -> Result<uint64_t> {
      auto hits = instance.imports->undo(import);
      if (!hits) return hits;
      auto done = instance.writer->forget_hits(*hits);
      publish();
      if (done) done = instance.info->run_one(kCheckpoint);  // gives the space back
      if (!done) log_warning("import {} is undone, but: {}", import, done.error().message);
      return hits;
    });
  }

  Result<Table> query(const Sql& sql, const QueryLimits& limits) override {
    return run(
        [sql, limits](Connection& connection, const std::atomic<bool>& is_stopped) {
          return connection.table(sql, {limits.rows, limits.bytes, &is_stopped});
        },
        limits);
  }

  Result<void> transact(const std::function<Result<void>(Transaction&)>& work,
                        const std::atomic<bool>* is_cancelled) override {
    const std::lock_guard lock(transact_mutex_);
    return change<void>([&](Instance& instance) -> Result<void> {
      OneTransaction transaction(*instance.changer, is_cancelled);
      auto done = in_transaction(*instance.changer, [&] { return work(transaction); });
      if (done && transaction.deleted_hits() > 0) {
        instance.writer->count_deleted(transaction.deleted_hits());
        publish();
      }
      return done;
    });
  }
  Result<uint32_t> code_text(const std::string& column,
                             const std::vector<std::string>& text) override {
    return change<uint32_t>(
        [&](Instance& instance) { return instance.writer->code_text(column, text); });
  }

  Result<Table> query_console(std::string_view text, const QueryLimits& limits) override {
    return stream_console(text, limits, {});
  }
  Result<Table> stream_console(std::string_view text, const QueryLimits& limits,
                               const TakeRows& take) override {
    const auto ask = [take](Connection& connection, const std::string& statement,
                            const TableLimits& bounds) {
      return connection.table({statement, {}}, bounds, take);
    };
    return run_statement(text, limits, ask);
  }
  // The file outlives the one who asked: a reader may end later.
  Result<ParquetFile> parquet_console(std::string_view text, const QueryLimits& limits) override {
    const auto file = std::make_shared<ParquetFile>();
    const auto ask = [file](Connection& connection, const std::string& statement,
                            const TableLimits& bounds) -> Result<Table> {
      auto answer = connection.stream({statement, {}}, cast_for_parquet, bounds.is_stopped);
      if (!answer) return tl::unexpected(answer.error());
      auto written = write_parquet(**answer, bounds);
      if (!written) return tl::unexpected(written.error());
      *file = std::move(*written);
      return Table{};
    };
    auto done = run_statement(text, limits, ask);
    if (!done) return tl::unexpected(done.error());
    return std::move(*file);
  }
  Result<ConsoleSchema> console_schema(const QueryLimits& limits) override {
    const auto schema = std::make_shared<ConsoleSchema>();
    auto done = run(
        [schema, seen = published()](Connection& connection, const std::atomic<bool>&) {
          return read_schema(connection, *seen.names, *seen.services, schema.get());
        },
        limits);
    if (!done) return tl::unexpected(done.error());
    return std::move(*schema);
  }

  std::vector<std::string> services() const override {
    std::vector<std::string> names;
    for (const auto& [name, code] : *published().services) names.push_back(name);
    return names;
  }

  Result<StoreInfo> info() override {
    const std::shared_lock alive(instance_mutex_);
    const std::lock_guard lock(info_mutex_);
    if (instance_ == nullptr) return tl::unexpected(no_instance());
    auto memory =
        instance_->info->value({"SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()", {}});
    if (!memory) return tl::unexpected(memory.error());
    StoreInfo info;
    if (const auto* bytes = std::get_if<int64_t>(&*memory))
      info.memory_bytes = static_cast<uint64_t>(*bytes);
    info.file_bytes = file_bytes(options_.path) + file_bytes(options_.path + ".wal");
    info.schema_version = instance_->schema_version;
    info.hits = published().hits;
    return info;
  }

  Result<void> checkpoint() override {
    return alone<void>([](Instance& instance) { return instance.info->run_one(kCheckpoint); });
  }

 private:
  static constexpr const char* kCheckpoint = "CHECKPOINT ballcone";
  static Error no_instance() { return {"the database could not be opened again"}; }

  // Many at once.
  template <class T, class Work>
  Result<T> change(Work work) {
    Result<T> done;
    {
      const std::shared_lock alive(instance_mutex_);
      const Gate::Pass pass(gate_);
      done = instance_ != nullptr ? work(*instance_) : tl::unexpected(no_instance());
    }
    if (!done && is_fatal(done.error())) reopen();
    return done;
  }
  // While nothing else changes the database.
  template <class T, class Work>
  Result<T> alone(Work work) {
    Result<T> done;
    {
      const std::shared_lock alive(instance_mutex_);
      const Gate::Alone alone(gate_);
      const std::lock_guard lock(info_mutex_);
      done = instance_ != nullptr ? work(*instance_) : tl::unexpected(no_instance());
    }
    if (!done && is_fatal(done.error())) reopen();
    return done;
  }

  // One statement of a person, in the sandbox; `ask` may run after we have left.
  using AskWithin =
      std::function<Result<Table>(Connection&, const std::string&, const TableLimits&)>;
  Result<Table> run_statement(std::string_view text, const QueryLimits& limits,
                              const AskWithin& ask) {
    if (auto checked = check_text(text); !checked) return tl::unexpected(checked.error());
    return run(
        [text = std::string(text), seen = published(), limits, ask](
            Connection& connection, const std::atomic<bool>& is_stopped) {
          const TableLimits bounds{limits.rows, limits.bytes, &is_stopped};
          const auto within = [&](Connection& reader, const std::string& statement) {
            return ask(reader, statement, bounds);
          };
          return run_console(connection, text, *seen.names, *seen.services, within);
        },
        limits);
  }

  Result<Table> run(Readers::Work work, const QueryLimits& limits) {
    Result<Table> answer;
    {
      const std::shared_lock alive(instance_mutex_);
      if (instance_ == nullptr) return tl::unexpected(no_instance());
      answer = instance_->readers->run(std::move(work), limits);
    }
    if (!answer && is_fatal(answer.error())) reopen();
    return answer;
  }

  // What others than the writer see, as of the last commit.
  struct Published {
    std::shared_ptr<ConsoleNames> names;
    std::shared_ptr<const Services> services;
    uint64_t hits = 0;
  };
  Published published() const {
    const std::lock_guard lock(published_mutex_);
    return published_;
  }
  void publish() {
    const std::lock_guard lock(published_mutex_);
    published_.names = instance_->names;
    published_.hits = instance_->writer->hits();
    published_.services = instance_->writer->services();
  }

  // What is in memory only would be lost by it, so that stays as it is.
  void reopen() {
    if (options_.path == ":memory:") return;
    const std::unique_lock alone(instance_mutex_);
    if (instance_ != nullptr && instance_->info->run("FROM data.meta")) return;  // done already
    log_warning("the database engine has stopped after an error; opening {} anew", options_.path);
    // Two on one file would be worse than none; the next append tries again.
    if (instance_ != nullptr && !instance_->readers->stop(kStop_us)) return;
    instance_ = nullptr;  // before the new one: a file's lock belongs to the process
    auto opened = open_instance(options_);
    if (!opened) return log_error("{}", opened.error().message);
    instance_ = std::move(*opened);
    publish();
  }

  const StoreOptions options_;
  std::shared_mutex instance_mutex_;    // alone: instance_ is being replaced
  std::unique_ptr<Instance> instance_;  // null after it could not be opened again
  Gate gate_;
  std::mutex info_mutex_;
  std::mutex transact_mutex_;

  mutable std::mutex published_mutex_;
  Published published_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_duckdb_store(const StoreOptions& options) {
  auto instance = open_instance(options);
  if (!instance) return tl::unexpected(instance.error());
  return std::make_unique<DuckdbStore>(options, std::move(*instance));
}

}  // namespace ballcone
