// Every report's statement, run in the console, has the numbers of its answer.
#include "query/console_sql.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "query/console_filter.h"
#include "query/parse.h"
#include "query/plain_answer.h"
#include "query/reports.h"

namespace ballcone {
namespace {

// Rows by step and keys, those that say nothing left out.
Answer rows_by_key(const std::vector<std::vector<Json>>& rows, size_t keys) {
  Answer answer;
  for (const auto& row : rows) {
    std::string key;
    for (size_t i = 0; i < keys; ++i) key += row[i].dump() + "|";
    answer[key] = std::vector<Json>(row.begin() + static_cast<std::ptrdiff_t>(keys), row.end());
  }
  drop_nothing(&answer);
  return answer;
}

// "2026-11-23 12:00:00" and "2026-11-23" → as steps are written by plain_step().
Json console_step(const std::string& text) {
  return text.size() == 10 ? text + "T00:00:00" : text.substr(0, 10) + "T" + text.substr(11, 8);
}

std::vector<std::vector<Json>> console_rows(const PlainPlace& place, const std::string& sql,
                                            bool has_step) {
  std::vector<std::vector<Json>> rows;
  const auto table = place.store->query_console(sql, {.time_us = 100 * kSecond_us, .rows = 20'000});
  EXPECT_TRUE(table) << sql << "\n" << (table ? "" : table.error().message);
  if (!table) return rows;
  for (const auto& values : table->rows) {
    rows.emplace_back();
    for (const Value& value : values) rows.back().push_back(json_of_value(value));
    if (has_step) rows.back()[0] = console_step(rows.back()[0].get<std::string>());
  }
  return rows;
}

// Whether there was a statement.
bool expect_same_numbers(const PlainPlace& place, Json question) {
  question["include"].push_back("sql");
  if (!question.contains("grain")) question["limit"] = 10'000;
  const auto query = parse_query(question.dump(), kNow_us, place.zones);
  EXPECT_TRUE(query) << question;
  const auto answer = query_json(*place.store, question.dump(), kNow_us, {}, place.zones);
  EXPECT_TRUE(answer) << question << (answer ? "" : answer.error().message);
  if (!answer || !query) return false;
  const Json json = Json::parse(*answer);
  if (json["sql"].is_null()) return false;
  const std::string sql = json["sql"].get<std::string>();
  const bool has_step = query->grain != Grain::none;
  const size_t keys = has_step + query->by.size();
  std::vector<std::vector<Json>> rows;
  for (const Json& row : json["rows"]) {
    rows.emplace_back(row.begin(), row.end());
    if (has_step) rows.back()[0] = plain_step(row[0]);
  }
  const Answer want = rows_by_key(rows, keys);
  const Answer got = rows_by_key(console_rows(place, sql, has_step), keys);
  EXPECT_EQ(got.size(), want.size()) << sql;
  for (const auto& [key, values] : want) {
    const auto found = got.find(key);
    EXPECT_TRUE(found != got.end()) << key << "\n" << sql;
    if (found == got.end()) return true;
    for (size_t i = 0; i < values.size(); ++i) {
      const bool is_percentile = find_metric(query->metrics[i])->percentile > 0;
      const bool is_zero = is_nothing(found->second[i]) && is_nothing(values[i]);
      EXPECT_TRUE(is_zero || are_near(values[i], found->second[i], is_percentile))
          << key << " " << query->metrics[i] << " is " << found->second[i] << ", not " << values[i]
          << "\n"
          << sql;
    }
  }
  return true;
}

Json question_of(const Report& report, const char* service, const char* range) {
  Json question = Json::parse(report.query);
  question["service"] = service;
  question["range"] = range;
  return question;
}

TEST(ConsoleSql, HasTheNumbersOfEachReport) {
  for (const Report& report : reports()) {
    // Only the blog has goals.
    const bool has_goals = report.name == "goals";
    // Which properties there are is a question of its own.
    const bool is_one = report.name != "properties";
    EXPECT_EQ(expect_same_numbers(place_at(2), question_of(report, "blog", "30d")), is_one)
        << report.name;
    EXPECT_EQ(expect_same_numbers(place_at(1), question_of(report, "order", "today")),
              is_one && !has_goals)
        << report.name;
  }
}

TEST(ConsoleSql, KnowsTheFiltersOfThePage) {
  const char* const kFilters[] = {R"(["is","country","DE"])",
                                  R"(["is_not","browser","Chrome"])",
                                  R"(["in","path",["/it's","/100%"]])",
                                  R"(["not_in","path",["","/it's"]])",
                                  R"(["contains","path","ARTICLES"])",
                                  R"(["matches_not","path","/articles/*"])",
                                  R"(["is","channel","Direct"])",
                                  R"(["is","referrer_name",""])",
                                  R"(["is","status","404"])",
                                  R"(["contains","status","4"])",
                                  R"(["is","entry_path","/it's"])",
                                  R"(["is","hour","12"])",
                                  R"(["is","event","order"])",
                                  R"(["is","event:props:it's \"/~","1"])",
                                  R"(["is","bot",""])",
                                  R"(["is","kind","page"])",
                                  R"(["is","goal","An order"])",
                                  R"(["is","gpc","1"])",
                                  R"(["is","confirmed","1"])",
                                  R"(["not",["or",[["is","os","iOS"],["is","city",""]]]])"};
  size_t number = 0, asked = 0;
  for (const char* filter : kFilters) {
    for (size_t i = number++ % 6; i < reports().size(); i += 6) {
      Json question = question_of(reports()[i], "blog", "7d");
      question["filters"].push_back(Json::parse(filter));
      asked += expect_same_numbers(place_at(2), question);
    }
  }
  EXPECT_GT(asked, 120u);
}

TEST(ConsoleSql, KnowsGrainsAndRanges) {
  for (const char* grain : {"minute", "hour", "day", "week", "month"}) {
    for (const size_t place : {0, 1}) {
      const std::string range = grain[1] == 'i' ? "last 3 hours" : "last 50 hours";
      for (const char* metrics : {R"(["visitors","visits","bounce_rate","visit_duration"])",
                                  R"(["hits","bytes","page_views","error_rate"])"}) {
        Json question = {{"range", range}, {"grain", grain}, {"metrics", Json::parse(metrics)}};
        EXPECT_TRUE(expect_same_numbers(place_at(place), question));
      }
    }
  }
}

TEST(ConsoleSql, QuotesWhatCameFromOutside) {
  EXPECT_EQ(sql_literal("it's"), "'it''s'");
  EXPECT_EQ(sql_literal(std::string_view("a\0b", 3)), "('a' || chr(0) || 'b')");
  for (const char* evil : {"'; DROP TABLE data.hits; --", "\\", "'' OR true", "a\\u0000b", "/*"}) {
    Json question = {{"metrics", {"visitors", "hits"}}, {"by", {"path"}}, {"range", "7d"}};
    question["filters"] = Json::array({Json::array(
        {"is", "path", Json::parse(fmt::format("\"{}\"", evil[0] == '\\' ? "\\\\" : evil))})});
    question["service"] = "blog";
    EXPECT_TRUE(expect_same_numbers(place_at(0), question)) << evil;
  }
}

TEST(ConsoleSql, ReadsAsSomeoneWouldWriteIt) {
  const auto query = parse_query(
      R"({"service":"blog","range":"7d","metrics":["visitors","page_views"],"by":["path"],
          "filters":[["is","country","DE"]],"limit":5})",
      kNow_us);
  ASSERT_TRUE(query);
  EXPECT_EQ(console_sql(*query),
            "SELECT path, count(DISTINCT visitor) AS visitors, count(*) AS page_views\n"
            "FROM page_views\n"
            "WHERE service = 'blog'\n"
            "  AND day BETWEEN DATE '2026-11-17' AND DATE '2026-11-23'\n"
            "  AND country = 'DE'\n"
            "GROUP BY ALL\n"
            "ORDER BY visitors DESC, path\n"
            "LIMIT 5");
}

TEST(ConsoleSql, SaysNothingWhereTheViewsCannot) {
  const char* const kQuestions[] = {R"({"metrics":["visitors"],"include":["assets"]})",
                                    R"({"metrics":["visitors"],"grain":"day","by":["country"]})",
                                    R"({"metrics":["visitors"],"by":["referrer_origin"]})",
                                    R"({"metrics":["hits"],"filters":[["is","entry_path","/"]]})"};
  for (const char* question : kQuestions) {
    const auto query = parse_query(question, kNow_us);
    ASSERT_TRUE(query) << question;
    EXPECT_EQ(console_sql(*query), std::nullopt) << question;
  }
}

}  // namespace
}  // namespace ballcone
