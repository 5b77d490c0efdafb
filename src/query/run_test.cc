// Every report, and questions of all shapes, against plain SQL over the view that people see.
#include "query/run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "derive/derive.h"
#include "query/answer.h"
#include "query/dimensions.h"
#include "query/metrics.h"
#include "query/plain_answer.h"
#include "query/reports.h"

namespace ballcone {
namespace {

std::string with(std::string_view json, std::string_view more) {
  return "{" + std::string(more) + "," + std::string(json.substr(1));
}

// Of what no log says.
bool is_of_scripts(const Report& report) {
  return report.group == "Events" || report.name == "screens" || report.name == "languages" ||
         report.name == "script_gap";
}

// goals_test.cc does so for goals, which plain SQL does not know.
TEST(Reports, AgreeWithPlainSql) {
  for (const Report& report : reports()) {
    if (report.name == "goals") continue;
    expect_plain_answer(with(report.query, R"("service":"blog","range":"30d")"));
    expect_plain_answer(with(report.query, R"("service":"order","range":"today")"),
                        place_of(false));
    if (is_of_scripts(report))
      expect_plain_answer(with(report.query, R"("service":"blog","range":"7d")"), place_at(2));
  }
}

// In the page everything is a filter. Each dimension is the only one in a quarter of the reports,
// and one of four in the others: a question takes its time, however little there is to find.
std::vector<Json> filtered_by_everything(const Report& report, size_t number) {
  std::vector<Json> questions;
  std::vector<Json> filters;
  const auto add = [&] {
    if (filters.empty()) return;
    Json question = Json::parse(report.query);
    question["range"] = "today";
    question["service"] = "blog";
    for (Json& filter : filters) question["filters"].push_back(std::move(filter));
    filters.clear();
    questions.push_back(std::move(question));
  };
  std::vector<Json> others;
  for (const Dimension& dimension : dimensions()) {
    Json filter = {"is", dimension.name, "1"};
    if (number++ % 4 != 0) {
      others.push_back(std::move(filter));
      continue;
    }
    filters = {std::move(filter)};
    add();
  }
  for (Json& filter : others) {
    filters.push_back(std::move(filter));
    if (filters.size() == 4) add();
  }
  add();
  return questions;
}

// Many in one request, as the page asks: what they have in common is looked up once.
TEST(Reports, CanBeFilteredByEverything) {
  size_t number = 0;
  for (const Report& report : reports()) {
    const std::vector<Json> questions = filtered_by_everything(report, number++);
    for (size_t begin = 0; begin < questions.size(); begin += kQueriesMax) {
      const size_t end = std::min(questions.size(), begin + kQueriesMax);
      Json list = Json::array();
      for (size_t i = begin; i < end; ++i) list.push_back(questions[i]);
      const auto answer = query_json(test_store(), list.dump(), kNow_us);
      ASSERT_TRUE(answer) << list << answer.error().message;
      const Json answers = Json::parse(*answer);
      ASSERT_EQ(answers.size(), list.size());
      for (size_t i = 0; i < list.size(); ++i)
        EXPECT_TRUE(answers[i].contains("rows")) << list[i] << answers[i];
    }
  }
}

TEST(Reports, AreNullWhereRequestsHaveNoFirstPage) {
  const auto rows_of = [](std::string_view report) {
    const auto answer = query_json(
        test_store(),
        fmt::format(R"({{"report":"{}","range":"7d","filters":[["is_not","entry_path","/a"]]}})",
                    report),
        kNow_us);
    EXPECT_TRUE(answer) << report;
    return answer ? Json::parse(*answer)["rows"] : Json();
  };
  const Json numbers = rows_of("overview");
  ASSERT_EQ(numbers.size(), 1u);
  EXPECT_GT(numbers[0][0], 0);
  for (size_t i = 7; i < 12; ++i) EXPECT_TRUE(numbers[0][i].is_null()) << numbers;
  EXPECT_EQ(rows_of("status_codes").dump(), "[]");
  const Json series = rows_of("hits_by_day");
  ASSERT_EQ(series.size(), 7u);
  EXPECT_EQ(series[6].dump(), R"(["2026-11-23",null,null])");
}

// Or a report may be empty for good and agree with anything: each column says something somewhere,
// and some row names all that it is about.
TEST(Reports, HaveSomethingToShow) {
  for (const Report& report : reports()) {
    const auto answer = query_json(
        *place_at(2).store, with(report.query, R"("service":"blog","range":"30d")"), kNow_us);
    ASSERT_TRUE(answer) << report.name;
    const Json json = Json::parse(*answer);
    const Json& rows = json["rows"];
    const Json& columns = json["columns"];
    for (size_t i = 0; i < columns.size(); ++i) {
      EXPECT_TRUE(std::any_of(rows.begin(), rows.end(),
                              [&](const Json& row) { return !is_nothing(row[i]); }))
          << report.name << ": nothing in " << columns[i]["name"];
    }
    const auto is_named = [&](const Json& row) {
      for (size_t i = 0; i < columns.size(); ++i)
        if (columns[i]["kind"] == "dimension" && row[i].is_null()) return false;
      return true;
    };
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), is_named)) << report.name;
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
        R"({"metrics":["hits","visitors","bot_hits"],"by":["browser"],"range":"all")" + list,
        place_of(false));
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
  ASSERT_GE(series["rows"].size(), 4u);  // days of two values
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

