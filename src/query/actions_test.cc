// Custom events and their properties: what people did, in numbers.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/test_rows.h"
#include "query/answer.h"
#include "query/plain_answer.h"

namespace ballcone {
namespace {

const int64_t kNoon_us = *parse_iso8601("2026-11-23T12:00:00Z");

// On one day: 1 reads, signs up, reads on after an hour and signs up again; 2 only reads; 3 is in
// no log and orders; 4 is a bot; nobody's address was kept of one that signs up.
std::unique_ptr<Store> make_store() {
  Derivation derivation;
  const auto at = [](int minutes) { return kNoon_us - kDay_us + minutes * 60 * kSecond_us; };
  const auto event = [&](int minutes, uint64_t visitor, const char* path, const char* name,
                         const char* props) {
    return Row{.time_us = at(minutes),
               .visitor = visitor,
               .path = path,
               .kind = "event",
               .channel = "Internal",
               .bot = visitor == 4 ? "bot" : "",
               .via = "script",
               .event = name,
               .props = props};
  };
  derivation
      .add({{.time_us = at(0), .visitor = 1, .path = "/a", .channel = "Referral"},
            event(3, 1, "/a", "Signup", R"({"plan":"pro"})"),
            event(4, 1, "/a", "engagement", ""),
            {.time_us = at(60), .visitor = 1, .path = "/b", .channel = "Direct"},
            event(95, 1, "/b", "Signup", R"({"plan":"free"})"),
            {.time_us = at(5),
             .visitor = 2,
             .path = "/a",
             .channel = "Direct",
             .props = R"({"plan":"pro"})"},
            event(6, 3, "/b", "Order", R"({"plan":"pro","a/b~\"'":"x"})"),
            event(7, 4, "/a", "Signup", ""),
            event(8, 0, "/a", "Signup", "")})
      .derive();
  return std::move(derivation.store);
}

// Nothing here changes it.
Store& small_store() {
  // Never closed: the engine uses variables of threads, which exit() has destroyed before statics.
  static Store* const kStore = make_store().release();
  return *kStore;
}

TEST(Actions, AreCountedByWhatPeopleDid) {
  const struct {
    const char* question;
    const char* want;
  } kRows[] = {
      {R"("metrics":["visitors","events","page_views","actions"])", "[[2,4,3,7]]"},
      {R"("metrics":["events"],"include":["bots"])", "[[5]]"},
      {R"("report":"events")", R"([["Signup",3,1,0.5],["Order",1,1,0.5]])"},
      {R"("metrics":["events","visitors","visits"],"by":["event"])",
       R"([["Signup",3,1,2],["Order",1,1,0],[null,0,2,3]])"},
      {R"("metrics":["hits"],"by":["event"],"include":["bots"])",
       R"([["Signup",4],[null,3],["Order",1],["engagement",1]])"},
      // The visit of the last page view, however long ago that was.
      {R"("metrics":["events","visits"],"by":["channel"],"filters":[["is","event","Signup"]])",
       R"([["Direct",1,1],["Internal",1,0],["Referral",1,1]])"},
      {R"("metrics":["events","visitors"],"by":["entry_path"],"filters":[["is","event","Signup"]])",
       R"([["/a",1,1],["/b",1,1],[null,1,0]])"},
      {R"("metrics":["visits","bounce_rate","page_views"],"filters":[["is","event","Signup"]])",
       "[[2,0.5,0]]"},
      // Page views have properties too.
      {R"("metrics":["visitors","events"],"by":["event:props:plan"])",
       R"([["pro",3,2],["free",1,1],[null,1,1]])"},
      {R"("metrics":["events"],"by":["event:props:a/b~\"'"],"filters":[["contains","event:props:a/b~\"'","X"]])",
       R"([["x",1]])"},
      {R"("metrics":["visitors","conversion_rate"],"filters":[["is","event:props:plan","pro"]])",
       "[[3,1.5]]"},
      {R"("metrics":["conversion_rate","group_conversion_rate"],"by":["path"],"filters":[["is","event","Signup"]])",
       R"([["/a",0.5,0.5],["/b",0.5,1]])"},
      {R"("metrics":["conversion_rate"],"grain":"day","filters":[["is","event","Signup"]])",
       R"([["2026-11-22",0.5],["2026-11-23",null]])"},
      {R"("metrics":["visitors"],"filters":[["is","event","Nothing"]])", "[[0]]"},
  };
  for (const auto& row : kRows) {
    const auto answer = query_json(
        small_store(), fmt::format(R"({{"service":"example","range":"2d",{}}})", row.question),
        kNoon_us);
    ASSERT_TRUE(answer) << row.question << answer.error().message;
    EXPECT_EQ(nlohmann::json::parse(*answer)["rows"].dump(), row.want) << row.question;
  }
}

