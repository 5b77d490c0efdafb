// Exactly once: what is known of inputs, and what an import leaves when it is undone.
#include "store/imports.h"
#include "store/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/test_engine.h"
#include "store/test_folder.h"
#include "store/test_hits.h"

namespace ballcone {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// "0-10 20-30"
std::string to_string(const std::vector<Range>& ranges) {
  std::string out;
  for (const Range& range : ranges)
    out += fmt::format("{}{}-{}", out.empty() ? "" : " ", range.begin, range.end);
  return out;
}

std::string lines(int from, int to) {
  std::string out;
  for (int i = from; i < to; ++i)
    out += fmt::format("192.0.2.{} - - [23/Nov/2026:00:00:{:02}]\n", i, i);
  return out;
}

class ImportsTest : public testing::Test {
 protected:
  void SetUp() override { open_again(); }
  void open_again() {
    store_ = nullptr;
    auto store = open_store({.path = folder_.file("a.duckdb"), .threads = 2});
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  uint32_t begin(const ImportStart& start = {.what = "access.log", .format = "combined"}) {
    const auto id = store_->begin_import(start, kNow_us);
    EXPECT_TRUE(id) << id.error().message;
    return id ? *id : 0;
  }
  KnownInput open(std::string_view head, const std::string& label = "",
                  const std::string& name = "access.log") {
    const auto input = store_->open_input(label, name, head);
    EXPECT_TRUE(input) << input.error().message;
    return input ? *input : KnownInput{};
  }
  // As many hits as the piece says it stored.
  Result<void> append(const Piece& piece, const std::string& service = "example") {
    HitBatch batch;
    fill_batch(std::vector<TestHit>(piece.stored, {.service = service}), &batch);
    for (uint32_t& import : batch.import) import = piece.import;
    return store_->append(batch, {piece});
  }
  std::string list() {
    std::string out;
    const auto infos = store_->imports();
    EXPECT_TRUE(infos) << infos.error().message;
    for (const ImportInfo& info : *infos)
      out += fmt::format("{} {} {} {} {} inputs {} lines {} stored {} bytes\n", info.id,
                         info.start.what, info.start.format,
                         info.finished_us == 0 ? "open" : "finished", info.inputs, info.lines,
                         info.stored, info.bytes);
    return out;
  }

  static constexpr int64_t kNow_us = 1'795'435'200'000'000;
  const TestFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(ImportsTest, KnowsWhatIsDoneOfAnInput) {
  const uint32_t import = begin();
  const KnownInput input = open(lines(0, 5));
  EXPECT_THAT(input.done, IsEmpty());
  ASSERT_TRUE(append({import, input.id, {100, 200}, 2, 1}));
  ASSERT_TRUE(append({import, input.id, {0, 50}, 1, 1}));
  ASSERT_TRUE(append({import, input.id, {50, 100}, 1, 0}));
  ASSERT_TRUE(append({import, input.id, {300, 400}, 1, 1}));
  EXPECT_EQ(to_string(open(lines(0, 5)).done), "0-200 300-400");
  EXPECT_EQ(list(), "1 access.log combined open 1 inputs 5 lines 3 stored 300 bytes\n");
  ASSERT_TRUE(store_->finish_import(import, kNow_us + 1));
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM data.pieces"), "2\n");
  open_again();
  EXPECT_EQ(open(lines(0, 5)).id, input.id);
  EXPECT_EQ(to_string(open(lines(0, 5)).done), "0-200 300-400");
  EXPECT_EQ(list(), "1 access.log combined finished 1 inputs 5 lines 3 stored 300 bytes\n");
  EXPECT_EQ(answer(*store_, "SELECT count(*), min(import) FROM main.hits"), "3|1\n");
}

TEST_F(ImportsTest, TakesTheUnionOfAllImports) {
  const KnownInput input = open(lines(0, 5));
  ASSERT_TRUE(append({begin(), input.id, {0, 100}, 1, 1}));
  ASSERT_TRUE(append({begin(), input.id, {50, 150}, 1, 1}));
  ASSERT_TRUE(append({begin(), input.id, {60, 70}, 1, 1}));
  EXPECT_EQ(to_string(open(lines(0, 5)).done), "0-150");
}

TEST_F(ImportsTest, CommitsAPieceWithoutRows) {
  const KnownInput input = open(lines(0, 5));
  ASSERT_TRUE(store_->append(HitBatch{}, {{begin(), input.id, {0, 100}, 7, 0}}));
  EXPECT_EQ(to_string(open(lines(0, 5)).done), "0-100");
  EXPECT_EQ(list(), "1 access.log combined open 1 inputs 7 lines 0 stored 100 bytes\n");
}

TEST_F(ImportsTest, KnowsAnInputByWhatItBeginsWith) {
  const std::string whole = lines(0, 1000);
  ASSERT_GT(whole.size(), 2 * kFingerprintBytes);
  const std::string_view head = whole;
  const uint32_t id = open(head).id;
  EXPECT_EQ(open(head, "", "access.log.1.gz").id, id);
  EXPECT_EQ(open(head.substr(0, kFingerprintBytes)).id, id);
  std::string other = whole;
  other[kFingerprintBytes] ^= 1;
  EXPECT_EQ(open(other).id, id) << "beyond the fingerprint";
  other = whole;
  other[kFingerprintBytes - 1] ^= 1;
  EXPECT_NE(open(other).id, id) << "its last byte";
  other[0] ^= 1;
  EXPECT_NE(open(other).id, id);
  EXPECT_NE(open(head, "web2").id, id);
  EXPECT_EQ(open(head, "web2").id, open(head, "web2").id);
  EXPECT_NE(open(head.substr(0, 100)).id, id) << "shorter than what is known";
}

TEST_F(ImportsTest, KnowsAnInputThatHasGrown) {
  const std::string whole = lines(0, 1000);
  const uint32_t id = open(lines(0, 1)).id;
  ASSERT_TRUE(append({begin(), id, {0, 40}, 1, 1}));
  for (const int count : {2, 3, 10, 50, 500}) {
    EXPECT_EQ(open(lines(0, count)).id, id) << count;
    open_again();
  }
  // A copy made while it was short.
  EXPECT_EQ(open(lines(0, 7)).id, id);
  EXPECT_EQ(to_string(open(whole).done), "0-40");
}

TEST_F(ImportsTest, TellsApartInputsThatBeginWithTheSameLine) {
  const uint32_t first = open(lines(0, 1)).id;
  EXPECT_EQ(open(lines(0, 1) + lines(100, 120)).id, first);
  // Longer than what is known of the first one, and different there.
  const uint32_t second = open(lines(0, 1) + lines(200, 230)).id;
  EXPECT_NE(second, first);
  EXPECT_EQ(open(lines(0, 1) + lines(200, 280)).id, second);
  EXPECT_EQ(open(lines(0, 1) + lines(100, 180)).id, first);
}

TEST_F(ImportsTest, TakesEmptyInputsForTheSameByNameAlone) {
  const uint32_t id = open("").id;
  EXPECT_EQ(open("").id, id);
  EXPECT_NE(open("", "", "b.log").id, id);
  EXPECT_NE(open(lines(0, 3)).id, id);
}

TEST_F(ImportsTest, KeepsTheIdOfAFollowedPath) {
  const ImportStart follow{.what = "/var/log/a.log", .format = "combined", .is_follow = true};
  const uint32_t id = begin(follow);
  const uint32_t run = begin({.what = "/var/log/a.log"});
  EXPECT_NE(run, id);
  EXPECT_NE(begin({.what = "/var/log/a.log"}), run);
  EXPECT_NE(begin({.what = "/var/log/b.log", .is_follow = true}), id);
  open_again();
  EXPECT_EQ(begin(follow), id);
}

TEST_F(ImportsTest, KeepsThePiecesOfAFollowedFileFew) {
  const uint32_t import = begin({.what = "a.log", .is_follow = true});
  const uint32_t input = open(lines(0, 5)).id;
  constexpr uint64_t kPieces = 600;
  for (uint64_t i = 0; i < kPieces; ++i)
    ASSERT_TRUE(append({import, input, {i * 10, i * 10 + 10}, 1, i % 2}));
  const auto count = store_->query({"SELECT count(*) FROM data.pieces", {}}, {});
  ASSERT_TRUE(count);
  EXPECT_LT(std::get<int64_t>(count->rows[0][0]), 256);
  EXPECT_EQ(to_string(open(lines(0, 5)).done), "0-6000");
  EXPECT_EQ(list(), "1 a.log  open 1 inputs 600 lines 300 stored 6000 bytes\n");
}

TEST_F(ImportsTest, UndoesAnImportAsAWhole) {
  const uint32_t a = open(lines(0, 5)).id;
  const uint32_t b = open(lines(10, 15)).id;
  const uint32_t first = begin();
  const uint32_t second = begin();
  ASSERT_TRUE(append({first, a, {0, 100}, 3, 2}, "only-there"));
  ASSERT_TRUE(append({first, a, {100, 200}, 1, 1}, "both"));
  ASSERT_TRUE(append({second, b, {0, 100}, 4, 4}, "both"));
  HitBatch live;
  fill_batch({{.service = "live"}}, &live);
  ASSERT_TRUE(store_->append(live));
  open_again();
  ASSERT_EQ(store_->info()->hits, 8U);

  const auto undone = store_->undo_import(first);
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(*undone, 3U);
  EXPECT_EQ(store_->info()->hits, 5U);
  EXPECT_EQ(answer(*store_,
                   "SELECT service, import, count(*) FROM main.hits GROUP BY ALL"
                   " ORDER BY 1"),
            "both|2|4\nlive|NULL|1\n");
  EXPECT_EQ(store_->services(), (std::vector<std::string>{"both", "live"}));
  EXPECT_THAT(console(*store_, "FROM \"only-there\""), HasSubstr("no view"));
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM data.inputs"), "1\n");
  EXPECT_EQ(answer(*store_, "SELECT count(*) FROM data.fingerprints"), "1\n");
  EXPECT_THAT(open(lines(0, 5)).done, IsEmpty());
  EXPECT_EQ(to_string(open(lines(10, 15)).done), "0-100");
  EXPECT_EQ(list(), "2 access.log combined open 1 inputs 4 lines 4 stored 100 bytes\n");

  const auto again = store_->undo_import(first);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("there is no import 1"));
  const auto late = append({first, a, {200, 300}, 1, 1});
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("import 1 has been undone"));
  // An id is never given twice, and a service may come back.
  const uint32_t third = begin();
  EXPECT_EQ(third, 3U);
  ASSERT_TRUE(append({third, open(lines(0, 5)).id, {0, 100}, 2, 2}, "only-there"));
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM \"only-there\""), "2\n");
  open_again();
  EXPECT_EQ(store_->services(), (std::vector<std::string>{"both", "live", "only-there"}));
  EXPECT_EQ(store_->info()->hits, 7U);
}

