#include "derive/derive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "derive/test_rows.h"

namespace ballcone {
namespace {

TEST(Derive, MakesVisitsOfWhatIsLessThanHalfAnHourApart) {
  Derivation derivation;
  derivation.add({{.time_us = kMidnight_us,
                   .path = "/a",
                   .channel = "Organic Search",
                   .referrer = "https://search.example/"},
                  {.time_us = kMidnight_us + 30 * kMinute_us - 1,
                   .path = "/b",
                   .channel = "Internal",
                   .referrer = "https://example.org/a"},
                  {.time_us = kMidnight_us + 60 * kMinute_us - 1,
                   .path = "/c",
                   .channel = "Internal",
                   .referrer = "https://example.org/b"}});
  derivation.derive();
  EXPECT_EQ(derivation.visits(),
            "1|1|00:00|1799|2|false|/a|/b|Organic Search|https://search.example/\n"
            "1|2|00:59|0|1|true|/c|/c|Direct|NULL\n");
}

TEST(Derive, CountsNobodysPageViewsInNoVisit) {
  Derivation derivation;
  derivation.add({{.visitor = 0, .path = "/a"}, {.visitor = 0, .path = "/a"}, {.visitor = 7}});
  derivation.derive();
  EXPECT_EQ(derivation.answer("SELECT sum(visitors), sum(visits), sum(page_views), sum(bounces)"
                              " FROM derived.views_by_day"),
            "1|1|3|1\n");
  EXPECT_EQ(
      derivation.answer("SELECT p.path, visitors, visits, page_views FROM derived.views_by_path"
                        " t JOIN data.text_path p ON p.code = t.path ORDER BY 1"),
      "/|1|1|1\n/a|0|0|2\n");
}

TEST(Derive, LetsTextsDecideBetweenEqualTimes) {
  const std::vector<Row> rows = {{.path = "/b", .query = "x"},
                                 {.path = "/a", .query = "y"},
                                 {.path = "/c"},
                                 {.time_us = kMidnight_us + kMinute_us, .path = "/y"},
                                 {.time_us = kMidnight_us + kMinute_us, .path = "/z"}};
  Derivation one;
  one.add(rows).derive();
  Derivation other;
  other.add({rows.rbegin(), rows.rend()}).derive();
  EXPECT_EQ(one.visits(), "1|1|00:00|60|5|false|/a|/z|Direct|NULL\n");
  EXPECT_EQ(one.everything(), other.everything());
}

constexpr const char* kConfirmed =
    "SELECT strftime(time, '%M:%S'), path, status, via, is_confirmed, visit, is_bounce"
    " FROM main.page_views ORDER BY ALL";

TEST(Derive, CountsOnceWhatLogAndScriptHaveSeen) {
  const auto at = [](int seconds) { return kMidnight_us + seconds * kSecond_us; };
  const Row log = {.path = "/a", .status = 304};
  const Row script = {.path = "/a", .status = kAbsent<uint16_t>, .via = "script"};
  const auto rows = [&](const Row& row, const std::vector<int>& seconds) {
    std::vector<Row> list;
    for (const int second : seconds) {
      list.push_back(row);
      list.back().time_us = at(second);
    }
    return list;
  };
  const struct {
    std::vector<int> log, script;
    const char* want;
  } kRows[] = {
      {{0}, {2}, "00:00|/a|304|NULL|true|1|true\n"},
      // The log's line is written when all is sent: the script may come first.
      {{2}, {0}, "00:02|/a|304|NULL|true|1|true\n"},
      {{0}, {60}, "00:00|/a|304|NULL|true|1|true\n"},
      {{0}, {61}, "00:00|/a|304|NULL|false|1|false\n01:01|/a|NULL|script|true|1|false\n"},
      {{0}, {}, "00:00|/a|304|NULL|false|1|true\n"},
      {{}, {5}, "00:05|/a|NULL|script|true|1|true\n"},
      {{0, 10}, {1, 11}, "00:00|/a|304|NULL|true|1|false\n00:10|/a|304|NULL|true|1|false\n"},
      // Shown again from the browser's own cache.
      {{0}, {1, 30}, "00:00|/a|304|NULL|true|1|false\n00:30|/a|NULL|script|true|1|false\n"},
      {{0, 300}, {301}, "00:00|/a|304|NULL|false|1|false\n05:00|/a|304|NULL|true|1|false\n"},
      // One cluster, and too far apart in it.
      {{0, 50},
       {110},
       "00:00|/a|304|NULL|false|1|false\n00:50|/a|304|NULL|false|1|false\n"
       "01:50|/a|NULL|script|true|1|false\n"},
  };
  for (const auto& row : kRows) {
    Derivation derivation;
    derivation.add(rows(log, row.log)).add(rows(script, row.script)).derive();
    EXPECT_EQ(derivation.answer(kConfirmed), row.want);
  }
}

TEST(Derive, JoinsOnlyWhatIsOfOneVisitorAndPath) {
  Derivation derivation;
  derivation.add({{.path = "/a"},
                  {.path = "/b", .via = "script"},
                  {.visitor = 2, .path = "/a", .via = "script"},
                  {.visitor = 0, .path = "/a"},
                  {.visitor = 0, .path = "/a", .via = "script"}});
  derivation.derive();
  EXPECT_EQ(derivation.answer("SELECT visitor, path, via, is_confirmed FROM main.page_views"
                              " ORDER BY ALL"),
            "1|/a|NULL|false\n1|/b|script|true\n2|/a|script|true\nNULL|/a|script|true\n"
            "NULL|/a|NULL|false\n");
}

TEST(Derive, TakesNoVisitWithAnEventForABounce) {
  const struct {
    const char* kind;
    const char* event;
    int64_t after_us;
    bool is_bounce;
  } kRows[] = {
      {"event", "order", 0, false},
      {"event", "order", 30 * kMinute_us - 1, false},
      {"event", "order", 30 * kMinute_us, true},
      {"event", "order", -1, true},
      {"event", "engagement", kMinute_us, true},
      {"event", "", kMinute_us, true},
      {"asset", "order", kMinute_us, true},
  };
  for (const auto& row : kRows) {
    Derivation derivation;
    const int64_t noon_us = kMidnight_us + 720 * kMinute_us;
    derivation.add(
        {{.time_us = noon_us},
         {.time_us = noon_us + row.after_us, .kind = row.kind, .via = "script", .event = row.event},
         // Of another visitor.
         {.time_us = noon_us, .visitor = 2}});
    derivation.derive();
    EXPECT_EQ(derivation.answer("SELECT visitor, views, is_bounce FROM main.visits ORDER BY 1"),
              fmt::format("1|1|{}\n2|1|true\n", row.is_bounce))
        << row.event << " " << row.after_us;
  }
}

// The script's hit in a later addition than the log's line, and before it; and ties that texts
// decide.
TEST(Derive, JoinsWhatComesLaterAsIfAllWereDerivedAnew) {
  std::mt19937 random(6);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<Row> all = random_rows(random, 1'500, 1);
  for (Row& row : all) row.visitor += 20;
  Derivation added;
  added.add(all).derive();
  uint64_t increments = 0;
  for (int i = 0; i < 12; ++i) {
    std::vector<Row> more;
    for (int n = 0; n < 10; ++n) {
      Row row = {.time_us = kMidnight_us + upto(8) * 20 * kSecond_us,
                 .visitor = static_cast<uint64_t>(1 + upto(3)),
                 .path = fmt::format("/{}", upto(2)),
                 .query = fmt::format("q={}", upto(3))};
      const int what = upto(9);
      if (what > 3) row.via = "script";
      if (what == 8) row.kind = row.event = "event";
      more.push_back(row);
    }
    added.add(more);
    all.insert(all.end(), more.begin(), more.end());
    increments += added.derive().increments;
  }
  EXPECT_EQ(increments, 12U);
  for (int i = 0; i < 3; ++i) {
    std::shuffle(all.begin(), all.end(), random);
    Derivation whole;
    whole.add(all).derive();
    EXPECT_EQ(added.everything(), whole.everything());
  }
  EXPECT_GT(std::stoi(added.answer("SELECT count(*) FROM main.page_views WHERE is_confirmed AND"
                                   " via IS NULL")),
            0);
}

TEST(Derive, LeavesNothingDirtyAndDoesNothingTwice) {
  Derivation derivation;
  derivation.add({{}});
  EXPECT_EQ(derivation.derive().days, 1U);
  EXPECT_EQ(derivation.derive().days, 0U);
  EXPECT_EQ(derivation.answer("SELECT count(*) FROM data.changes"), "0\n");
}

TEST(Derive, LeavesAllAsItWasWhenItIsCancelled) {
  Derivation derivation;
  derivation.add({{}}).derive();
  const std::string before = derivation.everything();
  derivation.add({{.path = "/b"}});
  std::atomic<bool> is_cancelled = true;
  derivation.options.is_cancelled = &is_cancelled;
  EXPECT_FALSE(derive_changed(*derivation.store, derivation.zones, derivation.options));
  EXPECT_EQ(derivation.everything(), before);
  derivation.options.is_cancelled = nullptr;
  EXPECT_EQ(derivation.derive().days, 1U);
  EXPECT_NE(derivation.everything(), before);
}

TEST(Derive, GivesTheSameInWhateverOrderHitsArrive) {
  std::mt19937 random(1);
  std::vector<Row> rows = random_rows(random, 600, 2);
  Derivation one;
  one.add(rows).derive();
  std::shuffle(rows.begin(), rows.end(), random);
  Derivation other;
  for (size_t i = 0; i < rows.size(); i += 100) {
    other.add(
        {rows.begin() + static_cast<ptrdiff_t>(i), rows.begin() + static_cast<ptrdiff_t>(i) + 100});
    other.derive();
  }
  EXPECT_EQ(one.everything(), other.everything());
}

TEST(Derive, AddsWhatComesAsIfAllWereDerivedAnew) {
  std::mt19937 random(2);
  std::vector<Row> all = random_rows(random, 2'000, 1);
  Derivation added;
  added.add(all).derive();
  uint64_t increments = 0;
  for (int i = 0; i < 12; ++i) {
    std::vector<Row> more = random_rows(random, static_cast<size_t>(1 + i % 5), 1);
    // Verdicts change: a visitor asks for what only scanners ask for, then is seen with more.
    if (i == 3 || i == 6) {
      for (const char* path : {"/wp-login.php", "/.env"})
        more.push_back({.time_us = kMidnight_us + i * kMinute_us,
                        .visitor = static_cast<uint64_t>(i),
                        .path = path,
                        .kind = "probe",
                        .status = 404});
    }
    // Who has nothing but a probe is a robot, until there is a page.
    if (i == 7)
      more.push_back({.time_us = kMidnight_us, .visitor = 77, .path = "/.git", .kind = "probe"});
    if (i == 9) more.push_back({.time_us = kMidnight_us + 90 * kMinute_us, .visitor = 77});
    if (i == 10) more.push_back({.time_us = kMidnight_us + 30 * kMinute_us, .visitor = 0});
    added.add(more);
    all.insert(all.end(), more.begin(), more.end());
    increments += added.derive().increments;
    if (i == 8) {
      EXPECT_EQ(added.answer("SELECT count(*) FROM derived.bots WHERE visitor = 77"), "1\n");
    }
  }
  EXPECT_EQ(increments, 12U);
  EXPECT_EQ(added.answer("SELECT count(*) FROM derived.bots WHERE visitor = 77"), "0\n");
  EXPECT_EQ(added.answer("SELECT count(*) FROM derived.bots WHERE visitor IN (3, 6)"), "2\n");
  std::shuffle(all.begin(), all.end(), random);
  Derivation whole;
  whole.add(all).derive();
  EXPECT_EQ(added.everything(), whole.everything());
}

std::vector<std::string> rows_in(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1)
    if (text.find('|', at) < end) lines.push_back(text.substr(at, end - at));
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Derive, KeepsServicesApart) {
  std::mt19937 random(4);
  std::vector<Row> rows = random_rows(random, 400, 1);
  std::vector<Row> of_one;
  std::vector<Row> of_other;
  for (Row& row : rows) {
    const bool is_one = random() % 3 > 0;
    row.service = is_one ? "one" : "other";
    (is_one ? of_one : of_other).push_back(row);
  }
  Derivation both;
  EXPECT_EQ(both.add(rows).derive().days, 2U);
  Derivation one;
  one.add(of_one).derive();
  Derivation other;
  other.add(of_other).derive();
  EXPECT_EQ(rows_in(both.everything()), rows_in(one.everything() + other.everything()));
}

TEST(Derive, FollowsAnImportThatIsUndoneAndDoneAgain) {
  std::mt19937 random(5);
  const std::vector<Row> live = random_rows(random, 200, 1);
  const std::vector<Row> imported = random_rows(random, 200, 2);
  Derivation derivation;
  const auto import = [&] {
    const uint32_t id = *derivation.store->begin_import({"a.log", "", "combined"}, kMidnight_us);
    const KnownInput input = *derivation.store->open_input("", "a.log", "the first line");
    if (!input.done.empty()) return id;
    HitBatch batch;
    fill(imported, &batch);
    for (uint32_t& number : batch.import) number = id;
    const Piece piece = {id, input.id, {0, 200}, 200, 200};
    EXPECT_TRUE(derivation.store->append(batch, {piece}));
    return id;
  };
  derivation.add(live).derive();
  const std::string before = derivation.everything();
  const uint32_t id = import();
  EXPECT_EQ(derivation.derive().days, 2U);
  const std::string after = derivation.everything();
  EXPECT_NE(after, before);
  // The same file again is none.
  import();
  EXPECT_EQ(derivation.derive().days, 0U);
  EXPECT_EQ(derivation.everything(), after);

  EXPECT_EQ(derivation.store->undo_import(id).value_or(0), imported.size());
  EXPECT_EQ(derivation.derive().days, 2U);
  EXPECT_EQ(derivation.everything(), before);
  import();
  derivation.derive();
  EXPECT_EQ(derivation.everything(), after);
}

TEST(Derive, ForgetsOldHitsAndKeepsTheirTotals) {
  std::mt19937 random(3);
  Derivation derivation;
  derivation.options.keep_hits_days = 2;
  derivation.add(random_rows(random, 300, 4)).derive();
  const std::string sums =
      "SELECT day, sum(visitors), sum(visits), sum(page_views) FROM derived.views_by_day"
      " GROUP BY day ORDER BY day";
  const std::string hits =
      "SELECT day, path, status, sum(hits), sum(bytes) FROM derived.hits_by_path GROUP BY ALL"
      " ORDER BY ALL";
  const std::string before = derivation.answer(sums) + derivation.answer(hits);
  const int64_t now = kMidnight_us + 4 * kDay_us + kMinute_us;  // keeps days 2 and 3
  const auto forget = [&] {
    return forget_old(*derivation.store, derivation.zones, derivation.options, now).value_or(99);
  };
  EXPECT_EQ(forget(), 2U);
  EXPECT_EQ(forget(), 0U);
  EXPECT_EQ(derivation.answer(sums) + derivation.answer(hits), before);
  const auto oldest = [&](const std::string& table) {
    return derivation.answer("SELECT min(time)::DATE::VARCHAR FROM " + table);
  };
  EXPECT_EQ(oldest("data.hits"), "2026-11-25\n");
  EXPECT_EQ(oldest("derived.page_views"), "2026-11-25\n");
  EXPECT_EQ(derivation.answer("SELECT min(day) - 20000 FROM derived.visits"),
            fmt::format("{}\n", kMidnight_us / kDay_us + 2 - 20'000));
  EXPECT_EQ(fmt::format("{}\n", derivation.store->info()->hits),
            derivation.answer("SELECT count(*) FROM data.hits"));

  // What comes too late changes nothing, and does not stay either.
  derivation.add({{.time_us = kMidnight_us + kMinute_us, .visitor = 99}}).derive();
  EXPECT_EQ(derivation.answer(sums) + derivation.answer(hits), before);
  EXPECT_EQ(oldest("data.hits"), "2026-11-25\n");
  // Other settings do not touch what can no longer be derived.
  derivation.options.rules_off = {"rate"};
  derivation.derive();
  EXPECT_EQ(derivation.answer(sums) + derivation.answer(hits), before);

  derivation.options.keep_totals_days = 3;
  EXPECT_EQ(forget(), 1U);
  EXPECT_EQ(derivation.answer("SELECT count(DISTINCT day) FROM derived.hits_by_hour"), "3\n");
  EXPECT_EQ(derivation.answer("SELECT count(*) FROM derived.days"), "3\n");
}

}  // namespace
}  // namespace ballcone
