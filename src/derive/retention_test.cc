// What is older than what is kept goes by itself, and its room in the file is used again.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/clock.h"
#include "derive/deriver.h"
#include "derive/test_rows.h"
#include "store/test_folder.h"

namespace ballcone {
namespace {

int64_t number(const Derivation& derivation, const std::string& sql) {
  return std::stoll(derivation.answer(sql));
}

TEST(Retention, IsTheDeriversWork) {
  Derivation derivation;
  const int64_t today_us = now_us() / kDay_us * kDay_us;
  derivation.add({{.time_us = today_us - 9 * kDay_us}, {.time_us = today_us}}).derive();
  derivation.options.keep_hits_days = 7;
  Deriver deriver(*derivation.store, {}, derivation.options);
  while (number(derivation, "SELECT count(*) FROM data.hits") > 1) std::this_thread::yield();
  deriver.stop();
  EXPECT_EQ(derivation.answer("SELECT epoch_us(time) FROM data.hits"),
            fmt::format("{}\n", today_us));
  EXPECT_EQ(derivation.answer("SELECT count(*), count(*) FILTER (has_hits) FROM derived.days"),
            "2|1\n");
  EXPECT_EQ(deriver.stats().failures, 0U);
}

// `days` days of hits, each with paths and referrers of its own.
void import(Derivation& derivation, std::mt19937& random, int first, int days) {
  constexpr int kHitsADay = 40'000;
  for (int day = first; day < first + days; ++day) {
    std::vector<Row> rows;
    for (int i = 0; i < kHitsADay; ++i) {
      const auto visitor = 1 + random() % 5'000;
      rows.push_back({.time_us = kMidnight_us + day * kDay_us + i * kSecond_us,
                      .visitor = visitor * 2'654'435'761 + static_cast<uint64_t>(day),
                      .path = fmt::format("/{}", random() % 500),
                      .kind = random() % 3 == 0 ? "page" : "asset",
                      .channel = "Internal",
                      .referrer = fmt::format("https://example.org/{}", random() % 500)});
    }
    derivation.add(rows);
  }
  derivation.derive();
  ASSERT_TRUE(derivation.store->checkpoint());
}

TEST(Retention, LetsItsRoomBeUsedAgain) {
  constexpr int kDays = 2;
  const TestFolder folder;
  Derivation derivation;
  derivation.store = std::move(open_store({.path = folder.file("a.duckdb"), .threads = 1}).value());
  derivation.options.keep_hits_days = kDays;
  derivation.options.keep_totals_days = kDays;
  std::mt19937 random(8);
  std::vector<uint64_t> bytes;
  for (int round = 0; round < 6; ++round) {
    const int first = round * kDays;
    import(derivation, random, first, kDays);
    bytes.push_back(derivation.store->info()->file_bytes);
    const int64_t later_us = kMidnight_us + (first + 2 * kDays) * kDay_us;
    EXPECT_EQ(
        forget_old(*derivation.store, derivation.zones, derivation.options, later_us).value_or(99),
        static_cast<uint64_t>(kDays));
    EXPECT_EQ(number(derivation, "SELECT count(*) FROM data.hits"), 0);
  }
  // The first has never had to hold what goes and what comes at once. From then on it grows no more
  // than blocks of 256 KiB that are half empty come and go, a good part of so small a file; kept
  // for nothing, each round's room would make the last six times the first.
  const std::vector<double> sizes(bytes.begin(), bytes.end());
  EXPECT_LE(sizes.back(), 2 * sizes.front()) << fmt::format("{}", fmt::join(bytes, ", "));
  RecordProperty("file_bytes", fmt::format("{}", fmt::join(bytes, ", ")));
}

}  // namespace
}  // namespace ballcone
