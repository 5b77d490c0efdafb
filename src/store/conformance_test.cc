// What every storage backend must do. A new one is one more row in kBackends. The SQL is kept to
// what backends share: the views main.hits and services.*, and plain SELECT.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "store/store.h"
#include "store/test_engine.h"
#include "store/test_hits.h"

namespace ballcone {

namespace {

struct Backend {
  const char* name;
  std::unique_ptr<Store> (*open)();  // an empty one
};
constexpr Backend kBackends[] = {{"Duckdb", open_in_memory}};

class StoreConformance : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    store_ = GetParam().open();
    ASSERT_NE(store_, nullptr);
  }
  void append(const std::vector<TestHit>& hits) {
    HitBatch batch;
    fill_batch(hits, &batch);
    const auto done = store_->append(batch);
    ASSERT_TRUE(done) << done.error().message;
  }
  // Slow wherever it runs, and needs little memory.
  static constexpr const char* kEndless =
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b";

  std::unique_ptr<Store> store_;
};

TEST_P(StoreConformance, IsEmptyAtFirst) {
  EXPECT_THAT(store_->services(), testing::IsEmpty());
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM main.hits"), "0\n");
  const auto info = store_->info();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->hits, 0U);
  EXPECT_GE(info->schema_version, 1);
}

TEST_P(StoreConformance, TakesAnEmptyBatch) { append({}); }

TEST_P(StoreConformance, ShowsWhatWasAppended) {
  append({{.path = "/a"}, {.path = "/b", .bot = "GPTBot", .kind = "asset", .status = 404}});
  EXPECT_EQ(answer(*store_,
                   "SELECT time, service, path, status, bytes, generation_time, browser, country,"
                   " bot, visitor, is_page_view FROM main.hits ORDER BY path"),
            "2026-11-23 00:00:00|example|/a|200|512|0.0015|Firefox|DE|NULL|1|true\n"
            "2026-11-23 00:00:00|example|/b|404|512|0.0015|Firefox|DE|GPTBot|1|false\n");
  EXPECT_EQ(store_->info()->hits, 2U);
}

TEST_P(StoreConformance, ShowsAbsentValuesAsNull) {
  append({{.path = "", .user_agent = "", .address = "", .kind = ""}});
  EXPECT_EQ(answer(*store_,
                   "SELECT path, browser, country, host, upstream_time, request_id, asn, gpc"
                   " FROM main.hits"),
            "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL\n");
}

TEST_P(StoreConformance, KeepsEveryFactAsItIs) {
  HitBatch batch;
  fill_batch({{.visitor = 0xfedcba9876543210}}, &batch);
  batch.time[0] = -1;  // before 1970
  batch.bytes[0] = int64_t{1} << 60;
  batch.range_start[0] = -500;
  batch.upstream_time_us[0] = 1;
  batch.gpc[0] = 1;
  batch.request_id[0] = {0x0123456789abcdef, 0xfedcba9876543210};
  ASSERT_TRUE(store_->append(batch));
  EXPECT_EQ(answer(*store_,
                   "SELECT time, bytes, range_start, upstream_time, gpc, request_id, visitor"
                   " FROM main.hits"),
            "1969-12-31 23:59:59.999999|1152921504606846976|-500|1e-06|1|"
            "0123456789abcdeffedcba9876543210|18364758544493064720\n");
}

TEST_P(StoreConformance, HasOneViewPerServiceWhateverItIsCalled) {
  std::vector<TestHit> hits;
  const std::vector<std::string> names{"order", "hits", "select", "a-b", "пример", "x\"y", "b.c"};
  for (const std::string& name : names) hits.push_back({.service = name});
  append(hits);
  append(hits);
  for (const std::string& name : names) {
    std::string quoted = name;
    if (const size_t at = quoted.find('"'); at != std::string::npos) quoted.insert(at, "\"");
    EXPECT_EQ(console(*store_, "SELECT count(*) FROM \"" + quoted + "\""), "2\n") << name;
  }
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM main.hits"), "14\n");
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(store_->services(), sorted);
}

