// What a question answers, compared with plain SQL over the views that people see. For tests.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/derive.h"
#include "query/answer.h"
#include "query/metrics.h"
#include "query/plain_sql.h"
#include "query/plan.h"
#include "query/test_hits.h"
#include "store/goals.h"

namespace ballcone {

using Json = nlohmann::ordered_json;

inline const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

// BALLCONE_TEST_HITS: more of them, for a program without sanitizers.
inline const size_t kHits = [] {
  const char* hits = std::getenv("BALLCONE_TEST_HITS");
  return hits != nullptr ? std::stoul(hits) : 5'000;
}();

// A database whose services have a time zone: its name, and its local time in SQL.
struct PlainPlace {
  const char* zone;
  const char* local;
  bool has_script = false;
  std::unique_ptr<Store> store = nullptr;
  TimeZones zones = {};
};

// Hits of some of 34 days in five batches, made once per time zone.
inline const PlainPlace& place_at(size_t number) {
  // Never closed: the engine uses variables of threads, which exit() has destroyed before statics.
  static PlainPlace* const places = new PlainPlace[]{
      {"UTC", "time"},
      {"America/New_York",
       "time - CASE WHEN time >= TIMESTAMP '2026-11-01 06:00:00' THEN INTERVAL 5 HOUR ELSE "
       "INTERVAL 4 HOUR END"},
      {"UTC", "time", true}};
  PlainPlace& place = places[number];
  if (place.store) return place;
  place.zones.usual = *TimeZone::find(place.zone);
  // Tables this small are read fastest by one thread; plain SQL over large ones needs memory.
  const bool is_large = kHits > 100'000;
  auto store = open_store({.memory_bytes_max = is_large ? size_t{12} << 30 : size_t{512} << 20,
                           .threads = is_large ? 0 : 1});
  CHECK(store.has_value());
  // Deriving takes its time per day: so the first and the third are of one day, in both zones. The
  // second is over a change of clocks, the last two go on until now.
  constexpr double kDaysAgo[] = {34, 22.7, 8, 1.4, 0.7};
  constexpr double kDays[] = {0.4, 0.7, 0.4, 0.7, 0.7};
  for (uint64_t i = 0; i < 5; ++i) {
    HitBatch batch;
    const auto day_us = static_cast<double>(kDay_us);
    TestHits options{kNow_us - static_cast<int64_t>(kDaysAgo[i] * day_us),
                     static_cast<int64_t>(kDays[i] * day_us), kHits / 5, i + 1};
    options.zone = place.zones.usual;
    options.has_script = place.has_script;
    append_test_hits(options, &batch);
    const auto done = (*store)->append(batch);
    CHECK(done.has_value());
  }
  CHECK(derive_changed(**store, place.zones).has_value());
  const auto copied = (*store)->transact([](Transaction& transaction) -> Result<void> {
    for (const char* statement : kPlainViews)
      if (auto done = transaction.execute(statement); !done) return done;
    return {};
  });
  CHECK(copied.has_value());
  for (const Goal& goal :
       {Goal{"blog", "1", "", "/articles/1*"}, Goal{"blog", "An order", "order", ""}})
    CHECK(write_goal(**store, goal).has_value());
  place.store = std::move(*store);
  return place;
}

inline const PlainPlace& place_of(bool is_utc) { return place_at(is_utc ? 0 : 1); }

inline Store& test_store() { return *place_of(true).store; }

// --- comparing

inline Json json_of_value(const Value& value) {
  std::string text;
  append_json_value(value, &text);
  return Json::parse(text);
}

// Percentiles are within 1 %, means and shares have six digits behind the point.
inline bool are_near(const Json& a, const Json& b, bool is_percentile) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double far = is_percentile ? 0.01 * b.get<double>() + 1e-6 : 5.01e-7;
  return std::abs(a.get<double>() - b.get<double>()) <= far;
}

inline std::string key_of(const Json& row, size_t keys) {
  std::string key;
  for (size_t i = 0; i < keys; ++i) key += row[i].dump() + "|";
  return key;
}