// Undone between the moment somebody opened it and that one's first piece.
TEST_F(ImportsTest, KeepsAnInputThatSomebodyHasOpened) {
  const uint32_t first = begin();
  const uint32_t input = open(lines(0, 5)).id;
  ASSERT_TRUE(append({first, input, {0, 100}, 1, 1}));
  const uint32_t second = begin();
  ASSERT_EQ(open(lines(0, 5)).id, input);
  ASSERT_TRUE(store_->undo_import(first));
  ASSERT_TRUE(append({second, input, {0, 50}, 1, 1}));
  open_again();
  EXPECT_EQ(open(lines(0, 5)).id, input);
  EXPECT_EQ(to_string(open(lines(0, 5)).done), "0-50");
}

TEST_F(ImportsTest, GoesOnFollowingWhatIsUndone) {
  const uint32_t import = begin({.what = "a.log", .format = "combined", .is_follow = true});
  const uint32_t input = open(lines(0, 5)).id;
  ASSERT_TRUE(append({import, input, {0, 100}, 1, 1}));
  ASSERT_EQ(*store_->undo_import(import), 1U);
  ASSERT_TRUE(append({import, input, {100, 200}, 1, 1}));
  EXPECT_EQ(list(), "1 a.log combined open 1 inputs 1 lines 1 stored 100 bytes\n");
}

