// Answers as Parquet files, read back by an engine that knows nothing of ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "store/test_attacks.h"
#include "store/test_console.h"

namespace ballcone {
namespace {

using testing::HasSubstr;
using testing::Not;

class Parquet : public Console {
 protected:
  static Result<ParquetFile> parquet(const std::string& sql,
                                     const QueryLimits& limits = {.time_us = 60'000'000,
                                                                  .rows = 1'000'000}) {
    return store_->parquet_console(sql, limits);
  }
  // The rows of `select` over the file (FROM f), or "error: …".
  static std::string read_back(const ParquetFile& file, const std::string& select) {
    const std::string path = folder_->file("answer.parquet");
    std::ofstream(path, std::ios::binary) << file.bytes;
    duckdb_database handle = nullptr;
    EXPECT_EQ(duckdb_open(nullptr, &handle), DuckDBSuccess);
    const OwnedDatabase database{handle};
    auto connection = Connection::open(handle);
    auto table = (*connection)->table({"WITH f AS (FROM '" + path + "') " + select, {}});
    std::filesystem::remove(path);
    return table ? to_string(*table) : "error: " + table.error().message;
  }
  static std::string file_of(const std::string& sql, const std::string& select = "FROM f") {
    const auto file = parquet(sql);
    return file ? read_back(*file, select) : "error: " + file.error().message;
  }
};

TEST_F(Parquet, HoldsTheRowsOfTheAnswer) {
  for (const char* sql : {
           "SELECT 1 AS a, 'x' AS b, NULL::VARCHAR AS c, 1.5::DOUBLE AS d, true AS e, '' AS f",
           "SELECT path, count(*) AS n, sum(bytes)::BIGINT AS bytes FROM hits GROUP BY ALL"
           " ORDER BY ALL",
           "SELECT * FROM example ORDER BY ALL",
           "SELECT * FROM hits ORDER BY ALL",
           "SELECT time, time::DATE AS day, time::TIME AS clock FROM hits ORDER BY 1",
           "SELECT [1, 2] AS l, {'a b': 'x', 'c': [NULL]} AS s, MAP {'k': 1} AS m, [1, 2]::INT[2]",
           "SELECT range AS n, repeat('x', 9) || range AS t FROM range(130000)",
           "SELECT 12345678901234567890::UBIGINT AS u, 1.25::DECIMAL(18, 2) AS d, 'nan'::FLOAT",
           "WITH days AS (SELECT time::DATE AS d FROM hits) SELECT d, count(*) FROM days GROUP BY d"
           " ORDER BY d",
           "FROM example WHERE false",
           "DESCRIBE example",
           "SELECT 'a\n\"b\", ü' AS \"na\"\"me; --\"",
       })
    EXPECT_EQ(file_of(sql), console(*store_, sql, {.time_us = 60'000'000, .rows = 1'000'000}))
        << sql;
}

TEST_F(Parquet, KeepsTypesAndLosesNothingOfTheOthers) {
  struct Case {
    const char* value;
    const char* type_and_value;
  };
  constexpr Case kCases[] = {
      {"1::UTINYINT", "UTINYINT|1\n"},
      {"TIMESTAMP '2026-11-23 12:00:00.123456'", "TIMESTAMP|2026-11-23 12:00:00.123456\n"},
      {"DATE '2026-11-23'", "DATE|2026-11-23\n"},
      {"sum(9007199254740993)", "DECIMAL(38,0)|9007199254740993\n"},
      {"INTERVAL '1 day 1 microsecond'", "VARCHAR|1 day 00:00:00.000001\n"},
      {"'12:00:00+01'::TIMETZ", "VARCHAR|12:00:00+01\n"},
      {"340282366920938463463374607431768211455::UHUGEINT",
       "VARCHAR|340282366920938463463374607431768211455\n"},
      {"'b'::ENUM('a', 'b')", "VARCHAR|b\n"},
      {"'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::UUID",
       "UUID|6ba7b810-9dad-11d1-80b4-00c04fd430c8\n"},
      {"union_value(num := 2)", "VARCHAR|2\n"},
      {"[sum(1)]", "VARCHAR|[1]\n"},
      {"'ab'::BLOB", "BLOB|ab\n"},
      {"'101'::BIT", "VARCHAR|101\n"},
      {"NULL", "INTEGER|NULL\n"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(
        file_of(std::string("SELECT ") + c.value + " AS x", "SELECT typeof(x), x::VARCHAR FROM f"),
        c.type_and_value)
        << c.value;
}

TEST_F(Parquet, NamesColumnsApart) {
  EXPECT_EQ(file_of("SELECT 1 AS a, 2 AS A, 3 AS a_1, 4", "SELECT a, A_1, a_1_1, \"4\" FROM f"),
            "1|2|3|4\n");
}

// What may not be asked may not be asked for in another form either.
TEST_F(Parquet, RefusesAllButReadingTheData) {
  const std::string before = state();
  const size_t files_before = files();
  for (const char* sql : kRefused) {
    const auto file = parquet(with_file(sql), {.time_us = 5'000'000});
    EXPECT_FALSE(file) << sql;
    if (!file) {
      EXPECT_THAT(file.error().message, Not(HasSubstr("secret,"))) << sql;
      EXPECT_THAT(file.error().message, Not(testing::IsEmpty())) << sql;
    }
  }
  EXPECT_EQ(state(), before);
  EXPECT_EQ(files(), files_before);
}

TEST_F(Parquet, SaysWhatIsWrongAndWhere) {
  const auto late = parquet("SELECT CASE WHEN range = 5000 THEN error('x') END FROM range(10000)");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "Invalid Input Error: x");
  const auto early = parquet("SELECT nope FROM hits");
  ASSERT_FALSE(early);
  EXPECT_THAT(early.error().message, HasSubstr("\"nope\" not found"));
  EXPECT_EQ(early.error().position, 7);
}

TEST_F(Parquet, EndsAtItsLimits) {
  const auto rows = parquet("FROM range(1000000000000)", {.rows = 5000});
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_TRUE(rows->is_truncated);
  EXPECT_EQ(read_back(*rows, "SELECT count(*), max(range) FROM f"), "5000|4999\n");
  const auto exactly = parquet("FROM range(5000)", {.rows = 5000});
  ASSERT_TRUE(exactly);
  EXPECT_FALSE(exactly->is_truncated);
  for (const char* text :
       {"repeat('x', 1000)", "[repeat('x', 1000)]", "{'a': repeat('x', 1000)}"}) {
    const auto bytes = parquet(std::string("SELECT ") + text + " AS t FROM range(1000000000)",
                               {.time_us = 60'000'000, .bytes = 10 << 20});
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_TRUE(bytes->is_truncated);
    EXPECT_LT(bytes->rows, 20'000U) << text;
    EXPECT_GT(bytes->rows, 5'000U) << text;
  }
}

TEST_F(Parquet, EndsSoonAfterItIsCancelled) {
  std::atomic<bool> is_cancelled = true;
  const char* const endless = "SELECT hash(range) FROM range(100000000000)";
  auto file = parquet(endless, {.time_us = 60'000'000, .is_cancelled = &is_cancelled});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "cancelled");
  const int64_t started = monotonic_ns();
  file = parquet(endless, {.time_us = 200'000, .rows = SIZE_MAX, .bytes = SIZE_MAX});
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr("stopped after 0.2 s"));
  EXPECT_LT((monotonic_ns() - started) / 1'000'000, 1500);
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM example"), "75\n");
}

}  // namespace
}  // namespace ballcone