// Page views may have properties too; the report leaves them out.
TEST(Actions, AreAskedByNamesOfProperties) {
  const auto store = make_store();
  const struct {
    const char* question;
    const char* want;
  } kRows[] = {
      {R"("report":"properties")",
       R"([["Signup","plan",2,1],["Order","a/b~\"'",1,1],["Order","plan",1,1]])"},
      {R"("report":"properties","limit":1,"offset":1)", R"([["Order","a/b~\"'",1,1]])"},
      {R"("metrics":["events","page_views","visitors"],"by":["property"])",
       R"([["plan",3,1,3],["a/b~\"'",1,0,1]])"},
      {R"("metrics":["events"],"by":["property","event"],"order":["events","asc"])",
       R"([["a/b~\"'","Order",1],["plan","Order",1],["plan","Signup",2]])"},
      {R"("metrics":["events"],"by":["property"],"filters":[["is","event:props:plan","free"]])",
       R"([["plan",1]])"},
      {R"("metrics":["events"],"by":["property"],"filters":[["is","event","Nothing"]])", "[]"},
      {R"("metrics":["events"],"by":["property"],"grain":"day")",
       "expected property without a grain: one action may have several"},
      {R"("metrics":["events"],"by":["property"],"order":"property")",
       "expected a metric that is asked for, with property"},
      {R"("metrics":["events"],"filters":[["or",[["is","property","plan"]]]])",
       R"(expected event:props:NAME in place of property, as ["is_not", "event:props:plan", ""])"},
  };
  for (const auto& [question, want] : kRows) {
    const auto answer = query_json(
        *store, fmt::format(R"({{"service":"example","range":"2d",{}}})", question), kNoon_us);
    EXPECT_EQ(answer ? nlohmann::json::parse(*answer)["rows"].dump() : answer.error().message, want)
        << question;
  }
}

TEST(Actions, AskNothingThatHasNoAnswer) {
  for (const char* question : {R"("metrics":["conversion_rate"],"by":["path"])",
                               R"("metrics":["visitors"],"by":["event","gpc"])",
                               R"("metrics":["visitors"],"by":["event:props:"])"}) {
    EXPECT_FALSE(
        query_json(small_store(), fmt::format(R"({{"range":"2d",{}}})", question), kNoon_us))
        << question;
  }
}

TEST(Actions, AgreeWithPlainSql) {
  for (
      const char* question : {
          R"({"metrics":["visitors","events","visits"],"by":["event"]})",
          R"({"metrics":["visitors","events","page_views"],"by":["event","event:props:plan"]})",
          R"({"metrics":["visitors","visits","bounce_rate","visit_duration"],"by":["channel"],"filters":[["is_not","event",""]]})",
          R"({"metrics":["events","visitors"],"by":["path","country"],"filters":[["is","event:props:plan","it's"]]})",
          R"({"metrics":["events","visitors"],"grain":"day","filters":[["is","event","order"]]})",
          R"({"metrics":["visits","confirmed"],"grain":"hour","service":"blog","by":["event"]})",
          R"({"metrics":["events"],"by":["event","bot"],"include":["bots"]})",
          R"({"metrics":["events"],"by":["gpc","entry_path"]})",
          R"({"metrics":["live_visitors"],"by":["event"]})",
      }) {
    expect_plain_answer(question, place_at(2));
    expect_plain_answer(question, place_at(1));
  }
}

}  // namespace
}  // namespace ballcone
