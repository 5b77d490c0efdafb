#include "query/sql.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "base/time.h"
#include "query/filter_sql.h"
#include "query/parse.h"

namespace ballcone {
namespace {

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

TimeZones test_zones() {
  TimeZones zones;
  zones.of_service["ny"] = *TimeZone::find("America/New_York");
  return zones;
}

std::string sql_of(const char* json) {
  const auto query = parse_query(json, kNow_us, test_zones());
  if (!query) return query.error().message;
  Codes codes{1, 2, {0, 7}, true};
  codes.script = 9;
  const Sql sql = make_sql(*query, codes);
  std::string out = sql.text + "\n";
  for (const Value& value : sql.parameters) {
    if (const auto* text = std::get_if<std::string>(&value)) out += "? " + *text + "\n";
    if (const auto* number = std::get_if<int64_t>(&value)) {
      out += "? " + std::to_string(*number) + "\n";
    }
  }
  return out;
}

// sql.golden: "-- question", then its SQL and parameters. UPDATE_GOLDEN=1 rewrites it.
TEST(Sql, IsAsWrittenDown) {
  const char* const kQuestions[] = {
      R"({"service":"s","range":"7d","metrics":["visitors","page_views","hits","bounce_rate"]})",
      R"({"range":"today","metrics":["hits","visitors","bot_share"]})",
      R"({"service":"s","range":"7d","grain":"day","metrics":["visitors","page_views"]})",
      R"({"service":"s","range":"today","grain":"hour","metrics":["generation_time_avg","generation_time_p95"]})",
      R"({"service":"s","range":"7d","grain":"day","metrics":["hits"],"order":["hits","desc"],"limit":3})",
      R"({"service":"s","range":"7d","metrics":["visitors","page_views"],"by":["path"],"limit":10})",
      R"({"service":"s","range":"7d","metrics":["visitors"],"by":["browser","browser_version"],"offset":20})",
      R"({"service":"s","range":"7d","metrics":["visitors","visits","page_views"],"by":["utm_source","country"]})",
      R"({"service":"s","range":"7d","metrics":["visitors","bounce_rate","visit_duration"],"by":["entry_path"],"filters":[["is","path","/a"]]})",
      R"({"service":"s","range":"7d","metrics":["hits","error_rate","cache_hit_rate"],"by":["status","country"],"order":"country"})",
      R"({"service":"s","range":"7d","metrics":["visits"],"by":["method"]})",
      R"({"service":"s","range":"7d","metrics":["page_views","confirmed","unconfirmed_share"],"by":["path"]})",
      R"({"service":"s","range":"7d","metrics":["visitors","unconfirmed_share"],"filters":[["is","confirmed",1]]})",
      R"({"service":"s","range":"7d","metrics":["visitors"],"by":["gpc"],"filters":[["is_not","confirmed",1]]})",
      R"({"service":"s","range":"7d","metrics":["generation_time_p95"],"by":["path"],"filters":[["is","kind","page"]]})",
      R"({"service":"s","range":"7d","metrics":["hits","robots_unasked"],"by":["bot"],"include":["bots"]})",
      R"({"service":"s","range":"7d","grain":"week","metrics":["hits"],"by":["status"],"limit":5})",
      R"({"service":"ny","range":"30d","grain":"hour","metrics":["visitors","hits"],"filters":[["is","browser","Firefox"]]})",
      R"({"service":"ny","range":{"from":"2026-10-31","to":"2026-11-23T12:00:00Z"},"metrics":["visitors"],"by":["hour"]})",
      R"({"range":"today","metrics":["hits"],"filters":[["is","path","/it's; DROP TABLE data.hits; --"],["is_not","browser",""],["in","status",["404",""]],["or",[["matches","path","/100%_*"],["not",["contains","referrer","x"]]]],["not_in","country",["DE","FR"]],["is","asn",64500],["matches","status","4??"]]})",
      R"({"service":"s","range":"7d","metrics":["visitors","events","conversion_rate"],"by":["event"],"filters":[["is_not","event",""]]})",
      R"({"service":"s","range":"7d","metrics":["visitors","visits"],"by":["event:props:it's"],"filters":[["is","event:props:a/b","x"]]})",
  };
  std::string got;
  for (const char* question : kQuestions) {
    got += "-- " + std::string(question) + "\n" + sql_of(question) + "\n";
  }
  const std::string path = std::string(BALLCONE_SOURCE_DIR) + "/src/query/sql.golden";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << got;
  std::ifstream file(path);
  const std::string want{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(got, want) << "run with UPDATE_GOLDEN=1 and look at the diff";
}

TEST(Sql, HoldsNoTextFromOutside) {
  const std::string kEvil[] = {
      "'; DROP TABLE data.hits; --", "\" OR 1=1", "x\\' OR ''='", "?", "$1", "{}"};
  for (const std::string& evil : kEvil) {
    for (const FilterOp op :
         {FilterOp::is, FilterOp::is_not, FilterOp::contains, FilterOp::contains_not,
          FilterOp::matches, FilterOp::matches_not, FilterOp::in, FilterOp::not_in}) {
      Query query;
      query.service = evil;
      query.range = {0, kNow_us};
      query.metrics = {"hits"};
      query.order = "hits";
      query.filters.resize(2);
      query.filters[0].condition = Condition{"path", op, {evil}};
      Query harmless = query;
      harmless.service = "s";
      harmless.filters[0].condition->values = {"x"};
      query.filters[1].condition = harmless.filters[1].condition =
          Condition{"status", FilterOp::is, {"404"}};
      EXPECT_EQ(make_sql(query, {1, 2}).text, make_sql(harmless, {1, 2}).text);
      EXPECT_EQ(make_codes_sql(evil).text, make_codes_sql("s").text);
    }
  }
}

TEST(LikePattern, EscapesWhatLikeWouldTake) {
  const struct {
    const char* wildcards;
    const char* want;
  } kRows[] = {
      {"/blog/*", "/blog/%"},  {"?", "_"},         {"100%", R"(100\%)"},
      {"a_b", R"(a\_b)"},      {R"(\*)", "*"},     {R"(\\)", R"(\\)"},
      {R"(end\)", R"(end\\)"}, {R"(\%)", R"(\%)"}, {"", ""},
      {R"(a\?b*)", "a?b%"},
  };
  for (const auto& row : kRows) EXPECT_EQ(like_pattern(row.wildcards), row.want) << row.wildcards;
}

}  // namespace
}  // namespace ballcone