TEST_F(ImportsTest, GivesTheSpaceBack) {
  HitBatch batch;
  const uint32_t import = begin();
  const uint32_t input = open(lines(0, 5)).id;
  std::vector<TestHit> hits;
  for (uint64_t i = 0; i < 60'000; ++i) hits.push_back({.visitor = i * 0x9e3779b97f4a7c15});
  for (uint64_t round = 0; round < 4; ++round) {
    fill_batch(hits, &batch);
    for (uint32_t& id : batch.import) id = import;
    ASSERT_TRUE(
        store_->append(batch, {{import, input, {round, round + 1}, hits.size(), hits.size()}}));
  }
  ASSERT_TRUE(store_->checkpoint());
  const auto used = [&] {
    const auto table =
        store_->query({"SELECT (used_blocks * block_size)::BIGINT FROM pragma_database_size()"
                       " WHERE database_name = 'ballcone'",
                       {}},
                      {});
    EXPECT_TRUE(table) << table.error().message;
    return std::get<int64_t>(table->rows[0][0]);
  };
  const int64_t before = used();
  ASSERT_EQ(*store_->undo_import(import), 4 * hits.size());
  // The visitors alone, which do not compress; less a tenth, for blocks are given back whole.
  const auto visitors = static_cast<int64_t>(4 * hits.size() * sizeof(uint64_t));
  EXPECT_LE(used(), before - visitors * 9 / 10);
}

// As version 1 made it: without these tables, and without the column.
TEST_F(ImportsTest, MigratesADatabaseOfVersion1) {
  HitBatch batch;
  fill_batch({{.path = "/old"}}, &batch);
  ASSERT_TRUE(store_->append(batch));
  store_ = nullptr;
  ASSERT_EQ(
      run_on_file(folder_.file("a.duckdb"),
                  "DROP VIEW main.hits; DROP VIEW main.page_views; DROP VIEW main.visits;"
                  "DROP VIEW main.access_logs; DROP VIEW main.edge_locations;"
                  "DROP VIEW data.edge_locations;"
                  "DROP VIEW services.example; DROP SCHEMA derived CASCADE;"
                  "DROP TABLE data.changes; DROP TABLE data.rules_off; DROP TABLE data.services;"
                  "DROP TABLE data.goals; DROP TABLE data.markers; DROP TABLE data.segments;"
                  "DROP TABLE data.shares; DROP SEQUENCE data.share_id;"
                  "ALTER TABLE data.hits DROP COLUMN batch;"
                  "DELETE FROM data.meta WHERE key = 'derived_tables';"
                  "ALTER TABLE data.hits DROP COLUMN import; DROP TABLE data.imports; DROP "
                  "TABLE data.inputs;"
                  "DROP TABLE data.fingerprints; DROP TABLE data.pieces;"
                  "DROP SEQUENCE data.import_id; DROP SEQUENCE data.input_id;"
                  "UPDATE data.meta SET value = '1' WHERE key = 'schema_version';"
                  "UPDATE data.meta SET value = '' WHERE key = 'views'"),
      "");
  open_again();
  ASSERT_NE(store_, nullptr);
  EXPECT_EQ(store_->info()->schema_version, kSchemaVersion);
  EXPECT_EQ(answer(*store_, "SELECT service, batch, hits FROM data.changes"), "1|0|1\n");
  EXPECT_EQ(answer(*store_, "SELECT path, import FROM main.hits"), "/old|NULL\n");
  ASSERT_TRUE(append({begin(), open(lines(0, 5)).id, {0, 100}, 2, 2}));
  EXPECT_EQ(*store_->undo_import(1), 2U);
  EXPECT_EQ(answer(*store_, "SELECT path, import FROM main.hits"), "/old|NULL\n");
  EXPECT_EQ(store_->services(), std::vector<std::string>{"example"});
}

}  // namespace
}  // namespace ballcone
