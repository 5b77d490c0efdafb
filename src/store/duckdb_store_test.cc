#include "store/duckdb_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/migrate.h"
#include "store/test_engine.h"
#include "store/test_folder.h"
#include "store/test_hits.h"

namespace ballcone {

namespace {

using testing::HasSubstr;
using testing::Not;

std::unique_ptr<Store> open(StoreOptions options) {
  options.threads = 2;
  auto store = open_store(options);
  EXPECT_TRUE(store) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

void append(Store& store, const std::vector<TestHit>& hits) {
  HitBatch batch;
  fill_batch(hits, &batch);
  const auto done = store.append(batch);
  ASSERT_TRUE(done) << done.error().message;
}

TEST(DuckdbStore, KeepsEverythingOverARestart) {
  const TestFolder folder;
  // Names of schemas: the file's name must not be taken for one of them.
  for (const char* name : {"a.duckdb", "data.duckdb", "main.db", "services", "hits", "it's"}) {
    SCOPED_TRACE(name);
    const StoreOptions options{.path = folder.file(name)};
    append(*open(options), {{.path = "/a"}, {.path = "/b"}});
    auto store = open(options);
    append(*store, {{.path = "/b"}, {.path = "/c"}});
    EXPECT_EQ(answer(*store, "SELECT code, path FROM data.text_path ORDER BY code"),
              "0|NULL\n1|/a\n2|/b\n3|/c\n");
    EXPECT_EQ(answer(*store, "SELECT path, count(*) FROM main.hits GROUP BY 1 ORDER BY 1"),
              "/a|1\n/b|2\n/c|1\n");
    EXPECT_EQ(console(*store, "SELECT count(*) FROM example"), "4\n");
    EXPECT_EQ(store->services(), std::vector<std::string>{"example"});
    EXPECT_EQ(store->info()->hits, 4U);
    EXPECT_GT(store->info()->file_bytes, 0U);
  }
}

TEST(DuckdbStore, FindsCodesOfTextsItHasForgotten) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb"), .texts_in_memory_max = 1000};
  constexpr int kTexts = 3000;
  {
    auto store = open(options);
    for (int round = 0; round < 3; ++round) {
      std::vector<TestHit> hits;
      for (int i = 0; i < kTexts; ++i)
        hits.push_back({.path = fmt::format("/{}", (i * 7 + round * 13) % kTexts)});
      append(*store, hits);
      append(*store, {hits.begin(), hits.begin() + 50});
    }
  }
  auto store = open(options);
  append(*store, {{.path = "/0"}, {.path = "/new"}});
  EXPECT_EQ(answer(*store,
                   "SELECT count(*), count(DISTINCT path), count(DISTINCT hash), max(code)"
                   " FROM data.text_path WHERE code > 0"),
            "3001|3001|3001|3001\n");
  EXPECT_EQ(answer(*store,
                   "SELECT count(*), count(DISTINCT path), min(n) FROM"
                   " (SELECT path, count(*) n FROM main.hits GROUP BY 1 HAVING n > 1)"),
            "3000|3000|3\n");
}

TEST(DuckdbStore, AddsColumnsThatAnOlderDatabaseHasNot) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb")};
  append(*open(options), {{.path = "/old"}});
  // As an older version would have made it.
  ASSERT_EQ(run_on_file(options.path,
                        "DROP VIEW main.hits; DROP VIEW services.example;"
                        "ALTER TABLE data.hits DROP COLUMN gpc; ALTER TABLE data.hits DROP COLUMN"
                        " bot; DROP TABLE data.text_bot; ALTER TABLE data.text_address DROP COLUMN"
                        " asn; UPDATE data.meta SET value = '' WHERE key = 'views'"),
            "");
  auto store = open(options);
  append(*store, {{.path = "/new", .bot = "GPTBot"}});
  EXPECT_EQ(
      answer(*store, "SELECT path, address, country, asn, gpc, bot FROM main.hits ORDER BY 1"),
      "/new|192.0.2.0|DE|NULL|NULL|GPTBot\n/old|192.0.2.0|DE|NULL|NULL|NULL\n");
  EXPECT_EQ(answer(*store, "SELECT count(*) FROM data.text_address"), "2\n");
  EXPECT_EQ(console(*store, "SELECT path, is_robot FROM example ORDER BY 1"),
            "/new|true\n/old|false\n");
}

TEST(DuckdbStore, LeavesColumnsOfALaterVersionNull) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb")};
  append(*open(options), {{}});
  ASSERT_EQ(run_on_file(options.path,
                        "ALTER TABLE data.hits ADD COLUMN later INTEGER;"
                        "ALTER TABLE data.text_path ADD COLUMN section VARCHAR"),
            "");
  auto store = open(options);
  append(*store, {{.path = "/new"}});
  EXPECT_EQ(answer(*store, "SELECT count(*), count(later) FROM data.hits"), "2|0\n");
}

