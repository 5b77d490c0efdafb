// Every report, and questions of all shapes, against plain SQL over the view that people see.
#include "query/run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/derive.h"
#include "query/answer.h"
#include "query/dimensions.h"
#include "query/metrics.h"
#include "query/plain_sql.h"
#include "query/plan.h"
#include "query/reports.h"
#include "query/test_hits.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

constexpr size_t kHits = 15'000;  // 1'000'000 for a release build

// A database whose services have a time zone: its name, and its local time in SQL.
struct Place {
  const char* zone;
  const char* local;
  std::unique_ptr<Store> store = nullptr;
  TimeZones zones = {};
};

// Hits of 34 days in five batches, made once per time zone.
const Place& place_of(bool is_utc) {
  static Place places[] = {
      {"UTC", "time"},
      {"America/New_York",
       "time - CASE WHEN time >= TIMESTAMP '2026-11-01 06:00:00' THEN INTERVAL 5 HOUR ELSE "
       "INTERVAL 4 HOUR END"}};
  Place& place = places[is_utc ? 0 : 1];
  if (place.store) return place;
  place.zones.usual = *TimeZone::find(place.zone);
  auto store = open_store({});
  CHECK(store.has_value());
  const int64_t from_us = kNow_us - 34 * kDay_us;
  for (uint64_t i = 0; i < 5; ++i) {
    HitBatch batch;
    const int64_t span_us = (kNow_us - from_us) / 5;
    TestHits options{from_us + static_cast<int64_t>(i) * span_us, span_us, kHits / 5, i + 1};
    options.zone = place.zones.usual;
    append_test_hits(options, &batch);
    const auto done = (*store)->append(batch);
    CHECK(done.has_value());
  }
  CHECK(derive_changed(**store, place.zones).has_value());
  place.store = std::move(*store);
  return place;
}

Store& test_store() { return *place_of(true).store; }

// --- comparing

Json json_of_value(const Value& value) {
  std::string text;
  append_json_value(value, &text);
  return Json::parse(text);
}

// Percentiles are within 1 %, means and shares have six digits behind the point.
bool are_near(const Json& a, const Json& b, bool is_percentile) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double far = is_percentile ? 0.01 * b.get<double>() + 1e-6 : 5.01e-7;
  return std::abs(a.get<double>() - b.get<double>()) <= far;
}

std::string key_of(const Json& row, size_t keys) {
  std::string key;
  for (size_t i = 0; i < keys; ++i) key += row[i].dump() + "|";
  return key;
}

using Answer = std::map<std::string, std::vector<Json>>;  // by step and values

bool is_nothing(const Json& value) { return value.is_null() || value == 0; }

void drop_nothing(Answer* answer) {
  std::erase_if(*answer, [](const auto& row) {
    return std::all_of(row.second.begin(), row.second.end(), is_nothing);
  });
}

// "2026-11-23T12:00:00-05:00" and "2026-11-23" as plain SQL writes them.
std::string plain_step(const Json& json) {
  const std::string text = json.get<std::string>().substr(0, 19);
  return text.size() == 10 ? text + "T00:00:00" : text;
}