using Answer = std::map<std::string, std::vector<Json>>;  // by step and values

inline bool is_nothing(const Json& value) { return value.is_null() || value == 0; }

inline void drop_nothing(Answer* answer) {
  std::erase_if(*answer, [](const auto& row) {
    return std::all_of(row.second.begin(), row.second.end(), is_nothing);
  });
}

// "2026-11-23T12:00:00-05:00" and "2026-11-23" as plain SQL writes them.
inline std::string plain_step(const Json& json) {
  const std::string text = json.get<std::string>().substr(0, 19);
  return text.size() == 10 ? text + "T00:00:00" : text;
}

inline Answer plain_answer(const PlainPlace& place, const Query& query) {
  Answer want;
  const size_t keys = (query.grain != Grain::none) + query.by.size();
  std::map<int, std::vector<size_t>> statements;  // metrics by the rows that they are of
  for (size_t i = 0; i < query.metrics.size(); ++i)
    statements[plain_rows_of(query, query.metrics[i])].push_back(i);
  for (const auto& [rows, numbers] : statements) {
    std::vector<std::string> metrics;
    for (const size_t i : numbers) metrics.push_back(query.metrics[i]);
    const std::string sql = plain_sql(query, metrics, place.local);
    const auto table =
        place.store->query({sql, {}}, {.time_us = 600 * kSecond_us, .rows = 200'000});
    EXPECT_TRUE(table) << sql << table.error().message;
    if (!table) return want;
    for (const auto& values : table->rows) {
      std::string key;
      for (size_t k = 0; k < keys; ++k) key += json_of_value(values[k]).dump() + "|";
      auto& row = want[key];
      row.resize(query.metrics.size(), nullptr);
      for (size_t i = 0; i < numbers.size(); ++i) row[numbers[i]] = json_of_value(values[keys + i]);
    }
  }
  drop_nothing(&want);
  return want;
}

// `json` with a limit so high that nothing is cut, against plain SQL.
inline void expect_plain_answer(const std::string& json, const PlainPlace& place) {
  Json question = Json::parse(json);
  question["limit"] = 10'000;
  const auto query = parse_query(question.dump(), kNow_us, place.zones);
  ASSERT_TRUE(query) << json << query.error().message;
  const auto answer = query_json(*place.store, question.dump(), kNow_us, {}, place.zones);
  ASSERT_TRUE(answer) << json << answer.error().message;
  const Json got_json = Json::parse(*answer);
  EXPECT_FALSE(got_json["truncated"].get<bool>()) << json;
  const size_t keys = (query->grain != Grain::none) + query->by.size();
  Answer got;
  for (Json row : got_json["rows"]) {
    if (query->grain != Grain::none) row[0] = plain_step(row[0]);
    EXPECT_TRUE(
        got.emplace(key_of(row, keys),
                    std::vector<Json>(row.begin() + static_cast<std::ptrdiff_t>(keys), row.end()))
            .second)
        << json;
  }
  drop_nothing(&got);
  const Answer want = plain_answer(place, *query);
  const std::string about =
      fmt::format("{} {}\n{}", place.zone, json, to_string(make_plan(*query)));
  for (const auto& [key, values] : want) ASSERT_TRUE(got.count(key)) << about << key;
  ASSERT_EQ(got.size(), want.size()) << about;
  for (const auto& [key, values] : want) {
    for (size_t i = 0; i < values.size(); ++i) {
      const bool is_percentile = find_metric(query->metrics[i])->percentile > 0;
      const Json& value = got[key][i];
      const bool is_zero = is_nothing(value) && is_nothing(values[i]);
      ASSERT_TRUE(is_zero || are_near(value, values[i], is_percentile))
          << about << key << "\n"
          << query->metrics[i] << " is " << value << ", not " << values[i];
    }
  }
}
inline void expect_plain_answer(const std::string& json) {
  expect_plain_answer(json, place_of(true));
  expect_plain_answer(json, place_of(false));
}

}  // namespace ballcone
