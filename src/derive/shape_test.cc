#include "derive/shape.h"

#include <gtest/gtest.h>

#include "derive/test_rows.h"

namespace ballcone {
namespace {

// One day without hits and one with.
class Shapes : public testing::Test {
 protected:
  void SetUp() override {
    std::mt19937 random(5);
    derivation.options.keep_hits_days = 1;
    derivation.add(random_rows(random, 100, 2)).derive();
    ASSERT_EQ(forget_old(*derivation.store, derivation.zones, derivation.options,
                         kMidnight_us + 2 * kDay_us + kMinute_us)
                  .value_or(99),
              1U);
    for (const Totals& row : totals()) before += fmt::format("{}\n{}", row.name, sums(row));
  }
  std::string sums(const Totals& row) const { return derivation.sums_of(row); }
  std::string all_sums() const {
    std::string out;
    for (const Totals& row : totals()) out += fmt::format("{}\n{}", row.name, sums(row));
    return out;
  }
  void alter(const std::vector<std::string>& statements) {
    const auto done = derivation.store->transact([&](Transaction& transaction) -> Result<void> {
      for (const std::string& statement : statements)
        if (auto one = transaction.execute(statement); !one) return one;
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::string days_of(const std::string& table) const {
    return derivation.answer(fmt::format("SELECT count(DISTINCT day) FROM derived.{}", table));
  }

  Derivation derivation;
  std::string before;
};

TEST_F(Shapes, StayAsTheyAre) {
  EXPECT_EQ(derivation.derive().days, 0U);
  EXPECT_EQ(all_sums(), before);
}

TEST_F(Shapes, OfOneTableLeaveTheOthersAlone) {
  alter({"DROP TABLE derived.hits_by_host"});
  EXPECT_EQ(derivation.derive().days, 1U);
  EXPECT_EQ(days_of("hits_by_host"), "1\n");
  for (const Totals& row : totals()) {
    if (row.name == "hits_by_host") continue;
    EXPECT_NE(before.find(fmt::format("{}\n{}", row.name, sums(row))), std::string::npos)
        << row.name;
    EXPECT_EQ(days_of(std::string(row.name)), "2\n") << row.name;
  }
  EXPECT_EQ(derivation.derive().days, 0U);
}

TEST_F(Shapes, OfOtherMeasuresKeepWhatIsKnown) {
  // Older: without a measure, in another order, with one that nobody wants any more.
  alter({"ALTER TABLE derived.views_by_path DROP COLUMN bounces",
         "ALTER TABLE derived.views_by_path ADD COLUMN scrolls BIGINT",
         "ALTER TABLE derived.hits_by_status DROP COLUMN hits",
         "ALTER TABLE derived.hits_by_status ADD COLUMN hits BIGINT",
         "ALTER TABLE derived.days ADD COLUMN mood VARCHAR"});
  const std::string views =
      "SELECT day, path, sum(visitors), sum(page_views), sum(duration_s) FROM"
      " derived.views_by_path GROUP BY ALL ORDER BY ALL";
  const std::string known = derivation.answer(views);
  EXPECT_EQ(derivation.derive().days, 1U);
  EXPECT_EQ(derivation.answer(views), known);
  EXPECT_EQ(derivation.answer("SELECT bool_and(bounces IS NULL), min(day) - 20000 FROM"
                              " derived.views_by_path WHERE day IN (SELECT day FROM derived.days"
                              " WHERE NOT has_hits)"),
            fmt::format("true|{}\n", kMidnight_us / kDay_us - 20'000));
  EXPECT_EQ(days_of("hits_by_status"), "2\n");
  EXPECT_EQ(derivation.answer("SELECT count(*) FILTER (has_hits), count(*) FROM derived.days"),
            "1|2\n");
}

TEST_F(Shapes, WithAKeyLessAddUpIfTheyCan) {
  alter({"ALTER TABLE derived.hits_by_bot ADD COLUMN mood UINTEGER DEFAULT 1",
         "ALTER TABLE derived.views_by_channel ADD COLUMN mood UINTEGER DEFAULT 1"});
  derivation.derive();
  EXPECT_EQ(days_of("hits_by_bot"), "2\n");
  EXPECT_EQ(days_of("views_by_channel"), "1\n");  // visitors of two moods may be the same
}

TEST_F(Shapes, WithAKeyMoreCannotKeepWhatDoesNotKnowIt) {
  alter({"ALTER TABLE derived.hits_by_status DROP COLUMN kind"});
  testing::internal::CaptureStderr();
  derivation.derive();
  EXPECT_NE(
      testing::internal::GetCapturedStderr().find("derived.hits_by_status has got other keys"),
      std::string::npos);
  EXPECT_EQ(days_of("hits_by_status"), "1\n");
}

TEST_F(Shapes, OfTablesNobodyKnowsStayWhileTheyAloneKnow) {
  alter({"CREATE TABLE derived.views_by_mood AS FROM derived.views_by_day",
         "CREATE TABLE derived.hits_by_mood AS FROM derived.hits_by_hour WHERE day IN (SELECT day"
         " FROM derived.days WHERE has_hits)"});
  derivation.derive();
  EXPECT_EQ(days_of("views_by_mood"), "1\n");
  EXPECT_EQ(days_of("hits_by_mood").find("error"), 0U);
}

}  // namespace
}  // namespace ballcone
