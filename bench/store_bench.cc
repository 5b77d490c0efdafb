// How fast batches are appended, and what a row takes on the disk. Rows look like a site's: few
// services, hosts and kinds, some hundred paths and User-Agents, addresses in the thousands.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "base/check.h"
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

template <class T>
constexpr bool is_text = std::is_same_v<T, StringColumn>;

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
  for_each_column([&](const auto& row) {
    auto& column = batch->*row.data;
    using Column = std::decay_t<decltype(column)>;
    const bool is_attribute = row.role == Role::attribute;
    const size_t size = is_attribute ? (batch->*row.of).distinct().size() : batch->rows();
    while (column.size() < size) {
      if constexpr (is_text<Column>) {
        const bool has_value = is_attribute && column.size() > 0;
        column.append(has_value ? fmt::format("{} {}", row.name, column.size() % 20) : "", arena);
      } else if constexpr (std::is_same_v<Column, NumberColumn<RequestId>>) {
        column.push_back({});
      } else {
        column.push_back(kAbsent<typename Column::value_type>);
      }
    }
  });
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
