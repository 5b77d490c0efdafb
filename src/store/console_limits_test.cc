// What a person's statement may use up: time, rows, memory, and the engine's readers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "store/test_console.h"

namespace ballcone {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(Console, RefusesWhatIsTooLongTooDeepOrNotText) {
  EXPECT_THAT(console(*store_, std::string(100'000, ' ')), HasSubstr("at most 65536 bytes"));
  EXPECT_THAT(console(*store_, std::string_view("SELECT 1\0; DROP TABLE x", 22)), HasSubstr("NUL"));
  EXPECT_THAT(console(*store_, "SELECT '\xff'"), HasSubstr("UTF-8"));
  const std::string open(5000, '('), close(5000, ')');
  EXPECT_EQ(console(*store_, "SELECT " + open + "1" + close), "1\n");  // parentheses cost nothing
  std::string sum = "SELECT 1";
  for (int i = 0; i < 5000; ++i) sum += "+1";
  EXPECT_THAT(console(*store_, sum), StartsWith("error"));
  std::string nested = "SELECT 1";
  for (int i = 0; i < 2000; ++i) nested = "SELECT(" + nested + ")";
  EXPECT_THAT(console(*store_, nested), StartsWith("error"));
  EXPECT_EQ(console(*store_, "SELECT 1"), "1\n");
}

TEST_F(Console, StopsWhatWouldNeverEnd) {
  const char* const kEndless[] = {
      "SELECT count(*) FROM range(10000000000) a, range(10000000000) b",
      "WITH RECURSIVE t AS (SELECT 1 UNION ALL FROM t) SELECT count(*) FROM t",
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t) SELECT max(n) FROM t",
      "SELECT count(*) FROM hits a, hits b, hits c, hits d, hits e, hits f, hits g",
      "SELECT max(hash(a.range, b.range)) FROM range(100000000) a, range(1000000000) b",
      "SELECT levenshtein(repeat('a', 90000), repeat('b', 1)) , sum(levenshtein(a.path || range,"
      " b.path)) FROM range(100000000), hits a, hits b",
      "SELECT * FROM range(100000000000) ORDER BY random()",
  };
  for (const char* sql : kEndless) {
    const int64_t started = monotonic_ns();
    EXPECT_THAT(console(*store_, sql, {.time_us = 200'000}),
                AnyOf(HasSubstr("stopped after 0.2 s"), HasSubstr("memory"), HasSubstr("Memory")))
        << sql;
    EXPECT_LT((monotonic_ns() - started) / 1'000'000, 1500) << sql;
  }
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM example"), "75\n");
}

TEST_F(Console, StopsAtItsLimitOfRowsWhateverTheStatement) {
  const auto table = store_->query_console("FROM range(1000000000000)", {.rows = 100});
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows.size(), 100U);
  EXPECT_TRUE(table->is_truncated);
}

TEST_F(Console, LeavesReadersFreeAfterCancelledQueries) {
  std::atomic<bool> is_cancelled = true;
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(console(*store_, "SELECT count(*) FROM range(10000000000) a, range(1000) b",
                      {.is_cancelled = &is_cancelled}),
              "error: cancelled");
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM example"), "75\n");
}

// The engine gives up soon after the one who asked has gone, in the middle of its work.
TEST_F(Console, EndsSoonAfterItIsCancelled) {
  std::atomic<bool> is_cancelled = false;
  std::atomic<int64_t> cancelled_ns = 0;
  std::jthread canceller([&] {
    // Once it runs; that it does is seen from the reader that is not free.
    for (const int64_t start = monotonic_ns(); monotonic_ns() - start < 200'000'000;)
      (void)console(*store_, "SELECT 1");
    cancelled_ns = monotonic_ns();
    is_cancelled = true;
  });
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM range(10000000000) a, range(1000) b",
                    {.time_us = 60'000'000, .is_cancelled = &is_cancelled}),
            "error: cancelled");
  EXPECT_LT((monotonic_ns() - cancelled_ns) / 1'000'000, 1000);
}

// Every reader is used: none is left within a transaction of an older state.
TEST_F(Console, SeesNewRowsOnEveryReader) {
  auto store = open_in_memory();
  HitBatch batch;
  for (int i = 1; i <= 12; ++i) {
    fill_batch({{}}, &batch);
    ASSERT_TRUE(store->append(batch));
    (void)console(*store, "SELECT nope FROM hits");
    (void)console(*store, "SELECT error('x') FROM hits");
    ASSERT_EQ(console(*store, "SELECT count(*) FROM hits"), fmt::format("{}\n", i));
  }
}

// The writer's commit may fail meanwhile, but nothing is lost, and afterwards it succeeds.
TEST(ConsoleMemory, AppendSurvivesAQueryThatEatsAllOfIt) {
  const TestFolder folder;
  auto opened =
      open_store({.path = folder.file("a.duckdb"), .memory_bytes_max = 64 << 20, .threads = 2});
  ASSERT_TRUE(opened) << opened.error().message;
  Store& store = **opened;
  std::atomic<bool> is_done = false;
  std::jthread eater([&] {
    while (!is_done)
      (void)console(store,
                    "SELECT count(*) FROM (SELECT DISTINCT hash(range), range FROM "
                    "range(20000000))",
                    {.time_us = 1'000'000, .is_cancelled = &is_done});
  });
  int failed = 0;
  HitBatch batch;
  for (int i = 0; i < 20; ++i) {
    std::vector<TestHit> hits;
    for (int j = 0; j < 1000; ++j) hits.push_back({.path = fmt::format("/{}/{}", i, j)});
    fill_batch(hits, &batch);
    const int64_t started = monotonic_ns();
    while (!store.append(batch)) {
      ++failed;
      ASSERT_LT(monotonic_ns() - started, int64_t{30} * 1'000'000'000);
    }
  }
  is_done = true;
  eater.join();
  RecordProperty("appends_that_failed_first", failed);
  EXPECT_EQ(answer(store, "SELECT count(*), count(DISTINCT path) FROM main.hits"), "20000|20000\n");
}

}  // namespace
}  // namespace ballcone