TEST_P(StoreConformance, TellsTheServiceHitsFromAllHits) {
  append({{.service = "hits", .path = "/a"}, {.service = "b", .path = "/b"}});
  EXPECT_EQ(console(*store_, "SELECT max(path) FROM hits"), "/a\n");
  EXPECT_EQ(console(*store_, "SELECT max(path) FROM main.hits"), "/b\n");
  EXPECT_EQ(console(*store_, "SELECT max(h.path), max(a.path) FROM hits h, main.hits a"),
            "/a|/b\n");
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM services.hits"), "1\n");
}

TEST_P(StoreConformance, ServiceViewHasTheOriginalsColumns) {
  append({{.bot = "GPTBot"}});
  const auto table = store_->query_console("FROM example", {});
  ASSERT_TRUE(table) << table.error().message;
  std::vector<std::string> names;
  for (const TableColumn& column : table->columns) names.push_back(column.name);
  EXPECT_THAT(names, testing::ElementsAre("datetime", "host", "path", "status", "length",
                                          "generation_time", "referer", "ip", "country_iso_code",
                                          "platform_name", "platform_version", "browser_name",
                                          "browser_version", "is_robot"));
  EXPECT_EQ(to_string(*table),
            "2026-11-23 00:00:00|NULL|/|200|512|0.0015|NULL|192.0.2.0|DE|NULL|NULL|Firefox|NULL|"
            "true\n");
}

TEST_P(StoreConformance, TakesTextsThatBecameEqualAsOne) {
  HitBatch batch;
  fill_batch({{.address = "192.0.2.1"}, {.address = "192.0.2.2"}}, &batch);
  for (const uint32_t code : {1U, 2U}) batch.address.replace_distinct(code, "192.0.2.0");
  ASSERT_TRUE(store_->append(batch));
  EXPECT_EQ(answer(*store_, "SELECT address, count(*) FROM main.hits GROUP BY 1"), "192.0.2.0|2\n");
}

TEST_P(StoreConformance, KeepsAttributesOfEqualTextsApart) {
  HitBatch batch;
  fill_batch(
      {{.address = "192.0.2.1", .country = "DE"}, {.address = "198.51.100.1", .country = "FR"}},
      &batch);
  for (const uint32_t code : {1U, 2U}) batch.address.replace_distinct(code, "");  // none is kept
  ASSERT_TRUE(store_->append(batch));
  EXPECT_EQ(answer(*store_,
                   "SELECT address, country, count(*) FROM main.hits GROUP BY 1, 2 "
                   "ORDER BY 2"),
            "NULL|DE|1\nNULL|FR|1\n");
}

TEST_P(StoreConformance, AppendsBatchesLargerThanAnyChunk) {
  std::vector<TestHit> hits;
  for (int i = 0; i < 5000; ++i) hits.push_back({.path = fmt::format("/{}", i % 37)});
  append(hits);
  append(hits);
  EXPECT_EQ(answer(*store_, "SELECT count(*), count(DISTINCT path) FROM main.hits"), "10000|37\n");
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM main.hits WHERE path = '/36'"), "270\n");
}

// Large ones may take another road than small ones; what they leave must be the same.
TEST_P(StoreConformance, KeepsEveryValueOfALargeBatch) {
  constexpr size_t kRows = 70'001;
  const auto fill = [](size_t first, size_t count, HitBatch* batch) {
    std::vector<TestHit> hits;
    for (size_t i = first; i < first + count; ++i)
      hits.push_back({.path = i % 7 == 0 ? "" : fmt::format("/{}", i % 1000),
                      .time_us = static_cast<int64_t>(i) * kSecond_us,
                      .bot = i % 5 == 0 ? "GPTBot" : "",
                      .visitor = i});
    fill_batch(hits, batch);
    for (size_t i = 0; i < count; ++i) {
      const size_t row = first + i;
      batch->import[i] = 7;
      if (row % 3 == 0) batch->bytes[i] = kAbsent<int64_t>;
      if (row % 4 == 0) batch->request_id[i] = {row, ~row};
      if (row % 9 == 0) batch->gpc[i] = 1;
    }
  };
  constexpr const char* kAnswer =
      "SELECT count(*), count(bytes), count(request_id), min(request_id), max(request_id),"
      " count(gpc), min(import), max(import), count(path), count(bot), sum(visitor)::BIGINT,"
      " count(host), count(upstream_time), sum(hash(COLUMNS(*)))::VARCHAR FROM main.hits";
  HitBatch batch;
  fill(0, kRows, &batch);
  ASSERT_TRUE(store_->append(batch));
  const std::string whole = answer(*store_, kAnswer);
  EXPECT_THAT(whole, testing::StartsWith("70001|46667|17501|0000000000000000ffffffffffffffff|"));
  EXPECT_EQ(answer(*store_,
                   "SELECT count(*) FROM main.hits WHERE path <> '/' || visitor % 1000"
                   " OR epoch_us(time) <> visitor * 1000000 OR status <> 200"),
            "0\n");
  auto in_parts = GetParam().open();
  for (size_t first = 0; first < kRows; first += 1000) {
    fill(first, std::min<size_t>(1000, kRows - first), &batch);
    ASSERT_TRUE(in_parts->append(batch));
  }
  EXPECT_EQ(answer(*in_parts, kAnswer), whole);
}

