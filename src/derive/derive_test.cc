#include "derive/derive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <tuple>

#include "base/time.h"
#include "derive/sql.h"
#include "derive/tables.h"
#include "hit/batch.h"

namespace ballcone {
namespace {

constexpr int64_t kMidnight_us = days_of_civil(2026, 11, 23) * kDay_us;
constexpr int64_t kMinute_us = 60 * kSecond_us;

struct Row {
  int64_t time_us = kMidnight_us;
  uint64_t visitor = 1;
  std::string path = "/";
  std::string kind = "page";
  std::string channel = "Direct";
  std::string referrer;
  std::string query;
  std::string bot;
  std::string host = "example.org";
  std::string service = "example";
  uint16_t status = 200;
};

std::string source_of(const Row& row) {
  return row.query.starts_with("utm_source=") ? row.query.substr(11) : "";
}

void fill(const std::vector<Row>& rows, HitBatch* batch) {
  batch->clear();
  for (const Row& row : rows) {
    Hit hit;
    hit.time_us = row.time_us;
    hit.service = row.service;
    hit.host = row.host;
    hit.referrer = row.referrer;
    const std::string user_agent = fmt::format("Firefox/{}", row.visitor % 3);
    const std::string address = fmt::format("192.0.2.{}", row.visitor % 5);
    hit.user_agent = user_agent;
    hit.address = address;
    hit.status = row.status;
    hit.bytes = 100;
    hit.generation_time_us = static_cast<int64_t>(1'000 + row.path.size() * 100);
    batch->append(hit);
    batch->path.append(row.path, batch->arena);
    batch->query.append(row.query, batch->arena);
    batch->kind.append(row.kind, batch->arena);
    batch->channel.append(row.channel, batch->arena);
    batch->bot.append(row.bot, batch->arena);
    batch->visitor.push_back(row.visitor == 0 ? kAbsent<uint64_t> : row.visitor);
    while (batch->utm_source.size() < batch->query.distinct().size())
      batch->utm_source.append(batch->utm_source.size() == 0 ? "" : source_of(row), batch->arena);
    while (batch->bot_reason.size() < batch->bot.distinct().size())
      batch->bot_reason.append(batch->bot_reason.size() == 0 ? "" : "User-Agent list: x",
                               batch->arena);
  }
  for_each_column([&](const auto& row) {
    auto& column = batch->*row.data;
    const size_t wanted =
        row.role == Role::attribute ? (batch->*row.of).distinct().size() : batch->rows();
    while (column.size() < wanted) {
      if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>)
        column.append("", batch->arena);
      else if constexpr (std::is_same_v<std::decay_t<decltype(column)>, NumberColumn<RequestId>>)
        column.push_back({});
      else
        column.push_back(kAbsent<typename std::decay_t<decltype(column)>::value_type>);
    }
  });
}

class Derivation {
 public:
  Derivation() : store(std::move(open_store({.threads = 2}).value())) {}

  Derivation& add(const std::vector<Row>& rows) {
    HitBatch batch;
    fill(rows, &batch);
    EXPECT_TRUE(store->append(batch));
    return *this;
  }
  DeriveFigures derive() {
    auto figures = derive_changed(*store, zones, options);
    EXPECT_TRUE(figures) << (figures ? "" : figures.error().message);
    return figures.value_or(DeriveFigures{});
  }
  // "a|1|NULL\n" per row.
  std::string answer(const std::string& sql) const {
    const auto table = store->query({sql, {}}, {.rows = 1'000'000});
    if (!table) return "error: " + table.error().message;
    std::string out;
    for (const auto& row : table->rows) {
      for (size_t i = 0; i < row.size(); ++i) {
        out += i == 0 ? "" : "|";
        if (row[i].index() == 0) out += "NULL";
        if (const auto* value = std::get_if<bool>(&row[i])) out += *value ? "true" : "false";
        if (const auto* value = std::get_if<int64_t>(&row[i])) out += fmt::to_string(*value);
        if (const auto* value = std::get_if<double>(&row[i])) out += fmt::to_string(*value);
        if (const auto* value = std::get_if<std::string>(&row[i])) out += *value;
      }
      out += "\n";
    }
    return out;
  }
  std::string visits() const {
    return answer(
        "SELECT visitor, visit, strftime(start, '%H:%M'), duration, views, is_bounce, entry_path,"
        " exit_path, channel, referrer FROM main.visits ORDER BY ALL");
  }
  // Every derived row with its texts, sums of totals: alike wherever the same hits are.
  std::string everything() const {
    std::string out = answer("SELECT * FROM main.page_views ORDER BY ALL") +
                      answer("SELECT * FROM main.visits ORDER BY ALL");
    for (const Totals& row : totals()) {
      std::string keys;
      std::string joins;
      for (const TotalsKey& key : row.keys) {
        const std::string name(key.column);
        if (key.text.empty()) {
          keys += fmt::format(", t.{}", name);
          continue;
        }
        const std::vector<std::string_view> shown =
            key.attributes.empty() ? std::vector{key.text} : key.attributes;
        for (const std::string_view column : shown) keys += fmt::format(", x_{}.{}", name, column);
        joins +=
            fmt::format(" LEFT JOIN data.text_{0} x_{1} ON x_{1}.code = t.{1}", key.text, name);
      }
      if (row.family == Family::hits) keys += ", t.is_bot";
      std::string sums;
      std::string any;
      for (const std::string_view measure : measures(row.family)) {
        sums += fmt::format(", sum({0})::BIGINT AS m_{0}", measure);
        any += fmt::format("{}m_{} <> 0", any.empty() ? "" : " OR ", measure);
      }
      out += fmt::format("{}\n", row.name) +
             answer(fmt::format("SELECT s.service, t.day{}{} FROM derived.{} t JOIN"
                                " data.text_service s ON s.code = t.service{} GROUP BY ALL"
                                " HAVING {} ORDER BY ALL",
                                keys, sums, row.name, joins, any));
    }
    return out + answer(
                     "SELECT service, day, hour, is_bot, bucket, sum(hits)::BIGINT AS n FROM"
                     " derived.times GROUP BY ALL HAVING n <> 0 ORDER BY ALL");
  }

  std::unique_ptr<Store> store;
  TimeZones zones;
  DeriveOptions options;
};

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

std::vector<Row> random_rows(std::mt19937& random, size_t count, int days) {
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  static const char* const kChannels[] = {"Direct", "Internal", "Organic Search", "Social"};
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    const int channel = upto(4);
    rows.push_back({.time_us = kMidnight_us + (upto(days * 24 * 4) * 15 + upto(2)) * kMinute_us,
                    .visitor = static_cast<uint64_t>(upto(12)),
                    .path = fmt::format("/{}", upto(4)),
                    .kind = upto(4) != 0 ? "page" : "asset",
                    .channel = kChannels[channel],
                    .referrer = channel > 0 ? fmt::format("https://r{}.example/", upto(3)) : "",
                    .query = upto(3) == 0 ? fmt::format("utm_source={}", upto(2)) : "",
                    .bot = upto(10) == 0 ? "Bot" : "",
                    .host = upto(5) == 0 ? "www.example.org" : "example.org",
                    .status = static_cast<uint16_t>(upto(8) == 0 ? 404 : 200)});
  }
  return rows;
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
