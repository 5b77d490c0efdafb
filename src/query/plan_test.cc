#include "query/plan.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "query/parse.h"

namespace ballcone {
namespace {

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

TEST(Plan, TakesTheSmallestThatKnows) {
  TimeZones zones;
  zones.of_service["ny"] = *TimeZone::find("America/New_York");
  const struct {
    const char* question;  // about 7 days of "s" unless it says otherwise
    const char* want;
  } kRows[] = {
      {R"("metrics":["visitors","page_views"])",
       "views_by_day 2026-11-17..2026-11-23: visitors page_views\n"},
      {R"("metrics":["visitors","hits"],"by":["path"])",
       "views_by_path 2026-11-17..2026-11-23: visitors\n"
       "hits_by_path 2026-11-17..2026-11-23: hits\n"},
      {R"("metrics":["visitors"],"by":["browser"])",
       "views_by_user_agent 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["bounce_rate"],"by":["entry_path"])",
       "views_by_entry_path 2026-11-17..2026-11-23: bounces visits\n"},
      // Requests have no first page.
      {R"("metrics":["visits","hits","generation_time_p95"],"filters":[["is","entry_path","/"]])",
       "views_by_entry_path 2026-11-17..2026-11-23: visits\n"},
      {R"("metrics":["hits"],"by":["status"],"filters":[["not",["or",[["is","exit_path","/"]]]]])",
       ""},
      {R"("metrics":["visitors"],"grain":"hour")",
       "views_by_hour 2026-11-17..2026-11-23: visitors\n"},
      // A visitor is in several hours of a day.
      {R"("metrics":["visitors"],"by":["weekday"])",
       "views_by_day 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visitors"],"by":["weekday","hour"])",
       "views_by_hour 2026-11-17..2026-11-23: visitors\n"},
      // A filter on the keys' own dimension; of visitors one value only, for they are in several.
      {R"("metrics":["visitors"],"filters":[["is","path","/"]])",
       "views_by_path 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visitors"],"filters":[["in","path",["/","/a"]]])",
       "page_views 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visitors"],"filters":[["in","country",["DE","FR"]]])",
       "views_by_address 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visitors"],"by":["path"],"filters":[["contains","path","a"]])",
       "views_by_path 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visitors","visits","page_views"],"by":["channel"],"filters":[["is","country","DE"]])",
       "visits 2026-11-17..2026-11-23: visitors visits page_views\n"
       "page_views of nobody 2026-11-17..2026-11-23: page_views\n"},
      {R"("metrics":["visitors"],"by":["path"],"filters":[["is","country","DE"]])",
       "page_views 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visitors"],"by":["method"])",
       "page_views 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["visits"],"by":["method"])", "page_views 2026-11-17..2026-11-23: visits\n"},
      {R"("metrics":["hits","bot_share","page_views"],"by":["status"])",
       "page_views 2026-11-17..2026-11-23: page_views\n"
       "hits_by_status 2026-11-17..2026-11-23: hits bot_hits all_hits\n"},
      {R"("metrics":["hits"],"filters":[["is","country","DE"],["is","path","/"]])",
       "hits 2026-11-17..2026-11-23: hits\n"},
      {R"("metrics":["generation_time_p95","generation_time_avg"])",
       "hits_by_hour 2026-11-17..2026-11-23: time_us timed\n"
       "times 2026-11-17..2026-11-23: generation_time_p95\n"},
      {R"("metrics":["generation_time_p95"],"by":["path"])",
       "hits 2026-11-17..2026-11-23: generation_time_p95\n"},
      {R"("metrics":["hits"],"grain":"minute","range":"today")",
       "hits 2026-11-23..2026-11-23: hits\n"},
      {R"("metrics":["visitors"],"include":["assets"])", "hits 2026-11-17..2026-11-23: visitors\n"},
      {R"("metrics":["live_visitors"])",
       "page_views 2026-11-23T12:29:56Z..2026-11-23T12:39:56Z: live_visitors\n"},
      // Days that are not whole are read apart.
      {R"("metrics":["visitors","hits"],"range":{"from":"2026-11-20T06:00:00Z","to":"2026-11-22T01:00:00Z"})",
       "views_by_day 2026-11-21..2026-11-21: visitors\n"
       "hits_by_hour 2026-11-21..2026-11-21: hits\n"
       "page_views 2026-11-20T06:00:00Z..2026-11-21T00:00:00Z: visitors\n"
       "hits 2026-11-20T06:00:00Z..2026-11-21T00:00:00Z: hits\n"
       "page_views 2026-11-22T00:00:00Z..2026-11-22T01:00:00Z: visitors\n"
       "hits 2026-11-22T00:00:00Z..2026-11-22T01:00:00Z: hits\n"},
      {R"("metrics":["visitors"],"range":"last 30 minutes")",
       "page_views 2026-11-23T12:05:00Z..2026-11-23T12:35:00Z: visitors\n"},
      {R"("metrics":["visitors"],"service":"ny")",
       "views_by_day 2026-11-17..2026-11-23: visitors\n"},
      // Whose days? Each service has its own.
      {R"("metrics":["visitors"],"service":null)",
       "page_views 2026-11-17T00:00:00Z..2026-11-24T00:00:00Z: visitors\n"},
  };
  for (const auto& row : kRows) {
    std::string json = std::string("{") + row.question;
    if (json.find("\"range\"") == json.npos) json += R"(,"range":"7d")";
    if (json.find("\"service\"") == json.npos) json += R"(,"service":"s")";
    const auto query = parse_query(json + "}", kNow_us, zones);
    ASSERT_TRUE(query) << json << query.error().message;
    EXPECT_EQ(to_string(make_plan(*query)), row.want) << json;
  }
}

}  // namespace
}  // namespace ballcone