TEST_P(StoreConformance, BindsParameters) {
  append({{.path = "/it's"}, {.path = "/b"}});
  EXPECT_EQ(answer(*store_, "SELECT path FROM main.hits WHERE path = ?", {std::string("/it's")}),
            "/it's\n");
  EXPECT_EQ(answer(*store_, "SELECT ?, ?, ?, ?, ?",
                   {Value{}, true, int64_t{-5}, 0.25, std::string("' OR 1=1 --")}),
            "NULL|true|-5|0.25|' OR 1=1 --\n");
  EXPECT_THAT(answer(*store_, "SELECT ?", {}), testing::HasSubstr("expected 1 parameters, got 0"));
}

TEST_P(StoreConformance, StopsAtTheLimitOfRows) {
  const auto table = store_->query({"SELECT * FROM range(100000)", {}}, {.rows = 5000});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows.size(), 5000U);
  EXPECT_TRUE(table->is_truncated);
  const auto exact = store_->query({"SELECT * FROM range(5000)", {}}, {.rows = 5000});
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact->rows.size(), 5000U);
  EXPECT_FALSE(exact->is_truncated);
}

TEST_P(StoreConformance, StopsAtTheLimitOfBytes) {
  const auto table =
      store_->query({"SELECT repeat('x', 1000) FROM range(100000)", {}}, {.bytes = 50'000});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows.size(), 50U);
  EXPECT_TRUE(table->is_truncated);
}

TEST_P(StoreConformance, StopsAtTheLimitOfTime) {
  const int64_t started = monotonic_ns();
  EXPECT_EQ(answer(*store_, kEndless, {}, {.time_us = 100'000}),
            "error: stopped after 0.1 s, the limit for one query");
  EXPECT_LT((monotonic_ns() - started) / 1'000'000, 1000);
}

TEST_P(StoreConformance, StopsSoonAfterItIsCancelled) {
  std::atomic<bool> is_cancelled = false;
  std::atomic<int64_t> cancelled_ns = 0;
  std::jthread person([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // lets the query get under way
    cancelled_ns = monotonic_ns();
    is_cancelled = true;
  });
  EXPECT_EQ(answer(*store_, kEndless, {}, {.is_cancelled = &is_cancelled}), "error: cancelled");
  EXPECT_LT((monotonic_ns() - cancelled_ns) / 1'000'000, 500);  // 50, on a machine of its own
}

TEST_P(StoreConformance, EndsATransactionInTheMiddleOfAStatement) {
  std::atomic<bool> is_cancelled = false;
  std::atomic<int64_t> cancelled_ns = 0;
  std::jthread person([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // lets the statement get under way
    cancelled_ns = monotonic_ns();
    is_cancelled = true;
  });
  const auto done = store_->transact(
      [](Transaction& transaction) {
        return transaction.execute(
            "CREATE TEMP TABLE endless AS SELECT count(*) FROM range(10000000000000)"
            " t(i) WHERE i = -1");
      },
      &is_cancelled);
  EXPECT_FALSE(done);
  EXPECT_LT((monotonic_ns() - cancelled_ns) / 1'000'000, 500);
  EXPECT_TRUE(store_->transact([](Transaction& transaction) {
    return transaction.execute("CREATE TEMP TABLE endless AS SELECT 1");
  }));
}

TEST_P(StoreConformance, AnswersManyAtOnce) {
  append({{}, {}, {}});
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 5; ++j)
        right += console(*store_, "SELECT count(*) FROM example") == "3\n";
    });
  threads.clear();
  EXPECT_EQ(right, 80);
}

TEST_P(StoreConformance, AnswersWhileItAppends) {
  append({{}});
  std::atomic<bool> is_done = false;
  std::jthread reader([&] {
    int64_t last = 1;
    while (!is_done) {
      const auto table = store_->query({"SELECT count(*) FROM main.hits", {}}, {});
      ASSERT_TRUE(table) << table.error().message;
      const int64_t count = std::get<int64_t>(table->rows[0][0]);
      EXPECT_EQ(count % 2, 1) << "a part of a batch was seen";
      EXPECT_GE(count, last);
      last = count;
    }
  });
  for (int i = 0; i < 20; ++i) append({{.path = fmt::format("/{}", i)}, {}});
  is_done = true;
}

// Each of the threads brings texts that are new to all of them, and services too.
TEST_P(StoreConformance, AppendsFromSeveralThreadsAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kBatches = 12;
  constexpr int kRows = 1000;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      HitBatch batch;
      for (int b = 0; b < kBatches; ++b) {
        std::vector<TestHit> hits;
        for (int i = 0; i < kRows; ++i)
          hits.push_back({.service = fmt::format("s{}", b % 3),
                          .path = fmt::format("/{}", b * kRows / 2 + i),
                          .time_us = t * kSecond_us,
                          .visitor = static_cast<uint64_t>(b * kRows / 2 + i)});
        fill_batch(hits, &batch);
        const auto done = store_->append(batch);
        EXPECT_TRUE(done) << done.error().message;
      }
    });
  threads.clear();
  EXPECT_EQ(store_->info()->hits, uint64_t{kThreads * kBatches * kRows});
  EXPECT_EQ(store_->services(), (std::vector<std::string>{"s0", "s1", "s2"}));
  EXPECT_EQ(answer(*store_, "SELECT time, count(*) FROM main.hits GROUP BY 1 ORDER BY 1"),
            "1970-01-01 00:00:00|12000\n1970-01-01 00:00:01|12000\n"
            "1970-01-01 00:00:02|12000\n1970-01-01 00:00:03|12000\n");
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM main.hits WHERE path = '/' || visitor"),
            "48000\n");
  EXPECT_EQ(answer(*store_,
                   "SELECT count(*), count(DISTINCT code), count(DISTINCT hash),"
                   " count(DISTINCT path), max(code) FROM data.text_path WHERE code > 0"),
            "6500|6500|6500|6500|6500\n");
  for (const char* service : {"s0", "s1", "s2"})
    EXPECT_EQ(console(*store_, fmt::format("SELECT count(*) FROM {}", service)), "16000\n");
}

