// A database with a hundred hits of two services, and a file beside it that nobody may read.
#pragma once

#include <filesystem>
#include <fstream>

#include "store/test_engine.h"
#include "store/test_folder.h"
#include "store/test_hits.h"

namespace ballcone {

class Console : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TestFolder();
    std::ofstream(folder_->file("secret.csv")) << "a,b\nsecret,2\n";
    auto store = open_store({.path = folder_->file("a.duckdb"), .threads = 2});
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    std::vector<TestHit> hits;
    for (int i = 0; i < 100; ++i)
      hits.push_back({.service = i % 4 == 0 ? "other" : "example",
                      .path = fmt::format("/{}", i % 10),
                      .time_us = (days_of_civil(2026, 11, 20) + i % 3) * kDay_us + i * kSecond_us,
                      .bot = i % 5 == 0 ? "GPTBot" : "",
                      .status = static_cast<uint16_t>(i % 7 == 0 ? 404 : 200),
                      .visitor = static_cast<uint64_t>(i % 13)});
    HitBatch batch;
    fill_batch(hits, &batch);
    ASSERT_TRUE(store_->append(batch));
  }
  static void TearDownTestSuite() {
    store_.reset();
    delete folder_;
  }
  // Everything that an attempt could have changed.
  static std::string state() {
    return answer(*store_,
                  "SELECT (SELECT count(*) FROM data.hits), (SELECT sum(path) FROM data.hits),"
                  " (SELECT string_agg(key || value, ',' ORDER BY key) FROM data.meta),"
                  " (SELECT string_agg(table_name, ',' ORDER BY table_oid) FROM duckdb_tables()),"
                  " (SELECT string_agg(view_name, ',' ORDER BY view_oid) FROM duckdb_views()),"
                  " (SELECT string_agg(database_name, ',') FROM duckdb_databases()),"
                  " (SELECT string_agg(name || value, ',') FROM duckdb_settings())");
  }
  static size_t files() {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_->file("")))
      count += entry.path().extension() != ".wal";
    return count;
  }
  // FILE in a statement is the secret file.
  static std::string with_file(std::string sql) {
    if (const size_t at = sql.find("FILE"); at != std::string::npos)
      sql.replace(at, 4, folder_->file("secret.csv"));
    return sql;
  }

  static inline TestFolder* folder_ = nullptr;
  static inline std::unique_ptr<Store> store_;
};

}  // namespace ballcone
