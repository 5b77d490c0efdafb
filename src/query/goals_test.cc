// Goals and funnels: over a few rows that are looked through by eye, and over many tablest what a
// loop over the rows counts.
#include "query/goals.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/test_rows.h"
#include "query/answer.h"
#include "query/funnel.h"
#include "query/plain_answer.h"
#include "query/plausible.h"

namespace ballcone {
namespace {

const int64_t kNoon_us = *parse_iso8601("2026-11-23T12:00:00Z");

// Yesterday: 1 reads /blog/a, /cart, orders, /thanks; 2 orders, then reads /cart; 3 reads /cart and
// /thanks in the same second, but no /blog; 4 is a bot; 5 reads /; nobody orders.
std::unique_ptr<Store> make_store() {
  Derivation derivation;
  const auto at = [](int minutes) { return kNoon_us - kDay_us + minutes * 60 * kSecond_us; };
  const auto view = [&](int minutes, uint64_t visitor, const char* path) {
    return Row{.time_us = at(minutes), .visitor = visitor, .path = path};
  };
  const auto order = [&](int minutes, uint64_t visitor) {
    return Row{.time_us = at(minutes),
               .visitor = visitor,
               .path = "/cart",
               .kind = "event",
               .bot = visitor == 4 ? "bot" : "",
               .via = "script",
               .event = "Order"};
  };
  derivation
      .add({view(0, 1, "/blog/a"), view(1, 1, "/cart"), order(2, 1), view(3, 1, "/thanks"),
            order(0, 2), view(5, 2, "/cart"), view(7, 3, "/thanks"), view(7, 3, "/cart"),
            order(8, 4), view(9, 5, "/"), order(9, 0)})
      .derive();
  auto store = std::move(derivation.store);
  for (const Goal& goal :
       {Goal{"example", "Order", "Order", ""}, Goal{"example", "Blog", "", "/blog/*"},
        Goal{"example", "Cart", "", "/cart"}, Goal{"example", "Never", "Nothing", ""},
        Goal{"other", "Order", "x", ""}})
    EXPECT_TRUE(write_goal(*store, goal));
  return store;
}

// Nothing here changes it.
Store& small_store() {
  // Never closed: the engine uses variables of threads, which exit() has destroyed before statics.
  static Store* const kStore = make_store().release();
  return *kStore;
}

std::string rows_of(Store& store, const std::string& question) {
  const auto answer = query_json(
      store, fmt::format(R"({{"service":"example","range":"2d",{}}})", question), kNoon_us);
  return answer ? nlohmann::json::parse(*answer)["rows"].dump() : answer.error().message;
}

TEST(Goals, AreRankedAndFilteredBy) {
  const struct {
    const char* question;
    const char* want;
  } kRows[] = {
      {R"("report":"goals")",
       R"([["Cart",3,3,0.75],["Order",2,3,0.5],["Blog",1,1,0.25],["Never",0,0,0]])"},
      {R"("report":"goals","order":["goal","desc"],"limit":2,"offset":1)",
       R"([["Never",0,0,0],["Cart",3,3,0.75]])"},
      {R"("report":"goals","filters":[["is","path","/cart"]])",
       R"([["Cart",3,3,1],["Order",2,3,0.666667],["Blog",0,0,0],["Never",0,0,0]])"},
      // What reaches Order is an event, so none of the others.
      {R"("report":"goals","filters":[["is","goal","Order"]])", R"([["Order",2,3,0.5]])"},
      {R"("metrics":["visitors","events"],"filters":[["is","goal","Order"]])", "[[2,3]]"},
      {R"("metrics":["visitors","page_views"],"filters":[["in","goal",["Cart","Blog"]]])",
       "[[3,4]]"},
      {R"("metrics":["page_views","events"],"filters":[["is_not","goal","Cart"]])", "[[4,3]]"},
      {R"("metrics":["page_views","events"],"filters":[["is","goal",""]])", "[[3,0]]"},
      {R"("metrics":["page_views"],"by":["path"],"filters":[["or",[["is","goal","Blog"],["is","path","/"]]]])",
       R"([["/",1],["/blog/a",1]])"},
      {R"("metrics":["visitors","conversion_rate"],"grain":"day","filters":[["is","goal","Cart"]])",
       R"([["2026-11-22",3,0.75],["2026-11-23",0,null]])"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(rows_of(small_store(), row.question), row.want) << row.question;
}

TEST(Goals, AreComparedWithThePeriodBefore) {
  const auto answer = query_json(
      small_store(), R"({"service":"example","report":"goals","range":"2d","compare":"previous"})",
      kNoon_us);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(nlohmann::json::parse(*answer)["compare"]["rows"].dump(),
            R"([["Cart",0,0,null],["Order",0,0,null],["Blog",0,0,null],["Never",0,0,null]])");
}

TEST(Goals, SayWhatIsWrong) {
  const struct {
    const char* question;
    const char* want;
  } kRows[] = {
      {R"("metrics":["visitors"],"filters":[["is","goal","Ordre"]])", "\"Order\""},
      {R"("metrics":["visitors"],"filters":[["contains","goal","O"]])", "is_not"},
      {R"("metrics":["visitors"],"by":["goal","path"])", "goal alone"},
      {R"("metrics":["visitors"],"by":["goal"],"grain":"day")", "goal alone"},
  };
  for (const auto& row : kRows) {
    const std::string text = rows_of(small_store(), row.question);
    EXPECT_NE(text.find(row.want), text.npos) << row.question << text;
  }
  EXPECT_FALSE(query_json(small_store(), R"({"report":"goals","range":"2d"})", kNoon_us));
}

TEST(Goals, AreKnownToPlausiblesFace) {
  const auto ask = [&](const char* members) {
    const auto answer = plausible_json(
        small_store(), {}, fmt::format(R"({{"site_id":"example","date_range":"7d",{}}})", members),
        kNoon_us);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? nlohmann::json::parse(*answer)["results"].dump() : "";
  };
  const std::string goals = ask(
      R"("metrics":["visitors","events","conversion_rate"],"dimensions":["event:goal"],"filters":[["is","event:goal",["Order","Blog"]]])");
  EXPECT_EQ(
      goals,
      R"([{"dimensions":["Order"],"metrics":[2,3,50.0]},{"dimensions":["Blog"],"metrics":[1,1,25.0]}])");
  const std::string names = ask(R"("metrics":["events"],"dimensions":["event:name"])");
  EXPECT_EQ(
      names,
      R"([{"dimensions":["pageview"],"metrics":[7]},{"dimensions":["Order"],"metrics":[3]}])");
  const std::string plans = ask(
      R"("metrics":["events"],"dimensions":["event:props:plan"],"filters":[["is","event:name",["Order"]]])");
  EXPECT_EQ(plans, R"x([{"dimensions":["(none)"],"metrics":[3]}])x");
}

TEST(Goals, AgreeWithPlainSql) {
  const PlainPlace& place = place_at(2);
  const auto number = [&](const char* sql) {
    const auto table = place.store->query({sql, {}}, {.time_us = 60 * kSecond_us});
    EXPECT_TRUE(table) << sql << table.error().message;
    return table ? std::get<int64_t>(table->rows[0][0]) : -1;
  };
  const int64_t all = number(
      "SELECT count(DISTINCT (day, visitor)) FROM main.page_views WHERE service = 'blog' AND "
      "visitor > 0");
  const int64_t want[][2] = {
      {number("SELECT count(DISTINCT (day, visitor)) FROM main.page_views WHERE service = 'blog' "
              "AND visitor > 0 AND path LIKE '/articles/1%'"),
       number("SELECT count(*) FROM main.page_views WHERE service = 'blog' AND path LIKE "
              "'/articles/1%'")},
      {number("SELECT count(DISTINCT (time::DATE, visitor)) FROM main.hits WHERE service = 'blog' "
              "AND visitor > 0 AND event = 'order' AND bot IS NULL"),
       number(
           "SELECT count(*) FROM main.hits WHERE service = 'blog' AND event = 'order' AND bot IS "
           "NULL")}};
  const auto answer = query_json(
      *place.store, R"({"service":"blog","report":"goals","range":"all","order":"goal"})", kNow_us);
  ASSERT_TRUE(answer) << answer.error().message;
  const auto rows = nlohmann::json::parse(*answer)["rows"];
  ASSERT_EQ(rows.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_GT(want[i][0], 0);
    EXPECT_EQ(rows[i][1], want[i][0]);
    EXPECT_EQ(rows[i][2], want[i][1]);
    EXPECT_NEAR(rows[i][3].get<double>(),
                static_cast<double>(want[i][0]) / static_cast<double>(all), 1e-6);
  }
}

std::string funnel(Store& store, const std::string& members) {
  const auto answer = funnel_json(
      store, fmt::format(R"({{"service":"example","range":"2d",{}}})", members), kNoon_us);
  if (!answer) return answer.error().message;
  std::string text;
  const auto json = nlohmann::json::parse(*answer);
  for (const auto& step : json["steps"])
    text += fmt::format("{} {} {}; ", step["visitors"].dump(), step["share"].dump(),
                        step["dropped"].dump());
  return text;
}

TEST(Funnel, CountsWhoGoesFromStepToStep) {
  const struct {
    const char* steps;
    const char* want;
  } kRows[] = {
      {R"({"path":"/cart"},{"event":"Order"},{"path":"/thanks"}])",
       "3 1.0 0; 1 0.333333 2; 1 0.333333 0; "},
      // In the same second, in either order.
      {R"({"path":"/cart"},{"path":"/thanks"}])", "3 1.0 0; 2 0.666667 1; "},
      {R"({"path":"/thanks"},{"path":"/cart"}])", "2 1.0 0; 1 0.5 1; "},
      // Twice is two page views.
      {R"({"path":"*"},{"path":"*"},{"path":"/thanks"}])", "4 1.0 0; 2 0.5 2; 1 0.25 1; "},
      {R"({"goal":"Blog"},{"goal":"Cart"},{"goal":"Order"}])", "1 1.0 0; 1 1.0 0; 1 1.0 0; "},
      {R"({"goal":"Cart"},{"goal":"Order"}],"filters":[["is","entry_path","/blog/a"]])",
       "1 1.0 0; 1 1.0 0; "},
      {R"({"path":"/none"},{"path":"/cart"}])", "0 0.0 0; 0 0.0 0; "},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(funnel(small_store(), fmt::format(R"("steps":[{})", row.steps)), row.want)
        << row.steps;
}

TEST(Funnel, SaysWhatIsWrong) {
  for (const char* members :
       {R"("steps":[{"path":"/"}])", R"("steps":[{"path":"/"},{"host":"x"}])", R"("steps":7)",
        R"("steps":[{"path":"/"},{"goal":"None"}])", R"("steps":[{"path":"/"},{"path":""}])",
        R"("steps":[{"path":"/"},{"path":"/a"}],"by":["path"])",
        R"("steps":[{"path":"/"},{"path":"/a"}],"filters":[["is","gpc",1]])",
        R"("steps":[{},{},{},{},{},{},{},{},{}])"}) {
    const std::string text = funnel(small_store(), members);
    EXPECT_NE(text.find("expected"), text.npos) << members << text;
  }
}

// The first fit after the step before, by a loop.
TEST(Funnel, AgreesWithALoop) {
  const PlainPlace& place = place_at(1);
  const auto table = place.store->query(
      {fmt::format("SELECT CAST(visitor AS VARCHAR) || CAST(CAST({} AS DATE) AS VARCHAR), path, "
                   "epoch_us(time) FROM main.page_views WHERE service = 'blog' AND visitor > 0 "
                   "ORDER BY 1, time, path LIKE '/articles/1%' DESC",
                   place.local),
       {}},
      {.rows = 1'000'000});
  ASSERT_TRUE(table) << table.error().message;
  std::map<std::string, std::vector<std::string>> paths_of;
  for (const auto& row : table->rows)
    paths_of[std::get<std::string>(row[0])].push_back(std::get<std::string>(row[1]));
  int64_t first = 0, both = 0;
  for (const auto& [visitor, paths] : paths_of) {
    const auto fits = [](const char* start) {
      return [start](const std::string& path) { return path.starts_with(start); };
    };
    const auto begin = std::find_if(paths.begin(), paths.end(), fits("/articles/1"));
    if (begin == paths.end()) continue;
    ++first;
    both += std::any_of(begin + 1, paths.end(), fits("/articles/2"));
  }
  ASSERT_GT(both, 0);
  const auto answer = funnel_json(
      *place.store,
      R"({"service":"blog","range":"all","steps":[{"path":"/articles/1*"},{"path":"/articles/2*"}]})",
      kNow_us, {}, place.zones);
  ASSERT_TRUE(answer) << answer.error().message;
  const auto steps = nlohmann::json::parse(*answer)["steps"];
  EXPECT_EQ(steps[0]["visitors"], first);
  EXPECT_EQ(steps[1]["visitors"], both);
}

}  // namespace
}  // namespace ballcone