TEST_P(StoreConformance, CheckpointsWhileOthersAppend) {
  std::atomic<bool> is_done = false;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 2; ++t)
    threads.emplace_back([&] {
      while (!is_done) append({{}, {}});
    });
  for (int i = 0; i < 20; ++i) {
    const auto done = store_->checkpoint();
    EXPECT_TRUE(done) << done.error().message;
  }
  is_done = true;
  threads.clear();
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM main.hits"),
            fmt::format("{}\n", store_->info()->hits));
}

TEST_P(StoreConformance, SeesEveryBatchAppendedBefore) {
  for (int i = 1; i <= 20; ++i) {
    append({{}});
    ASSERT_EQ(answer(*store_, "SELECT count(*) FROM main.hits"), fmt::format("{}\n", i));
  }
}

TEST_P(StoreConformance, SaysWhereAnErrorIs) {
  append({{}});
  const auto table = store_->query_console("SELECT 'é', pth FROM example", {});
  ASSERT_FALSE(table);
  EXPECT_THAT(table.error().message, testing::HasSubstr("\"pth\" not found"));
  EXPECT_EQ(table.error().position, 13);
}

TEST_P(StoreConformance, CheckpointsAndGoesOn) {
  append({{}});
  ASSERT_TRUE(store_->checkpoint());
  append({{}});
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM main.hits"), "2\n");
}

INSTANTIATE_TEST_SUITE_P(Every, StoreConformance, testing::ValuesIn(kBackends),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace ballcone
