// Page views that a log and a script have seen: asked of page views and of hits.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/test_rows.h"
#include "query/answer.h"

namespace ballcone {
namespace {

const int64_t kNoon_us = *parse_iso8601("2026-11-23T12:00:00Z");

// A person with the script, one without, and one whom no log has.
std::unique_ptr<Store> make_store() {
  Derivation derivation;
  const auto at = [](int seconds) { return kNoon_us - kDay_us + seconds * kSecond_us; };
  derivation
      .add({{.time_us = at(0), .visitor = 1, .path = "/a"},
            {.time_us = at(1), .visitor = 1, .path = "/a", .via = "script"},
            {.time_us = at(9), .visitor = 1, .path = "/b"},
            {.time_us = at(9), .visitor = 1, .path = "/b", .via = "script"},
            {.time_us = at(3), .visitor = 1, .kind = "event", .via = "script", .event = "order"},
            {.time_us = at(5), .visitor = 2, .path = "/a"},
            {.time_us = at(6), .visitor = 3, .path = "/b", .via = "script"},
            {.time_us = at(7), .visitor = 0, .path = "/a"}})
      .derive();
  return std::move(derivation.store);
}

TEST(Confirmed, IsWhatTheScriptHasSeen) {
  const auto store = make_store();
  const struct {
    const char* question;
    const char* want;
  } kRows[] = {
      {R"("report":"script_gap")", R"([["/a",3,1,0.666667],["/b",2,2,0]])"},
      {R"("metrics":["page_views","visitors","confirmed","unconfirmed_share"])", "[[5,3,3,0.4]]"},
      {R"("metrics":["unconfirmed_share"],"grain":"day")",
       R"([["2026-11-22",0.4],["2026-11-23",null]])"},
      {R"("metrics":["visitors","visits","page_views"],"filters":[["is","confirmed",1]])",
       "[[2,2,3]]"},
      {R"("metrics":["visitors","page_views"],"filters":[["is_not","confirmed",1]])", "[[1,2]]"},
      {R"("metrics":["page_views","visitors"],"by":["confirmed"])", "[[1,3,2],[0,2,1]]"},
      {R"("metrics":["page_views","hits"],"filters":[["is","confirmed",0]])", "[[2,null]]"},
      {R"("metrics":["page_views"],"by":["via"])", R"([[null,4],["script",1]])"},
      // What the log's row lacks is the script's.
      {R"("metrics":["page_views"],"by":["browser_facts"])",
       R"([["/b|en",2],[null,2],["/a|en",1]])"},
      // Of hits: one of a pair counts, and no event.
      {R"("metrics":["page_views","visitors","visits","confirmed"],"by":["gpc"])",
       "[[null,5,3,3,3]]"},
      {R"("metrics":["page_views"],"by":["gpc"],"filters":[["is","confirmed",1]])", "[[null,3]]"},
      {R"("metrics":["page_views"],"by":["gpc"],"filters":[["is","confirmed",0]])", "[[null,2]]"},
      {R"("metrics":["confirmed"],"by":["gpc"],"filters":[["is","channel","Direct"]])",
       "[[null,3]]"},
      {R"("metrics":["hits"])", "[[8]]"},
  };
  for (const auto& row : kRows) {
    const auto answer = query_json(
        *store, fmt::format(R"({{"service":"example","range":"2d",{}}})", row.question), kNoon_us);
    ASSERT_TRUE(answer) << row.question << answer.error().message;
    EXPECT_EQ(nlohmann::json::parse(*answer)["rows"].dump(), row.want) << row.question;
  }
  EXPECT_FALSE(
      query_json(*store, R"({"range":"2d","metrics":["hits"],"by":["confirmed"]})", kNoon_us));
}

}  // namespace
}  // namespace ballcone