// New York went over to summer time on 8 March 2026, and back on 1 November.
TEST(Series, HaveTheHoursThatClocksShow) {
  const PlainPlace& place = place_of(false);
  const struct {
    const char* day;
    const char* grain;
    std::vector<std::pair<size_t, const char*>> want;  // some steps; the last one is the last
  } kRows[] = {
      {"2026-03-08",
       "hour",
       {{0, "2026-03-08T00:00:00-05:00"},
        {1, "2026-03-08T01:00:00-05:00"},
        {2, "2026-03-08T03:00:00-04:00"},
        {22, "2026-03-08T23:00:00-04:00"}}},
      // The hour that is shown twice is one step.
      {"2026-11-01",
       "hour",
       {{0, "2026-11-01T00:00:00-04:00"},
        {1, "2026-11-01T01:00:00-04:00"},
        {2, "2026-11-01T02:00:00-05:00"},
        {23, "2026-11-01T23:00:00-05:00"}}},
      {"2026-03-08",
       "minute",
       {{119, "2026-03-08T01:59:00-05:00"},
        {120, "2026-03-08T03:00:00-04:00"},
        {1379, "2026-03-08T23:59:00-04:00"}}},
  };
  for (const auto& row : kRows) {
    const auto answer = query_json(
        *place.store,
        fmt::format(R"({{"metrics":["hits"],"range":"{}","grain":"{}"}})", row.day, row.grain),
        kNow_us, {}, place.zones);
    ASSERT_TRUE(answer) << row.day;
    const Json rows = Json::parse(*answer)["rows"];
    ASSERT_EQ(rows.size(), row.want.back().first + 1) << row.day;
    for (const auto& [at, step] : row.want) EXPECT_EQ(rows[at][0], step);
  }
  expect_plain_answer(R"({"metrics":["hits","visitors"],"grain":"hour","range":"2026-11-01"})",
                      place);
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
    if (report.name == "goals") continue;  // of a service
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
    const Json own = Json::parse(find_report(report["name"].get<std::string>())->query);
    const bool is_list = report["kind"] == "ranking" || report["kind"] == "table";
    EXPECT_EQ(report["query"].value("limit", 0), own.value("limit", is_list ? 7 : 0))
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
    ASSERT_GE(table->rows.size(), 5u);
    size_t found = 0;
    for (const Json& day : service["days"]) {
      const auto row =
          std::find_if(table->rows.begin(), table->rows.end(),
                       [&](const auto& values) { return json_of_value(values[0]) == day["date"]; });
      const bool is_there = row != table->rows.end();
      found += is_there;
      EXPECT_EQ(day["hits"], is_there ? json_of_value((*row)[1]) : Json(0));
      EXPECT_EQ(day["page_views"], is_there ? json_of_value((*row)[2]) : Json(0));
      EXPECT_EQ(day["visitors"], is_there ? json_of_value((*row)[3]) : Json(0));
    }
    EXPECT_EQ(found, table->rows.size());
    const auto last = test_store().query(
        {"SELECT strftime(max(time), '%Y-%m-%dT%H:%M:%SZ') FROM main.hits WHERE service = " + name,
         {}},
        {});
    EXPECT_EQ(service["last_hit"], json_of_value(last->rows[0][0]));
  }
}

// What a card says of now is what the service's own page answers.
TEST(Services, SayOfNowWhatTheirPagesDo) {
  const TimeZones zones{{}, {{"shop", *TimeZone::find("America/New_York")}}};
  const Json services = Json::parse(*services_json(test_store(), kNow_us, 30, {}, zones));
  double seen = 0;
  for (const Json& service : services["services"]) {
    const std::string name = service["name"];
    const auto ask = [&](std::string_view question) {
      return Json::parse(*query_json(test_store(),
                                     fmt::format(R"({{"service":"{}",{}}})", name, question),
                                     kNow_us, {}, zones));
    };
    const Json now = ask(
        R"("range":"today","metrics":["visitors","live_visitors","error_rate","generation_time_p95"],"compare":"previous")");
    const Json& row = now["rows"][0];
    EXPECT_EQ(service["today"]["visitors"], row[0]) << name;
    EXPECT_EQ(service["live_visitors"], row[1]) << name;
    EXPECT_EQ(service["error_rate"], row[2]) << name;
    EXPECT_EQ(service["generation_time_p95"], row[3]) << name;
    EXPECT_EQ(service["visitors_yesterday"], now["compare"]["rows"][0][0]) << name;
    const Json month = ask(R"("range":"last 61 days","metrics":["visitors"],"grain":"day")");
    int64_t visitors = 0, before = 0;
    for (size_t i = 0; i < 60; ++i)
      (i < 30 ? before : visitors) += month["rows"][i][1].get<int64_t>();
    EXPECT_EQ(service["visitors"], visitors) << name;
    EXPECT_EQ(service["visitors_before"], before) << name;
    seen += service["visitors_yesterday"].get<double>() + service["visitors"].get<double>();
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace ballcone
