// How fast batches are appended, and what a row takes on the disk. Rows look like a site's: few
// services, hosts and kinds, some hundred paths and User-Agents, addresses in the thousands.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sys/resource.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "store/code_map.h"
#include "store/store.h"

namespace ballcone {
namespace {

struct Shape {
  size_t rows = 100'000;
  size_t paths = 500;  // 0: each row has one of its own
  size_t user_agents = 200;
  size_t addresses = 5000;
};

double skewed(std::mt19937_64& random) {
  const double x = static_cast<double>(random() >> 11) / 9007199254740992.0;
  return x * x * x;
}
size_t below(size_t count, double share) {
  return static_cast<size_t>(share * static_cast<double>(count));
}

template <class T>
constexpr bool is_text = std::is_same_v<T, StringColumn>;

// What no step has filled: attributes have some values, all else is absent.
void fill_rest(HitBatch* batch) {
  Arena& arena = batch->arena;
  for_each_column([&](const auto& row) {
    auto& column = batch->*row.data;
    using Column = std::decay_t<decltype(column)>;
    const bool is_attribute = row.role == Role::attribute;
    const size_t size = is_attribute ? (batch->*row.of).distinct().size() : batch->rows();
    while (column.size() < size) {
      if constexpr (is_text<Column>) {
        const std::string_view name = row.name;
        const bool is_rare = name.starts_with("utm_") || name == "region" || name == "city" ||
                             name == "network";  // without a larger GeoIP database
        const bool has_value = is_attribute && column.size() > 0 && !is_rare;
        uint64_t value = 0;  // the same in every batch
        if (is_attribute) value = hash64((batch->*row.of).distinct()[column.size()]) % 20;
        column.append(has_value ? fmt::format("{} {}", row.name, value) : "", arena);
      } else if constexpr (std::is_same_v<Column, NumberColumn<RequestId>>) {
        column.push_back({});
      } else {
        column.push_back(kAbsent<typename Column::value_type>);
      }
    }
  });
}

// `round` moves time on, and the texts too where every row has its own.
void fill(const Shape& shape, uint64_t round, HitBatch* batch) {
  batch->clear();
  std::mt19937_64 random(round);
  const auto skewed = [&](size_t count) {
    const double x = static_cast<double>(random() >> 11) / 9007199254740992.0;
    return static_cast<size_t>(x * x * static_cast<double>(count));
  };
  Arena& arena = batch->arena;
  for (size_t i = 0; i < shape.rows; ++i) {
    Hit hit;
    const std::string user_agent =
        fmt::format("Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
                    skewed(shape.user_agents));
    const size_t address = skewed(shape.addresses);
    const std::string address_text = fmt::format("198.{}.{}.0", address / 256, address % 256);
    hit.time_us = 1'795'435'200'000'000 + static_cast<int64_t>((round * shape.rows + i) * 1000);
    hit.service = i % 3 == 0 ? "blog" : "shop";
    hit.host = "example.com";
    hit.method = "GET";
    hit.protocol = "HTTP/1.1";
    hit.user_agent = user_agent;
    hit.address = address_text;
    hit.status = i % 20 == 0 ? 404 : 200;
    hit.bytes = static_cast<int64_t>(random() % 100'000);
    hit.generation_time_us = static_cast<int64_t>(random() % 500) * 1000;
    batch->append(hit);
    const size_t path = shape.paths == 0 ? round * shape.rows + i : skewed(shape.paths);
    batch->path.append(fmt::format("/articles/{}/a-title-of-some-length", path), arena);
    batch->kind.append(i % 4 == 0 ? "page" : "asset", arena);
    batch->channel.append("Direct", arena);
    batch->visitor.push_back(address * 0x9e3779b97f4a7c15ULL);
  }
  fill_rest(batch);
}

// A batch of an import as the enrichment leaves it: a combined log of 40,000 paths, 400,000
// addresses (masked) and 3,000 User-Agents. Ten columns have nothing at all.
constexpr size_t kImportRows = 102'400;
void fill_import(uint64_t round, HitBatch* batch) {
  batch->clear();
  std::mt19937_64 random(round);
  Arena& arena = batch->arena;
  for (size_t i = 0; i < kImportRows; ++i) {
    Hit hit;
    const size_t agent = below(3000, skewed(random));
    const std::string user_agent = fmt::format(
        "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/{0}.0.0.0 Safari/537.36",
        agent);
    const size_t client = below(400'000, skewed(random));
    const std::string address =
        fmt::format("{}.{}.{}.0", client % 199 + 1, client / 199 % 251, client / 49'949 * 7);
    const size_t from = below(6000, skewed(random));
    const std::string referrer =
        from % 3 == 0 ? "" : fmt::format("https://www.site{}.example/pages/{}", from % 50, from);
    hit.time_us =
        1'795'435'200'000'000 + static_cast<int64_t>((round * kImportRows + i) / 20) * 1'000'000;
    hit.service = "example.com";
    hit.method = i % 30 == 0 ? "POST" : "GET";
    hit.protocol = i % 3 == 0 ? "HTTP/1.1" : "HTTP/2.0";
    hit.referrer = referrer;
    hit.user_agent = user_agent;
    hit.address = address;
    hit.status = i % 20 == 0 ? 404 : i % 13 == 0 ? 304 : 200;
    hit.bytes = static_cast<int64_t>(random() % 100'000);
    batch->append(hit);
    const size_t path = below(40'000, skewed(random));
    batch->path.append(fmt::format("/articles/{}/a-title-of-some-length", path), arena);
    batch->query.append(i % 10 == 0 ? fmt::format("page={}", path % 300) : "", arena);
    batch->kind.append(path % 4 == 0 ? "page" : "asset", arena);
    batch->channel.append(from % 3 == 0 ? "Direct" : "Referral", arena);
    batch->bot.append(agent % 9 == 0 ? "GPTBot" : "", arena);
    batch->visitor.push_back((client * 31 + agent % 4 + 1) * 0x9e3779b97f4a7c15ULL);
  }
  batch->import.assign(kImportRows, 1);
  fill_rest(batch);
}

class Database {
 public:
  explicit Database(size_t texts_in_memory_max = 1 << 20) {
    folder_ = std::filesystem::temp_directory_path() / "ballcone-store-bench";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto store = open_store(
        {.path = (folder_ / "bench.duckdb").string(), .texts_in_memory_max = texts_in_memory_max});
    CHECK(store.has_value());
    store_ = std::move(*store);
  }
  ~Database() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Store& operator*() { return *store_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

void append_batches(benchmark::State& state, const Shape& shape, size_t texts_in_memory_max) {
  Database database(texts_in_memory_max);
  uint64_t round = 0;
  HitBatch batch;
  for (auto _ : state) {
    state.PauseTiming();
    fill(shape, round++, &batch);
    state.ResumeTiming();
    CHECK((*database).append(batch).has_value());
  }
  CHECK((*database).checkpoint().has_value());
  const StoreInfo info = *(*database).info();
  state.SetItemsProcessed(static_cast<int64_t>(info.hits));
  state.counters["bytes_per_row"] =
      static_cast<double>(info.file_bytes) / static_cast<double>(info.hits);
}

void BM_AppendFewTexts(benchmark::State& state) {
  append_batches(state, {.rows = static_cast<size_t>(state.range(0))}, 1 << 20);
}
BENCHMARK(BM_AppendFewTexts)
    ->Arg(1000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Every row has a path of its own: a scanner, or a site that puts ids into its paths.
void BM_AppendNewPathEachRow(benchmark::State& state) {
  append_batches(state, {.paths = 0}, static_cast<size_t>(state.range(0)));
}
BENCHMARK(BM_AppendNewPathEachRow)
    ->Arg(1 << 20)
    ->Arg(1 << 16)
    ->UseRealTime()
    ->Iterations(40)
    ->Unit(benchmark::kMillisecond);

int64_t cpu_us() {
  rusage usage{};
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
  const auto us = [](const timeval& t) { return int64_t{t.tv_sec} * 1'000'000 + t.tv_usec; };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

// As importing does it: the first batches bring most of the texts (15 of 100 rows a new one); with
// the second argument all texts are known. CPU is the whole process's.
void BM_AppendImport(benchmark::State& state) {
  const auto threads = static_cast<size_t>(state.range(0));
  std::vector<std::unique_ptr<HitBatch>> batches;
  for (uint64_t i = 0; i < 16; ++i) {
    batches.push_back(std::make_unique<HitBatch>());
    fill_import(i, batches.back().get());
  }
  int64_t cpu = 0;
  double bytes_per_row = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Database database;
    CHECK((*database).begin_import({.what = "bench"}, 0) == 1U);
    if (state.range(1) != 0)
      for (const auto& batch : batches) CHECK((*database).append(*batch).has_value());
    std::atomic<size_t> next = 0;
    const int64_t cpu_before = cpu_us();
    state.ResumeTiming();
    const auto append_all = [&] {
      for (size_t i; (i = next++) < batches.size();)
        CHECK((*database)
                  .append(*batches[i], {{1, 1, {i, i + 1}, kImportRows, kImportRows}})
                  .has_value());
    };
    {
      std::vector<std::jthread> others;
      for (size_t i = 1; i < threads; ++i) others.emplace_back(append_all);
      append_all();
    }
    state.PauseTiming();
    cpu += cpu_us() - cpu_before;
    CHECK((*database).checkpoint().has_value());
    const StoreInfo info = *(*database).info();
    bytes_per_row = static_cast<double>(info.file_bytes) / static_cast<double>(info.hits);
    state.ResumeTiming();
  }
  const auto rows = static_cast<double>(state.iterations()) * 16 * kImportRows;
  state.SetItemsProcessed(static_cast<int64_t>(rows));
  state.counters["cpu_us_per_row"] = static_cast<double>(cpu) / rows;
  state.counters["bytes_per_row"] = bytes_per_row;
}
BENCHMARK(BM_AppendImport)
    ->ArgNames({"threads", "known"})
    ->ArgsProduct({{1, 2}, {0, 1}})
    ->UseRealTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

void BM_FindCode(benchmark::State& state) {
  CodeMap map(1 << 20);
  for (uint32_t i = 1; i < 1 << 19; ++i) map.insert(i * 0x9e3779b97f4a7c15ULL, i);
  uint32_t i = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(map.find(i * 0x9e3779b97f4a7c15ULL));
    i = i % ((1 << 19) - 1) + 1;
  }
}
BENCHMARK(BM_FindCode);

}  // namespace
}  // namespace ballcone

BENCHMARK_MAIN();
