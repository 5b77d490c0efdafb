// derive_days DATABASE [--days N] [--rounds N] [--memory MB] [--statements]: how long it takes to
// derive all of a database (or its N newest days) anew, and how its file grows when the newest day
// is derived N times more. --statements: what each statement took, in all, the slowest first.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "derive/derive.h"
#include "store/store.h"

using namespace ballcone;

namespace {

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "derive_days: %s\n", message.c_str());
  std::exit(1);
}

void check(const Result<void>& done) {
  if (!done) die(done.error().message);
}

// A statement by its first words: numbers aside, and of a name's table only what it is of.
using Times = std::map<std::string, std::pair<int64_t, int>>;

class TimedTransaction : public Transaction {
 private:
  template <class Work>
  auto timed(const std::string& statement, Work work) {
    const int64_t begin_ns = monotonic_ns();
    auto done = work();
    std::string name = statement.substr(0, 60);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '\n'; }, ' ');
    std::erase_if(name, [](char c) { return c >= '0' && c <= '9'; });
    auto& [took_ns, times] = times_[name];
    took_ns += monotonic_ns() - begin_ns;
    ++times;
    return done;
  }

 public:
  TimedTransaction(Transaction& of, Times& times) : of_(of), times_(times) {}
  Result<Table> run(const Sql& sql) override {
    return timed(sql.text, [&] { return of_.run(sql); });
  }
  Result<void> execute(const std::string& statement) override {
    return timed(statement, [&] { return of_.execute(statement); });
  }
  Result<void> delete_hits(const std::string& condition) override {
    return of_.delete_hits(condition);
  }
  Result<void> mark_hits(const std::string& condition) override {
    return timed("mark_hits", [&] { return of_.mark_hits(condition); });
  }

 private:
  Transaction& of_;
  Times& times_;
};

// The database, with a watch in its transactions.
class TimedStore : public Store {
 public:
  explicit TimedStore(Store& of) : of_(of) {}
  Result<void> append(const HitBatch& batch, const std::vector<Piece>& pieces) override {
    return of_.append(batch, pieces);
  }
  Result<uint32_t> begin_import(const ImportStart& start, int64_t now_us) override {
    return of_.begin_import(start, now_us);
  }
  Result<void> finish_import(uint32_t import, int64_t now_us) override {
    return of_.finish_import(import, now_us);
  }
  Result<KnownInput> open_input(const std::string& label, const std::string& name,
                                std::string_view head) override {
    return of_.open_input(label, name, head);
  }
  Result<std::vector<ImportInfo>> imports() override { return of_.imports(); }
  Result<uint64_t> undo_import(uint32_t import) override { return of_.undo_import(import); }
  Result<Table> query(const Sql& sql, const QueryLimits& limits) override {
    return of_.query(sql, limits);
  }
  Result<void> transact(const std::function<Result<void>(Transaction&)>& work,
                        const std::atomic<bool>* is_cancelled) override {
    int64_t commit_ns = 0;
    const auto done = of_.transact(
        [&](Transaction& transaction) {
          TimedTransaction timed(transaction, times);
          auto worked = work(timed);
          commit_ns = monotonic_ns();
          return worked;
        },
        is_cancelled);
    auto& [took_ns, commits] = times["COMMIT"];
    took_ns += monotonic_ns() - commit_ns;
    ++commits;
    return done;
  }
  Result<uint32_t> code_text(const std::string& column,
                             const std::vector<std::string>& text) override {
    return of_.code_text(column, text);
  }
  Result<Table> query_console(std::string_view text, const QueryLimits& limits) override {
    return of_.query_console(text, limits);
  }
  Result<Table> stream_console(std::string_view text, const QueryLimits& limits,
                               const TakeRows& take) override {
    return of_.stream_console(text, limits, take);
  }
  Result<ParquetFile> parquet_console(std::string_view text, const QueryLimits& limits) override {
    return of_.parquet_console(text, limits);
  }
  Result<ConsoleSchema> console_schema(const QueryLimits& limits) override {
    return of_.console_schema(limits);
  }
  std::vector<std::string> services() const override { return of_.services(); }
  Result<StoreInfo> info() override { return of_.info(); }
  Result<void> checkpoint() override { return of_.checkpoint(); }

