#include "query/parse.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "query/names.h"
#include "query/reports.h"

namespace ballcone {
namespace {

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");  // a Monday

// "from … to …" or the error as "field: message".
std::string said(const Error& error) { return error.field + ": " + error.message; }
std::string range_of(const std::string& json) {
  const auto query = parse_query(R"({"metrics":"hits","range":)" + json + "}", kNow_us);
  if (!query) return said(query.error());
  return format_time(query->range.from_us) + " " + format_time(query->range.to_us);
}

TEST(ParseQuery, UnderstandsRanges) {
  const struct {
    const char* json;
    const char* want;
  } kRows[] = {
      {R"("today")", "2026-11-23T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("yesterday")", "2026-11-22T00:00:00Z 2026-11-23T00:00:00Z"},
      {R"("7d")", "2026-11-17T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("30d")", "2026-10-25T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("1d")", "2026-11-23T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("month")", "2026-11-01T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("year")", "2026-01-01T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("all")", "1990-01-01T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"("2026-02-28")", "2026-02-28T00:00:00Z 2026-03-01T00:00:00Z"},
      {R"("last 30 minutes")", "2026-11-23T12:05:00Z 2026-11-23T12:35:00Z"},
      {R"("last 24 hours")", "2026-11-22T13:00:00Z 2026-11-23T13:00:00Z"},
      {R"("last hour")", "2026-11-23T12:00:00Z 2026-11-23T13:00:00Z"},
      {R"("last 2 weeks")", "2026-11-16T00:00:00Z 2026-11-30T00:00:00Z"},
      {R"("last 12 months")", "2025-12-01T00:00:00Z 2026-12-01T00:00:00Z"},
      {R"({"from": "2026-11-01", "to": "2026-11-23"})",
       "2026-11-01T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"({"from": "2026-11-01"})", "2026-11-01T00:00:00Z 2026-11-24T00:00:00Z"},
      {R"({"from": "2026-11-23T10:00:00+01:00", "to": "2026-11-23T12:00:00Z"})",
       "2026-11-23T09:00:00Z 2026-11-23T12:00:00Z"},
      {R"({"from": "2026-11-22", "to": "2026-11-23T06:00:00Z"})",
       "2026-11-22T00:00:00Z 2026-11-23T06:00:00Z"},
  };
  for (const auto& row : kRows) EXPECT_EQ(range_of(row.json), row.want) << row.json;
}

// Every field in the order in which to_json writes them.
TEST(ParseQuery, FillsInDefaults) {
  const std::string range =
      R"("range":{"from":"2026-10-25T00:00:00Z","to":"2026-11-24T00:00:00Z"})";
  const struct {
    const char* json;
    std::string want;
  } kRows[] = {
      {R"({"metrics": ["visitors"]})",
       R"({"service":null,)" + range +
           R"(,"grain":"none","metrics":["visitors"],"by":[],"filters":[],"include":[],)"
           R"("order":["visitors","desc"],"limit":100,"offset":0})"},
      {R"({"service": "blog", "grain": "day", "metrics": "hits"})",
       R"({"service":"blog",)" + range +
           R"(,"grain":"day","metrics":["hits"],"by":[],"filters":[],"include":[],)"
           R"("order":["time","asc"],"limit":20000,"offset":0})"},
      {R"({"grain": "day", "metrics": ["hits"], "by": ["browser"], "limit": 5, "offset": 5})",
       R"({"service":null,)" + range +
           R"(,"grain":"day","metrics":["hits"],"by":["browser"],"filters":[],"include":[],)"
           R"("order":["hits","desc"],"limit":5,"offset":5})"},
      {R"({"metrics": ["hits", "bytes"], "by": "path", "order": "path", "include": ["bots"]})",
       R"({"service":null,)" + range +
           R"(,"grain":"none","metrics":["hits","bytes"],"by":["path"],"filters":[],)"
           R"("include":["bots"],"order":["path","asc"],"limit":100,"offset":0})"},
      {R"({"metrics": ["hits"], "order": ["hits", "asc"], "filters": [], "include": []})",
       R"({"service":null,)" + range +
           R"(,"grain":"none","metrics":["hits"],"by":[],"filters":[],"include":[],)"
           R"("order":["hits","asc"],"limit":100,"offset":0})"},
  };
  for (const auto& row : kRows) {
    const auto query = parse_query(row.json, kNow_us);
    ASSERT_TRUE(query) << row.json << said(query.error());
    EXPECT_EQ(to_json(*query), row.want);
  }
}

TEST(ParseQuery, ReadsItsOwnJsonAgain) {
  const char* const kFilters[] = {
      R"([])",
      R"([["is","path","/"]])",
      R"([["is_not","browser",""],["contains","path","it's \"100%\""]])",
      R"([["contains_not","path","\\"],["matches","path","/blog/*"]])",
      R"([["matches_not","user_agent","*bot?"],["in","country",["DE","FR",""]]])",
      R"([["not_in","status",["404","410"]]])",
      R"([["or",[["is","path","/a"],["and",[["is","path","/b"],["is","os","Linux"]]]]]])",
      R"([["not",["or",[["is","path","/a"],["not",["is","path","/b"]]]]]])",
  };
  for (const char* filters : kFilters) {
    const std::string json =
        std::string(R"({"service":"ü","metrics":["hits"],"by":["os"],"filters":)") + filters + "}";
    const auto query = parse_query(json, kNow_us);
    ASSERT_TRUE(query) << filters << said(query.error());
    const std::string text = to_json(*query);
    EXPECT_NE(text.find(std::string(R"("filters":)") + filters), text.npos) << text;
    const auto again = parse_query(text, kNow_us);
    ASSERT_TRUE(again) << text << said(again.error());
    EXPECT_EQ(to_json(*again), text);
  }
}

TEST(ParseQuery, SaysWhatIsWrongAndWhatWouldBeRight) {
  const struct {
    const char* json;
    const char* want;  // a part of "field: message"
  } kRows[] = {
      {R"()", ": expected JSON"},
      {R"({"metrics":)", ": expected JSON"},
      {R"(7)", ": expected a JSON object, got 7"},
      {R"({})", "metrics: expected at least one metric; there are visitors, page_views"},
      {R"({"metrics": []})", "metrics: expected at least one metric"},
      {R"({"metrics": ["visitor"]})",
       R"(metrics: expected a metric, got "visitor"; did you mean "visitors"?)"},
      {R"({"metrics": ["pageviews"]})", R"(did you mean "page_views"?)"},
      {R"({"metrics": ["zzzzzzzz"]})", R"(got "zzzzzzzz"; there are visitors, page_views)"},
      {R"({"metrics": ["hits", "hits"]})", R"(metrics: expected each name once, got "hits" twice)"},
      {R"({"metrics": [7]})", "metrics: expected a metric, got 7"},
      {R"({"metrics": {"hits": 1}})", "metrics: expected a list of names"},
      {R"({"metrics": "hits", "metric": 1})",
       R"(metric: expected a field, got "metric"; did you mean "metrics"?)"},
      {R"({"metrics": "hits", "filter": []})", R"(did you mean "filters"?)"},
      {R"({"metrics": "hits", "service": 7})", "service: expected a name, got 7"},
      {R"({"metrics": "hits", "range": "tomorow"})", "range: expected \"today\", \"yesterday\""},
      {R"({"metrics": "hits", "range": "0d"})", "range: expected \"today\""},
      {R"({"metrics": "hits", "range": "-1d"})", "range: expected \"today\""},
      {R"({"metrics": "hits", "range": "9999999999999999999d"})", "range: expected \"today\""},
      {R"({"metrics": "hits", "range": "last 30 fortnights"})", "range: expected \"today\""},
      {R"({"metrics": "hits", "range": "last -3 days"})", "range: expected \"today\""},
      {R"({"metrics": "hits", "range": "2026-02-30"})", "range: expected \"today\""},
      {R"({"metrics": "hits", "range": 30})", "range: expected \"7d\" or"},
      {R"({"metrics": "hits", "range": {"from": "x"}})", "range: expected from to be a date"},
      {R"({"metrics": "hits", "range": {}})", "range: expected from to be a date"},
      {R"({"metrics": "hits", "range": {"from": "2026-11-01", "to": "yesterday"}})",
       "range: expected to to be a date"},
      {R"({"metrics": "hits", "range": {"from": "2026-11-02", "to": "2026-11-01"}})",
       "range: expected from before to"},
      {R"({"metrics": "hits", "range": {"from": 7}})", "range: expected a date or a time, got 7"},
      {R"({"metrics": "hits", "range": {"since": "2026-11-01"}})",
       "range: expected from or to, got \"since\""},
      {R"({"metrics": "hits", "grain": "days"})",
       R"(grain: expected a grain, got "days"; did you mean "day"?)"},
      {R"({"metrics": "hits", "grain": 1})", "grain: expected \"day\", got 1"},
      {R"({"metrics": "hits", "grain": "minute", "range": "30d"})",
       "grain: expected at most 20000 steps, got 43200"},
      {R"({"metrics": "hits", "by": ["pth"]})",
       R"(by: expected a dimension, got "pth"; did you mean "path"?)"},
      {R"({"metrics": "hits", "by": ["visitor"]})", "by: expected a dimension, got \"visitor\""},
      {R"({"metrics": "hits", "by": ["time"]})", "by: expected a dimension, got \"time\""},
      {R"({"metrics": "hits", "by": ["os", "path", "host"]})",
       "by: expected at most 2 dimensions, got 3"},
      {R"({"metrics": "hits", "by": ["path; DROP TABLE data.hits"]})", "by: expected a dimension"},
      {R"({"metrics": "hits", "filters": ["is", "path", "/"]})",
       "filters: expected a list of filters"},
      {R"({"metrics": "hits", "filters": {"path": "/"}})", "filters: expected a list of filters"},
      {R"({"metrics": "hits", "filters": [[]]})", "filters: expected a filter as"},
      {R"({"metrics": "hits", "filters": [["equals", "path", "/"]]})",
       R"(filters: expected a filter's verb, got "equals"; there are is, is_not)"},
      {R"({"metrics": "hits", "filters": [["contain", "path", "/"]]})",
       R"(did you mean "contains"?)"},
      {R"({"metrics": "hits", "filters": [["is", "pathh", "/"]]})", R"(did you mean "path"?)"},
      {R"({"metrics": "hits", "filters": [["is", "path"]]})",
       R"(filters: expected ["is", column, value])"},
      {R"({"metrics": "hits", "filters": [["is", "path", "a", "b"]]})",
       R"(filters: expected ["is", column, value])"},
      {R"({"metrics": "hits", "filters": [["is", "path", ["a"]]]})", "filters: expected one value"},
      {R"({"metrics": "hits", "filters": [["in", "path", "a"]]})", "filters: expected a list as"},
      {R"({"metrics": "hits", "filters": [["in", "path", []]]})", "filters: expected a list as"},
      {R"({"metrics": "hits", "filters": [["is", "path", 1.5]]})",
       "filters: expected a text, a whole number or null, got 1.5"},
      {R"({"metrics": "hits", "filters": [["is", "status", "abc"]]})",
       R"(filters: expected a whole number for status, got "abc")"},
      {R"({"metrics": "hits", "filters": [["in", "asn", ["1", "2 OR 1=1"]]]})",
       "filters: expected a whole number for asn"},
      {R"({"metrics": "hits", "filters": [["not", ["is", "os", "x"], 1]]})",
       R"(filters: expected ["not", filter])"},
      {R"({"metrics": "hits", "filters": [["or", []]]})", R"(filters: expected ["and", [filter)"},
      {R"({"metrics": "hits", "filters": [["and", ["is", "os", "x"]]]})",
       "filters: expected a list of filters"},
      {R"({"metrics": "hits", "include": ["robots"]})",
       R"(include: expected bots, assets or sql, got "robots"; did you mean "bots"?)"},
      {R"({"metrics": "hits", "order": "bytes"})",
       "order: expected one of this question's columns, got \"bytes\""},
      {R"({"metrics": "hits", "order": "time"})", "order: expected one of this question's columns"},
      {R"({"metrics": "hits", "order": ["hits", "down"]})",
       R"(order: expected "asc" or "desc", got "down")"},
      {R"({"metrics": "hits", "order": []})", "order: expected \"visitors\" or"},
      {R"({"metrics": "hits", "limit": 0})", "limit: expected a whole number from 1 to 10000"},
      {R"({"metrics": "hits", "limit": 10001})", "limit: expected a whole number from 1 to 10000"},
      {R"({"metrics": "hits", "limit": 1.5})", "limit: expected a whole number"},
      {R"({"metrics": "hits", "limit": "10"})", "limit: expected a whole number"},
      {R"({"metrics": "hits", "limit": 18446744073709551615})", "limit: expected a whole number"},
      {R"({"metrics": "hits", "offset": -1})", "offset: expected a whole number from 0"},
      {R"({"report": "page"})", R"(report: expected a report, got "page"; did you mean "pages"?)"},
      {R"({"report": 1})", "report: expected a report's name, got 1"},
  };
  for (const auto& row : kRows) {
    const auto query = parse_query(row.json, kNow_us);
    ASSERT_FALSE(query) << row.json;
    EXPECT_NE(said(query.error()).find(row.want), std::string::npos) << row.json << "\n"
                                                                     << said(query.error());
  }
}

TEST(ParseQuery, SaysWhereJsonIsBroken) {
  const auto query = parse_query(R"({"metrics": [hits]})", kNow_us);
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().position, 13);
}

TEST(ParseQuery, BoundsFilters) {
  std::string deep = R"(["is","path","/"])";
  for (int i = 0; i < 10; ++i) deep = R"(["not",)" + deep + "]";
  std::string many;
  for (int i = 0; i < 101; ++i) many += R"(,["is","path","/"])";
  std::string values;
  for (int i = 0; i < 1001; ++i) values += ",\"x\"";
  const std::string kFilters[] = {deep, many.substr(1),
                                  R"(["in","path",[)" + values.substr(1) + "]]",
                                  R"(["is","path",")" + std::string(9000, 'x') + R"("])"};
  for (const std::string& filters : kFilters) {
    const auto query = parse_query(R"({"metrics":"hits","filters":[)" + filters + "]}", kNow_us);
    ASSERT_FALSE(query) << filters.substr(0, 80);
    EXPECT_EQ(query.error().field, "filters");
    EXPECT_LT(query.error().message.size(), 300u);
  }
  std::string abyss(100'000, '[');
  EXPECT_FALSE(parse_query(R"({"metrics":"hits","filters":)" + abyss + "}", kNow_us));
  EXPECT_FALSE(parse_query(
      R"({"metrics":"hits","filters":)" + abyss + std::string(100'000, ']') + "}", kNow_us));
}

TEST(ParseQuery, ReadsParametersOfAUrl) {
  const struct {
    Parameters parameters;
    const char* json;  // the same question
  } kRows[] = {
      {{{"metrics", "hits,bytes"}, {"by", "path,host"}, {"range", "7d"}, {"service", "blog"}},
       R"({"metrics":["hits","bytes"],"by":["path","host"],"range":"7d","service":"blog"})"},
      {{{"metrics", "hits"}, {"filters", R"([["is","path","/a,b"]])"}, {"limit", "7"}},
       R"({"metrics":["hits"],"filters":[["is","path","/a,b"]],"limit":7})"},
      {{{"metrics", "hits"}, {"from", "2026-11-01"}, {"to", "2026-11-02"}},
       R"({"metrics":["hits"],"range":{"from":"2026-11-01","to":"2026-11-02"}})"},
      {{{"metrics", "hits"}, {"range", R"({"from":"2026-11-01"})"}, {"include", "bots"}},
       R"({"metrics":["hits"],"range":{"from":"2026-11-01"},"include":["bots"]})"},
      {{{"metrics", "hits"}, {"by", "os"}, {"order", "os,desc"}, {"offset", "3"}},
       R"({"metrics":["hits"],"by":["os"],"order":["os","desc"],"offset":3})"},
      {{{"report", "pages"}, {"limit", "5"}, {"service", "blog"}},
       R"({"metrics":["visitors","page_views"],"by":["path"],"limit":5,"service":"blog"})"},
      {{{"report", "bots"}, {"by", "bot"}, {"include", ""}, {"filters", "[]"}},
       R"({"metrics":["hits","bytes"],"by":["bot"]})"},
  };
  for (const auto& row : kRows) {
    const auto query = parse_query(row.parameters, kNow_us);
    ASSERT_TRUE(query) << row.json << said(query.error());
    EXPECT_EQ(to_json(*query), to_json(*parse_query(row.json, kNow_us))) << row.json;
  }
}

TEST(ParseQuery, SaysWhatIsWrongWithParameters) {
  const struct {
    Parameters parameters;
    const char* want;
  } kRows[] = {
      {{}, "metrics: expected at least one metric"},
      {{{"metrics", "hits"}, {"metrics", "bytes"}}, "metrics: expected \"metrics\" once"},
      {{{"metrics", "hits"}, {"filters", "[["}}, "filters: expected JSON"},
      {{{"metrics", "hits"}, {"limit", "ten"}}, "limit: expected a whole number"},
      {{{"metrics", "hits"}, {"range", "7d"}, {"from", "2026-11-01"}}, "range: expected range, or"},
      {{{"metrics", "hits"}, {"from", "2026-11-01"}, {"range", "7d"}}, "range: expected"},
      {{{"metrics", "hits"}, {"pages", "1"}}, "pages: expected a field, got \"pages\""},
      {{{"metrics", "\xff\xfe"}}, "metrics: expected a metric, got \"\xef\xbf\xbd"},
      {{{"\xff", "1"}, {"metrics", "hits"}}, "expected a field"},
  };
  for (const auto& row : kRows) {
    const auto query = parse_query(row.parameters, kNow_us);
    ASSERT_FALSE(query) << row.want;
    EXPECT_NE(said(query.error()).find(row.want), std::string::npos) << said(query.error());
  }
}

TEST(ParseQueries, ReadsOneOrMany) {
  const auto one = parse_queries(R"({"metrics":"hits"})", kNow_us);
  ASSERT_TRUE(one);
  EXPECT_FALSE(one->is_array);
  const auto two = parse_queries(R"([{"metrics":"hits"},{"metrics":"hit"},7])", kNow_us);
  ASSERT_TRUE(two);
  EXPECT_TRUE(two->is_array);
  ASSERT_EQ(two->queries.size(), 3u);
  EXPECT_TRUE(two->queries[0]);
  EXPECT_FALSE(two->queries[1]);
  EXPECT_FALSE(two->queries[2]);
  std::string many;
  for (int i = 0; i < 33; ++i) many += R"(,{"metrics":"hits"})";
  EXPECT_FALSE(parse_queries("[" + many.substr(1) + "]", kNow_us));
}

TEST(Reports, AreQuestionsThatCanBeAsked) {
  for (const Report& report : reports()) {
    std::string question(report.query);
    question.insert(question.size() - 1, R"(,"service":"blog")");
    const auto query = parse_query(question, kNow_us);
    ASSERT_TRUE(query) << report.name << said(query.error());
    const bool is_series = query->grain != Grain::none;
    EXPECT_EQ(report.kind == "series", is_series) << report.name;
    EXPECT_EQ(report.kind == "numbers", !is_series && query->by.empty()) << report.name;
  }
}

TEST(EditDistance, CountsTypingMistakes) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("visitors", "visitors"), 0u);
  EXPECT_EQ(edit_distance("Visitor", "visitors"), 1u);
  EXPECT_EQ(edit_distance("vistiors", "visitors"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace ballcone
