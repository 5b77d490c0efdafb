#include "query/plausible_request.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "query/plausible_filters.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

TimeZones zones() {
  TimeZones zones;
  zones.of_service["york"] = *TimeZone::find("America/New_York");
  return zones;
}

// A request with one field more, or another one, than the smallest there is.
std::string request_of(std::string_view members) {
  Json json = {{"site_id", "blog"}, {"metrics", {"visitors"}}, {"date_range", "day"}};
  json.update(Json::parse(members));
  return json.dump();
}

// Our question, without what every question has.
std::string question_of(std::string_view members) {
  const auto request = parse_plausible(request_of(members), zones(), kNow_us);
  if (!request) return request.error().field + ": " + request.error().message;
  Json json = Json::parse(request->question);
  if (json["by"].empty()) json.erase("by");
  if (json["grain"] == "none") json.erase("grain");
  if (json["metrics"] == Json({"visitors"})) json.erase("metrics");
  for (const char* name : {"service", "range", "order", "limit", "offset"}) {
    if (members.find(name) == members.npos) json.erase(name);
  }
  return json.dump();
}

TEST(PlausibleRequest, BecomesAQuestionOfOurs) {
  const auto request = parse_plausible(
      R"({"site_id": "blog", "metrics": ["pageviews"], "date_range": ["2026-11-01", "2026-11-07"],
          "dimensions": ["event:page"], "pagination": {"limit": 5, "offset": 10}})",
      zones(), kNow_us);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->question,
            R"({"service":"blog","range":{"from":"2026-11-01","to":"2026-11-07"},)"
            R"("metrics":["page_views"],"grain":"none","by":["path"],)"
            R"("order":["page_views","desc"],"limit":5,"offset":10})");
  EXPECT_EQ(request->echo,
            R"({"site_id":"blog","metrics":["pageviews"],"filters":[],"dimensions":["event:page"],)"
            R"("order_by":[["pageviews","desc"]],)"
            R"("include":{"imports":false,"time_labels":false,"total_rows":false},)"
            R"("pagination":{"limit":5,"offset":10}})");
}

TEST(PlausibleRequest, AsksEachMetricOnceWhateverItIsCalled) {
  EXPECT_EQ(question_of(R"({"metrics": ["visitors", "events", "pageviews", "percentage",
                                        "bounce_rate"], "dimensions": ["event:page"]})"),
            R"({"metrics":["visitors","actions","page_views","bounce_rate"],"by":["path"]})");
}