  void print() const {
    std::vector<std::pair<std::string, std::pair<int64_t, int>>> rows(times.begin(), times.end());
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [name, took] : rows)
      if (took.first > 1'000'000)
        std::printf("%9.1f ms %4d × %s\n", static_cast<double>(took.first) / 1e6, took.second,
                    name.c_str());
  }

  Times times;

 private:
  Store& of_;
};

struct Options {
  std::string path;
  size_t days = SIZE_MAX;
  int rounds = 0;
  size_t memory_mb = 512;
  bool prints_statements = false;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool has_number = i + 1 < argc;
    if (word == "--days" && has_number)
      options.days = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--rounds" && has_number)
      options.rounds = std::atoi(argv[++i]);
    else if (word == "--memory" && has_number)
      options.memory_mb = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--statements")
      options.prints_statements = true;
    else if (options.path.empty() && !word.starts_with("-"))
      options.path = word;
    else
      options.path.clear();
  }
  if (options.path.empty())
    die("usage: derive_days DATABASE [--days N] [--rounds N] [--memory MB] [--statements]");
  return options;
}

// The newest `days`, one after the other; how long the slowest took.
DeriveFigures derive_newest(Store& store, const TimeZones& zones, const DeriveOptions& options,
                            size_t days, double* slowest_s) {
  DeriveFigures figures;
  const int64_t begin_ns = monotonic_ns();
  const auto dirty = find_dirty_days(store, zones);
  if (!dirty) die(dirty.error().message);
  for (size_t i = 0; i < std::min(days, dirty->size()); ++i) {
    const int64_t day_ns = monotonic_ns();
    check(derive_day(store, zones, options, (*dirty)[i], &figures));
    const double took_s = static_cast<double>(monotonic_ns() - day_ns) / 1e9;
    *slowest_s = std::max(*slowest_s, took_s);
    std::printf("day %lld: %.2f s\n", static_cast<long long>((*dirty)[i].day), took_s);
    std::fflush(stdout);
  }
  figures.took_us = (monotonic_ns() - begin_ns) / 1000;
  return figures;
}

// Of this process, at its largest.
std::string memory_peak() {
  std::string peak = "?";
  if (FILE* file = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr)
      if (std::strncmp(line, "VmHWM:", 6) == 0)
        peak = std::to_string(std::strtoull(line + 6, nullptr, 10) / 1024);
    std::fclose(file);
  }
  return peak;
}

}  // namespace

int main(int argc, char** argv) {
  const Options given = read_options(argc, argv);
  auto opened = open_store({.path = given.path, .memory_bytes_max = given.memory_mb << 20});
  if (!opened) die(opened.error().message);
  TimedStore timed(**opened);
  Store* store = &timed;
  const TimeZones zones;
  const DeriveOptions options;
  check(prepare_derived(*store, zones, options));
  check(store->transact([](Transaction& transaction) { return transaction.mark_hits("true"); },
                        nullptr));
  check(store->checkpoint());
  std::printf("before: %.1f MB\n", static_cast<double>(store->info()->file_bytes) / 1e6);
  double slowest_s = 0;
  const auto figures = derive_newest(*store, zones, options, given.days, &slowest_s);
  const std::string peak = memory_peak();
  check(store->checkpoint());
  std::printf("%llu days in %.2f s, the slowest %.2f s: %.1f MB, %s MB of memory at most\n",
              static_cast<unsigned long long>(figures.days),
              static_cast<double>(figures.took_us) / 1e6, slowest_s,
              static_cast<double>(store->info()->file_bytes) / 1e6, peak.c_str());
  if (given.prints_statements) timed.print();
  const int rounds = given.rounds;
  for (int i = 1; i <= rounds; ++i) {
    check(store->transact(
        [](Transaction& transaction) {
          return transaction.execute(
              "INSERT INTO data.changes SELECT service, 0, from_time, from_time, 0 FROM "
              "derived.days"
              " WHERE day = (SELECT max(day) FROM derived.days)");
        },
        nullptr));
    const auto again = derive_changed(*store, zones, options);
    if (!again) die(again.error().message);
    if (i % std::max(rounds / 20, 1) == 0)
      std::printf("%d rounds: %.1f MB, the last took %.3f s\n", i,
                  static_cast<double>(store->info()->file_bytes) / 1e6,
                  static_cast<double>(again->took_us) / 1e6);
    std::fflush(stdout);
  }
}