Answer plain_answer(const Place& place, const Query& query) {
  Answer want;
  const size_t keys = (query.grain != Grain::none) + query.by.size();
  for (size_t i = 0; i < query.metrics.size(); ++i) {
    const std::string sql = plain_sql(query, query.metrics[i], place.local);
    const auto table = place.store->query({sql, {}}, {.rows = 200'000});
    EXPECT_TRUE(table) << sql << table.error().message;
    if (!table) return want;
    for (const auto& values : table->rows) {
      std::string key;
      for (size_t k = 0; k < keys; ++k) key += json_of_value(values[k]).dump() + "|";
      auto& row = want[key];
      row.resize(query.metrics.size(), nullptr);
      row[i] = json_of_value(values[keys]);
    }
  }
  drop_nothing(&want);
  return want;
}

// `json` with a limit so high that nothing is cut, against plain SQL.
void expect_plain_answer(const std::string& json, const Place& place) {
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
void expect_plain_answer(const std::string& json) {
  expect_plain_answer(json, place_of(true));
  expect_plain_answer(json, place_of(false));
}

std::string with(std::string_view json, std::string_view more) {
  return "{" + std::string(more) + "," + std::string(json.substr(1));
}

TEST(Reports, AgreeWithPlainSql) {
  for (const Report& report : reports()) {
    expect_plain_answer(with(report.query, R"("service":"blog","range":"30d")"));
    expect_plain_answer(with(report.query, R"("service":"order","range":"today")"));
  }
}

TEST(Reports, HaveSomethingToShow) {
  for (const Report& report : reports()) {
    const auto answer =
        query_json(test_store(), with(report.query, R"("service":"blog","range":"30d")"), kNow_us);
    ASSERT_TRUE(answer) << report.name;
    const Json rows = Json::parse(*answer)["rows"];
    EXPECT_GE(rows.size(), 1u) << report.name;
    if (report.kind == "series") {
      EXPECT_EQ(rows.size(), 30u) << report.name;
    }
    if (report.kind == "numbers") {
      EXPECT_EQ(rows.size(), 1u) << report.name;
    }
  }
}

TEST(Queries, AgreeWithPlainSql) {
  const char* const kQuestions[] = {
      R"({"metrics":["visitors","page_views","hits","bytes","generation_time_avg","generation_time_p50","generation_time_p95","generation_time_p99","error_rate","error_rate_5xx","not_found","cache_hit_rate","bot_share","bot_hits"]})",
      R"({"metrics":["visitors","hits","bot_share"],"by":["country"]})",
      R"({"metrics":["visitors"],"by":["address"],"range":"all"})",
      R"({"metrics":["visitors","page_views"],"by":["address","country"],"range":"all"})",
      R"({"metrics":["visitors","hits"],"by":["user_agent"],"range":"all"})",
      R"({"metrics":["visitors"],"by":["user_agent","os"],"range":"all"})",
      R"({"metrics":["visitors"],"by":["browser_version"],"range":"all"})",
      R"({"metrics":["visitors"],"by":["browser","country"],"range":"7d"})",
      R"({"metrics":["hits"],"by":["status","gpc"],"include":["bots"]})",
      R"({"metrics":["hits","bytes"],"by":["asn"]})",
      R"({"metrics":["hits"],"by":["service","host"]})",
      R"({"metrics":["generation_time_p50","generation_time_p99"],"by":["path"]})",
      R"({"metrics":["generation_time_p50"]})",
      R"({"metrics":["hits","visitors","cache_hit_rate","generation_time_p95"],"grain":"hour","range":"7d"})",
      R"({"metrics":["hits","visitors"],"grain":"minute","range":"yesterday"})",
      R"({"metrics":["visitors"],"grain":"week","range":"all"})",
      R"({"metrics":["visitors","generation_time_p50"],"grain":"month","range":"all"})",
      R"({"metrics":["bot_hits","bot_share"],"grain":"day","range":"30d"})",
      R"({"metrics":["hits"],"grain":"day","range":"30d","order":["hits","desc"]})",
      R"({"metrics":["hits","visitors"],"grain":"day","by":["browser"]})",
      R"({"metrics":["visitors"],"grain":"week","by":["os","country"],"range":"all"})",
      R"({"metrics":["hits"],"grain":"hour","by":["status"],"range":"yesterday","order":"status"})",
      R"({"metrics":["hits"],"grain":"month","by":["country"],"range":"all","order":"country"})",
      R"({"metrics":["generation_time_p95","hits"],"grain":"day","by":["method"],"include":["bots"]})",
  };
  for (const char* question : kQuestions) expect_plain_answer(question);
}

TEST(Filters, AgreeWithPlainSql) {
  const char* const kFilters[] = {
      R"(["is","path","/it's"])",
      R"(["is","path","/100%"])",
      R"(["is","path","/a_b"])",
      R"(["is","path","/back\\slash"])",
      R"(["is","path","/q\"uote"])",
      R"(["is","path","/x'); DROP TABLE data.hits; --"])",
      R"(["is","path","/case"])",
      R"(["is","path","no such path"])",
      R"(["is_not","path","/it's"])",
      R"(["contains","path","%"])",
      R"(["contains","path","_"])",
      R"(["contains","path","\\"])",
      R"(["contains","path","ARTICLES"])",
      R"(["contains","path","Ün"])",
      R"(["contains","path",""])",
      R"(["contains_not","referrer","site1"])",
      R"(["matches","path","/100%"])",
      R"(["matches","path","/100*"])",
      R"(["matches","path","/a_b"])",
      R"(["matches","path","/a?b"])",
      R"(["matches","path","/\\*"])",
      R"(["matches","path","/\\?"])",
      R"(["matches","path","/back\\\\slash"])",
      R"(["matches","path","*'*"])",
      R"(["matches","path","/articles/?/*1"])",
      R"(["matches","path","articles"])",
      R"(["matches_not","path","/articles/*"])",
      R"(["matches","utm_campaign","100%_*"])",
      R"(["in","path",["/it's","/100%","nothing"]])",
      R"(["in","browser",["Chrome",""]])",
      R"(["not_in","browser",["Chrome",""]])",
      R"(["not_in","country",["DE","FR"]])",
      R"(["is","referrer",""])",
      R"(["is_not","referrer_name",""])",
      R"(["is","status","404"])",
      R"(["is","status",""])",
      R"(["is_not","status",404])",
      R"(["in","status",[200,""]])",
      R"(["not_in","status",[200,304]])",
      R"(["contains","status","0"])",
      R"(["matches","status","4??"])",
      R"(["matches_not","status","2*"])",
      R"(["is","asn",64501])",
      R"(["is_not","asn",""])",
      R"(["matches","asn","*2"])",
      R"(["is","gpc","1"])",
      R"(["not",["is","gpc","1"]])",
      R"(["not",["not",["is","status",404]]])",
      R"(["or",[["is","browser","Chrome"],["is","country","DE"]]])",
      R"(["or",[["is","status",404],["not",["contains","path","articles"]]]])",
      R"(["and",[["is","browser","Chrome"],["or",[["is","os","iOS"],["is_not","country","US"]]]]])",
      R"(["not",["or",[["is","browser",""],["in","status",[404,500]],["matches","address","198.51.1*.0"]]]])",
      R"(["is","bot","bot3"])",
      R"(["is","service","blog"])",
  };
  for (const char* filter : kFilters) {
    const std::string list = std::string(R"(,"filters":[)") + filter + "]}";
    expect_plain_answer(
        R"({"metrics":["hits","visitors","bot_hits"],"by":["browser"],"range":"all")" + list);
  }
}

TEST(Filters, StayText) {
  const std::string kEvil[] = {"'; DROP TABLE data.hits; --",
                               "' OR '1'='1",
                               "\\",
                               "\\'",
                               "\"",
                               "%' ESCAPE '/",
                               "/x'); DROP TABLE data.hits; --",
                               std::string("nul\0byte", 8),
                               "$1",
                               "?",
                               "{}",
                               "\n\r\t"};
  for (const std::string& evil : kEvil) {
    for (const char* op : {"is", "is_not", "contains", "contains_not", "matches", "matches_not"}) {
      const Json question = {{"metrics", {"hits"}},
                             {"range", "all"},
                             {"filters", Json::array({Json::array({op, "path", evil})})}};
      const auto answer = query_json(test_store(), question.dump(), kNow_us);
      ASSERT_TRUE(answer) << evil << answer.error().message;
    }
    const auto answer = query_json(test_store(), {{"metrics", "hits"}, {"service", evil}}, kNow_us);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().field, "service");
  }
  EXPECT_EQ(test_store().info()->hits, kHits);
}

Json ask(const std::string& json, int64_t now_us = kNow_us) {
  const auto answer = query_json(test_store(), json, now_us);
  return answer ? Json::parse(*answer) : Json::parse(error_json(answer.error()));
}

TEST(Rankings, AreCutAndOrdered) {
  const Json whole = ask(R"({"metrics":["hits","visitors"],"by":["path"],"limit":10000})")["rows"];
  const Json page = ask(R"({"metrics":["hits","visitors"],"by":["path"],"limit":5,"offset":3})");
  EXPECT_TRUE(page["truncated"].get<bool>());
  ASSERT_EQ(page["rows"].size(), 5u);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(page["rows"][i][1], whole[i + 3][1]);
  for (size_t i = 1; i < whole.size(); ++i) EXPECT_GE(whole[i - 1][1], whole[i][1]);

  const Json rising =
      ask(R"({"metrics":["hits"],"by":["path"],"limit":3,"order":["hits","asc"]})")["rows"];
  EXPECT_EQ(rising[0][1], whole.back()[1]);
  const Json by_name = ask(R"({"metrics":["hits"],"by":["os"],"order":"os","include":["bots"]})");
  EXPECT_FALSE(by_name["truncated"].get<bool>());
  ASSERT_EQ(by_name["rows"].size(), 4u);
  EXPECT_EQ(by_name["rows"][0][0], "Linux");
  EXPECT_TRUE(by_name["rows"][3][0].is_null());
  const Json two = ask(R"({"metrics":["hits"],"by":["os"],"order":["os","desc"],"limit":2})");
  EXPECT_TRUE(two["truncated"].get<bool>());
  EXPECT_EQ(two["rows"][0][0], "iOS");
}

TEST(Series, OfValuesAreThoseOfTheFirstOnes) {
  const Json ranking = ask(R"({"metrics":["hits"],"by":["path"],"range":"7d","limit":2})")["rows"];
  const Json series =
      ask(R"({"metrics":["hits"],"by":["path"],"range":"7d","grain":"day","limit":2})");
  EXPECT_TRUE(series["truncated"].get<bool>());
  ASSERT_EQ(series["rows"].size(), 14u);
  std::map<std::string, int64_t> sums;
  for (const Json& row : series["rows"]) sums[row[1].get<std::string>()] += row[2].get<int64_t>();
  ASSERT_EQ(sums.size(), 2u);
  for (const Json& row : ranking) EXPECT_EQ(sums[row[0].get<std::string>()], row[1]);
  const Json all = ask(R"({"metrics":["hits"],"by":["os"],"range":"7d","grain":"day"})");
  EXPECT_FALSE(all["truncated"].get<bool>());
}

// What steps there are, and what stands in the empty ones.
TEST(Series, HaveEveryStepThatHasBegun) {
  const struct {
    const char* range;
    const char* grain;
    size_t steps;
    const char* first;
    const char* last;
  } kRows[] = {
      {R"("7d")", "day", 7, "2026-11-17", "2026-11-23"},
      {R"("today")", "hour", 13, "2026-11-23T00:00:00Z", "2026-11-23T12:00:00Z"},
      {R"("yesterday")", "hour", 24, "2026-11-22T00:00:00Z", "2026-11-22T23:00:00Z"},
      {R"("last 30 minutes")", "minute", 30, "2026-11-23T12:05:00Z", "2026-11-23T12:34:00Z"},
      {R"({"from":"2025-12-30","to":"2026-01-05"})", "week", 2, "2025-12-29", "2026-01-05"},
      {R"({"from":"2026-01-31","to":"2026-03-01"})", "month", 3, "2026-01-01", "2026-03-01"},
      {R"({"from":"2026-11-22","to":"2026-11-22"})", "week", 1, "2026-11-16", "2026-11-16"},
      {R"({"from":"2026-11-23T06:30:00Z","to":"2026-11-23T08:00:00Z"})", "hour", 2,
       "2026-11-23T06:00:00Z", "2026-11-23T07:00:00Z"},
      {R"("year")", "month", 11, "2026-01-01", "2026-11-01"},
      {R"("all")", "week", 6, "2026-10-19", "2026-11-23"},  // the first hit is of 2026-10-20
      {R"({"from":"2030-01-01","to":"2030-01-05"})", "day", 0, "", ""},
  };
  for (const auto& row : kRows) {
    const Json answer = ask(fmt::format(
        R"({{"metrics":["hits","generation_time_p50","error_rate"],"range":{},"grain":"{}"}})",
        row.range, row.grain));
    const Json& rows = answer["rows"];
    ASSERT_EQ(rows.size(), row.steps) << row.range << answer.dump();
    if (rows.empty()) continue;
    EXPECT_EQ(rows.front()[0], row.first) << row.range;
    EXPECT_EQ(rows.back()[0], row.last) << row.range;
  }
  const Json empty = ask(
      R"({"metrics":["hits","bytes","visitors","generation_time_p50","error_rate"],"range":"2026-01-01","grain":"day"})");
  EXPECT_EQ(empty["rows"].dump(), R"([["2026-01-01",0,0,0,null,null]])");
}

TEST(Series, GoOnToHitsOfAClockThatIsAhead) {
  const int64_t an_hour_ago = kNow_us - 3'600 * kSecond_us;
  const Json rows =
      ask(R"({"metrics":["hits"],"range":"today","grain":"hour"})", an_hour_ago)["rows"];
  EXPECT_EQ(rows.back()[0], "2026-11-23T12:00:00Z");
}

TEST(Series, CanBeTurnedRoundAndCut) {
  const Json rows = ask(
      R"({"metrics":["hits"],"range":"7d","grain":"day","order":["time","desc"],"limit":2,"offset":1})");
  EXPECT_TRUE(rows["truncated"].get<bool>());
  EXPECT_EQ(rows["rows"][0][0], "2026-11-22");
  EXPECT_EQ(rows["rows"].size(), 2u);
}

TEST(Series, OfAllTimeMayBeTooLong) {
  auto store = open_store({});
  ASSERT_TRUE(store);
  HitBatch batch;
  append_test_hits({*parse_iso8601("1999-01-01T00:00:00Z"), kDay_us, 10}, &batch);
  ASSERT_TRUE((*store)->append(batch));
  ASSERT_TRUE(derive_changed(**store, {}));
  const std::string json = R"({"metrics":["hits"],"range":"all","grain":"hour"})";
  const auto answer = query_json(**store, json, kNow_us);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().field, "grain");
  EXPECT_TRUE(query_json(**store, R"({"metrics":["hits"],"range":"all","grain":"day"})", kNow_us));
}

TEST(Answers, HaveTheShapeOfTheApi) {
  Json answer = ask(
      R"({"service":"blog","range":"7d","grain":"day","metrics":["hits","error_rate"],"by":["os"],"limit":1})");
  EXPECT_EQ(answer["columns"].dump(), R"([{"name":"time","kind":"time","unit":null},)"
                                      R"({"name":"os","kind":"dimension","unit":null},)"
                                      R"({"name":"hits","kind":"metric","unit":"count"},)"
                                      R"({"name":"error_rate","kind":"metric","unit":"share"}])");
  EXPECT_EQ(answer["query"]["range"]["from"], "2026-11-17T00:00:00Z");
  EXPECT_TRUE(answer["elapsed_ms"].is_number());
  ASSERT_GT(answer["rows"].size(), 0u);
  EXPECT_EQ(answer["rows"][0].size(), 4u);
}

TEST(Answers, OfManyQuestionsComeInTheirOrder) {
  const auto answer = query_json(
      test_store(),
      R"([{"service":"blog","metrics":"hits"},{"service":"blgo","metrics":"hits"},{"metrics":"hti"},{"report":"pages"}])",
      kNow_us);
  ASSERT_TRUE(answer);
  const Json list = Json::parse(*answer);
  ASSERT_EQ(list.size(), 4u);
  EXPECT_GT(list[0]["rows"][0][0], 0);
  EXPECT_EQ(list[1]["error"]["field"], "service");
  EXPECT_EQ(list[1]["error"]["message"],
            R"(expected a service that has hits, got "blgo"; did you mean "blog"?)");
  EXPECT_EQ(list[2]["error"]["field"], "metrics");
  EXPECT_EQ(list[3]["query"]["by"][0], "path");
}

TEST(Answers, OfAnEmptyDatabaseAreEmpty) {
  auto store = open_store({});
  ASSERT_TRUE(store);
  ASSERT_TRUE(prepare_derived(**store, {}, {}));
  for (const Report& report : reports()) {
    const auto answer = query_json(**store, report.query, kNow_us);
    ASSERT_TRUE(answer) << report.name << answer.error().message;
    const size_t rows = Json::parse(*answer)["rows"].size();
    EXPECT_EQ(rows, report.kind == "numbers" ? 1 : report.kind == "series" ? 30 : 0) << report.name;
  }
  EXPECT_EQ(*services_json(**store, kNow_us), R"({"today":"2026-11-23","services":[]})");
}

TEST(ReportsJson, ListsWhatThereIs) {
  const Json json = Json::parse(reports_json(7));
  EXPECT_EQ(json["reports"].size(), reports().size());
  EXPECT_EQ(json["metrics"].size(), metrics().size());
  EXPECT_EQ(json["dimensions"].size(), dimensions().size());
  EXPECT_EQ(json["reports"][0]["kind"], "numbers");
  for (const Json& report : json["reports"]) {
    const bool is_list = report["kind"] == "ranking" || report["kind"] == "table";
    EXPECT_EQ(report["query"].value("limit", 0), report["kind"] == "heatmap" ? 168
                                                 : is_list                   ? 7
                                                                             : 0)
        << report["name"];
  }
}

TEST(Services, AgreeWithPlainSql) {
  const auto answer = services_json(test_store(), kNow_us);
  ASSERT_TRUE(answer) << answer.error().message;
  const Json json = Json::parse(*answer);
  EXPECT_EQ(json["today"], "2026-11-23");
  ASSERT_EQ(json["services"].size(), 2u);
  EXPECT_EQ(json["services"][0]["name"], "blog");  // more visitors
  for (const Json& service : json["services"]) {
    ASSERT_EQ(service["days"].size(), 30u);
    EXPECT_EQ(service["days"][0]["date"], "2026-10-25");
    EXPECT_EQ(service["days"][29]["visitors"], service["today"]["visitors"]);
    const auto name = quote(service["name"].get<std::string>());
    const auto table = test_store().query(
        {fmt::format("SELECT strftime(time, '%Y-%m-%d'), count(*) FILTER (WHERE bot IS NULL), "
                     "count(*) FILTER (WHERE is_page_view), count(DISTINCT visitor) FILTER (WHERE "
                     "is_page_view) FROM main.hits WHERE service = {} AND time >= TIMESTAMP "
                     "'2026-10-25' GROUP BY 1 ORDER BY 1",
                     name),
         {}},
        {});
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ(table->rows.size(), 30u);
    for (size_t i = 0; i < 30; ++i) {
      const Json& day = service["days"][i];
      const auto& row = table->rows[i];
      EXPECT_EQ(day["date"], json_of_value(row[0]));
      EXPECT_EQ(day["hits"], json_of_value(row[1]));
      EXPECT_EQ(day["page_views"], json_of_value(row[2]));
      EXPECT_EQ(day["visitors"], json_of_value(row[3]));
    }
    const auto last = test_store().query(
        {"SELECT strftime(max(time), '%Y-%m-%dT%H:%M:%SZ') FROM main.hits WHERE service = " + name,
         {}},
        {});
    EXPECT_EQ(service["last_hit"], json_of_value(last->rows[0][0]));
  }
}

}  // namespace
}  // namespace ballcone