TEST(PlausibleRequest, HasTheDimensionsOfOurs) {
  const struct {
    const char* theirs;
    const char* ours;
  } kRows[] = {
      {R"(["event:hostname", "visit:channel"])", R"({"by":["host","channel"]})"},
      {R"(["visit:entry_page", "visit:exit_page"])", R"({"by":["entry_path","exit_path"]})"},
      {R"(["visit:source"])", R"({"by":["referrer_host"]})"},
      {R"(["visit:utm_source", "visit:utm_medium"])", R"({"by":["utm_source","utm_medium"]})"},
      {R"(["visit:os", "visit:os_version"])", R"({"by":["os","os_version"]})"},
      {R"(["visit:country_name"])", R"({"by":["country"]})"},
      {R"(["visit:region", "visit:city_name"])", R"({"by":["region","city"]})"},
      {R"(["time:week"])", R"({"grain":"week"})"},
      {R"(["time"])", R"({"grain":"hour"})"},
      {R"(["visit:device", "time:day", "visit:browser"])",
       R"({"grain":"day","by":["device","browser"]})"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(question_of(std::string(R"({"dimensions":)") + row.theirs + "}"), row.ours);
  }
}

TEST(PlausibleRequest, ChoosesTheGrainOfTimeByTheRange) {
  const struct {
    const char* range;
    const char* grain;
  } kRows[] = {{"day", "hour"}, {"7d", "day"},     {"30d", "day"},  {"91d", "week"},
               {"6mo", "week"}, {"400d", "month"}, {"all", "month"}};
  for (const auto& row : kRows) {
    EXPECT_EQ(question_of(fmt::format(R"({{"date_range":"{}","dimensions":["time"]}})", row.range))
                      .find(fmt::format(R"("grain":"{}")", row.grain)) != std::string::npos,
              true)
        << row.range;
  }
}

TEST(PlausibleRequest, ReadsDateRangesInTheZoneOfTheService) {
  const struct {
    const char* range;
    const char* from;
    const char* to;  // excluded
  } kRows[] = {
      {R"("day")", "2026-11-23T00:00:00-05:00", "2026-11-24T00:00:00-05:00"},
      {R"("7d")", "2026-11-16T00:00:00-05:00", "2026-11-23T00:00:00-05:00"},
      {R"("30d")", "2026-10-24T00:00:00-04:00", "2026-11-23T00:00:00-05:00"},  // clocks change
      {R"("month")", "2026-11-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00"},
      {R"("6mo")", "2026-05-01T00:00:00-04:00", "2026-11-01T00:00:00-04:00"},
      {R"("12mo")", "2025-11-01T00:00:00-04:00", "2026-11-01T00:00:00-04:00"},
      {R"("year")", "2026-01-01T00:00:00-05:00", "2027-01-01T00:00:00-05:00"},
      {R"(["2024-02-28", "2024-02-29"])", "2024-02-28T00:00:00-05:00", "2024-03-01T00:00:00-05:00"},
      {R"(["2026-01-01T12:00:00+02:00", "2026-01-01T15:59:59+02:00"])", "2026-01-01T10:00:00Z",
       "2026-01-01T14:00:00Z"},
      {R"(["2026-01-01 12:00:00", "2026-01-01 15:59:59"])", "2026-01-01T17:00:00Z",
       "2026-01-01T21:00:00Z"},
  };
  for (const auto& row : kRows) {
    const auto request = parse_plausible(
        request_of(fmt::format(R"({{"site_id":"york","date_range":{}}})", row.range)), zones(),
        kNow_us);
    ASSERT_TRUE(request) << row.range << request.error().message;
    EXPECT_EQ(format_time(request->range.from_us), format_time(*parse_iso8601(row.from)))
        << row.range;
    EXPECT_EQ(format_time(request->range.to_us), format_time(*parse_iso8601(row.to))) << row.range;
  }
}

TEST(PlausibleRequest, AsksForWholeDaysAsDates) {
  const auto request =
      parse_plausible(request_of(R"({"site_id":"york","date_range":"7d"})"), zones(), kNow_us);
  EXPECT_NE(request->question.find(R"("range":{"from":"2026-11-16","to":"2026-11-22"})"),
            std::string::npos);
}

TEST(PlausibleFilters, BecomeOurs) {
  const struct {
    const char* theirs;
    const char* ours;
  } kRows[] = {
      {R"(["is", "event:page", ["/a"]])", R"(["is","path","/a"])"},
      {R"(["is", "event:page", ["/a", "/b"]])", R"(["in","path",["/a","/b"]])"},
      {R"(["is_not", "event:page", ["/a", "/b"]])", R"(["not_in","path",["/a","/b"]])"},
      {R"(["contains", "event:page", ["a"]])", R"(["contains","path","a"])"},
      {R"(["contains_not", "event:page", ["a", "b"]])",
       R"(["not",["or",[["contains","path","a"],["contains","path","b"]]]])"},
      {R"(["is", "visit:browser", ["fire*fox"], {"case_sensitive": false}])",
       R"(["matches","browser","fire\\*fox"])"},
      {R"x(["is", "visit:utm_source", ["(not set)"]])x", R"(["is","utm_source",""])"},
      {R"(["is_not", "visit:country_name", [""]])", R"(["is_not","country",""])"},
      {R"(["is", "visit:country_name", ["Germany", "Poland"]])", R"(["in","country",["DE","PL"]])"},
      {R"(["contains", "visit:country_name", ["united"]])", R"(["in","country",["AE","GB","US"]])"},
      {R"(["is", "visit:device", ["Mobile"]])", R"(["is","device","mobile"])"},
      {R"(["is", "visit:source", ["Google"]])",
       R"(["or",[["is","referrer_host","Google"],["is","referrer_name","Google"]]])"},
      {R"(["is", "visit:source", ["Direct / None"]])", R"(["is","referrer_host",""])"},
      {R"(["is", "visit:referrer", ["t.co/a"]])",
       R"(["in","referrer",["https://t.co/a","http://t.co/a","https://www.t.co/a",)"
       R"("http://www.t.co/a","t.co/a"]])"},
      {R"(["matches", "event:page", ["^/blog/.*$"]])", R"(["matches","path","/blog/*"])"},
      {R"(["matches_not", "event:page", ["^/a$|b"]])",
       R"(["not",["or",[["matches","path","/a"],["matches","path","*b*"]]]])"},
      {R"(["and", [["is", "visit:os", ["Linux"]], ["not", ["is", "visit:city", ["Bonn"]]]]])",
       R"(["and",[["is","os","Linux"],["not",["is","city","Bonn"]]]])"},
  };
  for (const auto& row : kRows) {
    const auto filter = own_filter(Json::parse(row.theirs));
    ASSERT_TRUE(filter) << row.theirs << filter.error().message;
    EXPECT_EQ(filter->dump(), row.ours) << row.theirs;
  }
}

TEST(PlausibleFilters, TakeTheRegularExpressionsThatWildcardsCanSay) {
  const struct {
    const char* regex;
    const char* want;
  } kRows[] = {
      {"", "*"},
      {"a", "*a*"},
      {"^a", "a*"},
      {"a$", "*a"},
      {"^a$", "a"},
      {"^/a.b", "/a?b*"},
      {"^/a/.+", "/a/?*"},
      {R"(^/a\.html$)", "/a.html"},
      {R"(^/what\?$)", R"(/what\?)"},
      {R"(^a\*)", R"(a\**)"},
      {"(?i)^A", "A*"},
      {".*", "**"},
      {R"(^/\d+$)", "error"},
      {"a+", "error"},
      {"^(a|b)$", "error"},
      {"[ab]", "error"},
      {"a{2}", "error"},
      {"a^b", "error"},
      {"a$b", "error"},
      {R"(a\)", "error"},
  };
  for (const auto& row : kRows) {
    const auto patterns = wildcards_of_regex(row.regex);
    EXPECT_EQ(patterns ? (*patterns)[0] : "error", row.want) << row.regex;
  }
}

TEST(PlausibleRequest, OrdersHereWhatTheEngineCannot) {
  const auto is_cut_by_engine = [](std::string_view members) {
    const auto request = parse_plausible(request_of(members), zones(), kNow_us);
    EXPECT_TRUE(request) << members;
    return request && request->is_cut_by_engine;
  };
  EXPECT_TRUE(is_cut_by_engine(R"({"dimensions": ["event:page"]})"));
  EXPECT_TRUE(
      is_cut_by_engine(R"({"dimensions": ["event:page"], "order_by": [["event:page", "asc"]]})"));
  EXPECT_FALSE(is_cut_by_engine(R"({"dimensions": ["time:day"]})"));
  EXPECT_FALSE(is_cut_by_engine(
      R"({"dimensions": ["event:page"], "order_by": [["visitors", "desc"], ["event:page", "asc"]]})"));
  EXPECT_FALSE(is_cut_by_engine(  // by name, not by code
      R"({"dimensions": ["visit:country_name"], "order_by": [["visit:country_name", "asc"]]})"));
}

TEST(PlausibleTime, IsLabelledInLocalTime) {
  const auto labels = [](std::string_view members) {
    const auto request = parse_plausible(request_of(members), zones(), kNow_us);
    EXPECT_TRUE(request) << members;
    return request ? plausible_time_labels(*request) : std::vector<std::string>();
  };
  const auto hours = labels(
      R"({"site_id":"york","date_range":["2026-11-01","2026-11-01"],"dimensions":["time:hour"]})");
  ASSERT_EQ(hours.size(), 24u);  // of 25: one o'clock comes twice
  EXPECT_EQ(hours.front(), "2026-11-01 00:00:00");
  EXPECT_EQ(hours.back(), "2026-11-01 23:00:00");
  EXPECT_EQ(labels(R"({"date_range":["2026-11-04","2026-11-16"],"dimensions":["time:week"]})"),
            (std::vector<std::string>{"2026-11-04", "2026-11-09", "2026-11-16"}));
  EXPECT_EQ(labels(R"({"date_range":["2026-11-04","2026-12-01"],"dimensions":["time:month"]})"),
            (std::vector<std::string>{"2026-11-01", "2026-12-01"}));
}

TEST(PlausibleRequest, SaysWhatIsWrong) {
  const struct {
    const char* members;
    const char* field;
    const char* message;  // a part of it
  }                       // namespace
  kRows[] = {
      {R"({"site_id": ""})", "site_id", "name of a service"},
      {R"({"metric": []})", "metric", "did you mean \"metrics\""},
      {R"({"metrics": []})", "metrics", "at least one"},
      {R"({"metrics": ["visitor"]})", "metrics", "did you mean \"visitors\""},
      {R"({"metrics": ["visits", "visits"]})", "metrics", "twice"},
      {R"({"metrics": ["total_revenue"]})", "metrics", "event:props:revenue"},
      {R"({"metrics": ["scroll_depth"]})", "metrics", "how far"},
      {R"({"metrics": ["percentage"]})", "metrics", "dimensions"},
      {R"({"date_range": "7 days"})", "date_range", "expected date_range"},
      {R"({"date_range": "5001d"})", "date_range", "expected date_range"},
      {R"({"date_range": ["2026-11-02", "2026-11-01"]})", "date_range", "the first before"},
      {R"({"date_range": ["2026-11-02", "soon"]})", "date_range", "expected date_range"},
      {R"({"date_range": null})", "date_range", "expected date_range"},
      {R"({"dimensions": ["event:props:"]})", "dimensions", "event:props:"},
      {R"({"dimensions": ["event:pages"]})", "dimensions", "did you mean \"event:page\""},
      {R"({"dimensions": ["time:day", "time:hour"]})", "dimensions", "one time"},
      {R"({"dimensions": ["event:page", "visit:os", "visit:city"]})", "dimensions", "at most 2"},
      {R"({"dimensions": ["visit:country", "visit:country_name"]})", "dimensions", "the same"},
      {R"({"filters": ["is", "event:page", ["/"]]})", "filters", "a list of filters"},
      {R"({"filters": [["is", "event:page", "/"]]})", "filters", "expected a filter"},
      {R"({"filters": [["is", "event:page", []]]})", "filters", "expected a filter"},
      {R"({"filters": [["is", "time:day", ["a"]]]})", "filters", "date_range"},
      {R"({"filters": [["is", "segment", [1]]]})", "filters", "no saved segments"},
      {R"({"filters": [["equals", "event:page", ["/"]]]})", "filters", "verb"},
      {R"({"filters": [["has_done", ["is", "event:page", ["/"]]]]})", "filters",
       "expected a filter"},
      {R"({"filters": [["has_done", ["is", "event:page", ["/"]], []]]})", "filters", "a filter"},
      {R"x({"filters": [["matches", "event:page", ["^/(a|b)"]]]})x", "filters", "\"(\""},
      {R"({"filters": [["matches", "event:page", ["a"], {"case_sensitive": true}]]})", "filters",
       "modifier"},
      {R"({"filters": [["not", ["not", ["not", ["not", ["not", ["not", ["not", ["not", ["not",
          ["is", "event:page", ["/"]]]]]]]]]]]]})",
       "filters", "nested"},
      {R"({"order_by": [["pageviews", "desc"]]})", "order_by", "asked for"},
      {R"({"order_by": [["visitors", "down"]]})", "order_by", "expected order_by"},
      {R"({"include": {"comparisons": {}}})", "include", "there is nothing else"},
      {R"({"include": {"time_labels": true}})", "include", "time dimension"},
      {R"({"pagination": {"limit": 0}})", "pagination", "from 1 to 10000"},
      {R"({"pagination": {"limit": 10001}})", "pagination", "from 1 to 10000"},
      {R"({"pagination": {"offset": -1}})", "pagination", "expected pagination"},
  };  // namespace ballcone
  for (const auto& row : kRows) {
    const auto request = parse_plausible(request_of(row.members), zones(), kNow_us);
    ASSERT_FALSE(request) << row.members;
    EXPECT_EQ(request.error().field, row.field) << row.members;
    EXPECT_NE(request.error().message.find(row.message), std::string::npos)
        << row.members << request.error().message;
  }
  for (const char* body : {"", "{", "[]", "1", R"({"site_id": "\ud800"})"}) {
    EXPECT_FALSE(parse_plausible(body, zones(), kNow_us)) << body;
  }
  EXPECT_FALSE(parse_plausible(std::string(500'000, '['), zones(), kNow_us));
}

}  // namespace
}  // namespace ballcone