TEST(DuckdbStore, RefusesADatabaseOfANewerVersion) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb")};
  append(*open(options), {{}});
  ASSERT_EQ(
      run_on_file(options.path, "UPDATE data.meta SET value = '99' WHERE key = 'schema_version'"),
      "");
  const auto store = open_store(options);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message,
              HasSubstr(fmt::format(
                  "made by a newer Ballcone: its schema has version 99, this program knows {}",
                  kSchemaVersion)));
}

TEST(DuckdbStore, SaysWhyADatabaseCannotBeOpened) {
  const TestFolder folder;
  std::ofstream(folder.file("text")) << std::string(10'000, 'x');
  std::filesystem::create_directory(folder.file("folder"));
  struct Case {
    std::string path;
    const char* message;
  };
  const Case kCases[] = {
      {folder.file("text"), "is not a DuckDB database"},
      {folder.file("nowhere/a.duckdb"), "expected a folder for the database"},
      {folder.file("folder"), "expected a database file, got the folder"},
  };
  for (const Case& c : kCases) {
    const auto store = open_store({.path = c.path});
    ASSERT_FALSE(store) << c.path;
    EXPECT_THAT(store.error().message, HasSubstr(c.message));
    EXPECT_THAT(store.error().message, HasSubstr(c.path.substr(0, c.path.rfind('/'))));
  }
  EXPECT_EQ(std::filesystem::file_size(folder.file("text")), 10'000U);
}

TEST(DuckdbStore, LeavesNothingOfABatchThatFails) {
  const TestFolder folder;
  auto store = open({.path = folder.file("a.duckdb"), .memory_bytes_max = 48 << 20});
  append(*store, {{.path = "/before"}});
  HitBatch batch;
  std::vector<TestHit> hits{{.service = "another"}};
  for (int i = 0; i < 60; ++i)
    hits.push_back({.path = std::string(1 << 20, static_cast<char>('A' + i))});
  fill_batch(hits, &batch);
  const std::string before = to_string(batch).substr(0, 1000);
  const auto done = store->append(batch);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("memory"));
  EXPECT_EQ(to_string(batch).substr(0, 1000), before);
  EXPECT_EQ(answer(*store, "SELECT count(*) FROM main.hits"), "1\n");
  EXPECT_EQ(answer(*store, "SELECT count(*) FROM data.text_path"), "2\n");
  EXPECT_EQ(store->services(), std::vector<std::string>{"example"});
  EXPECT_THAT(console(*store, "FROM another"), HasSubstr("no view another"));
  append(*store, {{.service = "another", .path = "/after"}, {.path = "/before"}});
  EXPECT_EQ(answer(*store, "SELECT path, count(*) FROM main.hits GROUP BY 1 ORDER BY 1"),
            "/after|1\n/before|2\n");
  EXPECT_EQ(answer(*store, "SELECT max(code) FROM data.text_path"), "2\n");
}

TEST(DuckdbStore, ConvertsEveryType) {
  auto store = open({});
  struct Case {
    const char* sql;
    const char* type;
    const char* text;
  };
  const Case kCases[] = {
      {"true", "BOOLEAN", "true"},
      {"-1::TINYINT", "TINYINT", "-1"},
      {"-300::SMALLINT", "SMALLINT", "-300"},
      {"70000", "INTEGER", "70000"},
      {"9223372036854775807", "BIGINT", "9223372036854775807"},
      {"255::UTINYINT", "UTINYINT", "255"},
      {"18446744073709551615::UBIGINT", "UBIGINT", "18446744073709551615"},
      {"sum(5)", "HUGEINT", "5"},
      {"(-170141183460469231731687303715884105728)::HUGEINT", "HUGEINT",
       "-170141183460469231731687303715884105728"},
      {"340282366920938463463374607431768211455::UHUGEINT", "UHUGEINT",
       "340282366920938463463374607431768211455"},
      {"1.5::FLOAT", "FLOAT", "1.5"},
      {"0.1::DOUBLE", "DOUBLE", "0.1"},
      {"1.50::DECIMAL(4,2)", "DECIMAL(4,2)", "1.50"},
      {"-0.05::DECIMAL(18,2)", "DECIMAL(18,2)", "-0.05"},
      {"12345678901234567890.123::DECIMAL(38,3)", "DECIMAL(38,3)", "12345678901234567890.123"},
      {"'é'", "VARCHAR", "é"},
      {"'\\x01a'::BLOB", "BLOB", "\\x01a"},
      {"'0101'::BIT", "BIT", "0101"},
      {"DATE '2026-11-23'", "DATE", "2026-11-23"},
      {"DATE '0044-03-15 (BC)'", "DATE", "0044-03-15 (BC)"},
      {"'infinity'::DATE", "DATE", "infinity"},
      {"TIME '12:00:00.5'", "TIME", "12:00:00.5"},
      {"TIMESTAMP '2026-11-23 12:00:00'", "TIMESTAMP", "2026-11-23 12:00:00"},
      {"TIMESTAMP '2026-11-23 12:00:00.120'", "TIMESTAMP", "2026-11-23 12:00:00.12"},
      {"'-infinity'::TIMESTAMP", "TIMESTAMP", "-infinity"},
      {"'2026-11-23 12:00:00.123456789'::TIMESTAMP_NS", "TIMESTAMP_NS",
       "2026-11-23 12:00:00.123456789"},
      {"'2026-11-23 12:00:00+01'::TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE",
       "2026-11-23 11:00:00+00"},
      {"INTERVAL '1 day 2 hours'", "INTERVAL", "1 day 02:00:00"},
      {"'00000000-0000-0000-0000-00000000000a'::UUID", "UUID",
       "00000000-0000-0000-0000-00000000000a"},
      {"'b'::ENUM('a', 'b')", "ENUM", "b"},
      {"[1, NULL]", "INTEGER[]", "[1, NULL]"},
      {"[1, 2]::INTEGER[2]", "INTEGER[2]", "[1, 2]"},
      {"{'a': 1, 'b': ['x']}", "STRUCT(a INTEGER, b VARCHAR[])", "{'a': 1, 'b': [x]}"},
      {"MAP {'k': 1}", "MAP(VARCHAR, INTEGER)", "{k=1}"},
      {"union_value(n := 5)", "UNION", "5"},
      {"'{\"a\": 1}'::JSON", "JSON", "{\"a\": 1}"},
      {"'POINT (1 2)'::GEOMETRY", "OTHER", "POINT (1 2)"},
      {"NULL", "INTEGER", "NULL"},
      {"NULL::INTEGER[]", "INTEGER[]", "NULL"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.sql);
    const auto table = store->query({fmt::format("SELECT {} AS x -- x", c.sql), {}}, {});
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(to_string(*table), std::string(c.text) + "\n");
    EXPECT_EQ(table->columns[0].type, c.type);
    EXPECT_EQ(table->columns[0].name, "x");
  }
}

TEST(DuckdbStore, KeepsAllOfManyRowsInOrder) {
  auto store = open({});
  const auto table =
      store->query({"SELECT range, [range] FROM range(10000) ORDER BY range DESC", {}}, {});
  ASSERT_TRUE(table);
  ASSERT_EQ(table->rows.size(), 10'000U);
  for (int64_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(std::get<int64_t>(table->rows[i][0]), 9999 - i);
    ASSERT_EQ(std::get<std::string>(table->rows[i][1]), fmt::format("[{}]", 9999 - i));
  }
}

TEST(DuckdbStore, GivesWhatWasReadUpToAnError) {
  auto store = open({});
  EXPECT_THAT(answer(*store,
                     "SELECT 1 // (range - 99999)::INTEGER, error('x') FROM range(100000) "
                     "WHERE range = 99999"),
              HasSubstr("x"));
}

}  // namespace
}  // namespace ballcone
