// Plausible's face against our own: the same store, the same questions, the same numbers.
#include "query/plausible.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "query/answer.h"
#include "query/test_derive.h"
#include "query/test_hits.h"

namespace ballcone {
namespace {

using PlausibleJson = nlohmann::ordered_json;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

Store& test_store() {
  // Never closed: the engine uses variables of threads, which exit() has destroyed before statics.
  static Store* const kStore = [] {
    auto store = open_store({});
    CHECK(store.has_value());
    HitBatch batch;
    append_test_hits({kNow_us - 9 * kDay_us, 9 * kDay_us, 12'000}, &batch);
    CHECK((*store)->append(batch).has_value());
    derive_test_hits(**store);
    return store->release();
  }();
  return *kStore;
}

PlausibleJson ask(std::string_view members) {
  PlausibleJson json = {{"site_id", "blog"}, {"metrics", {"visitors"}}, {"date_range", "7d"}};
  json.update(PlausibleJson::parse(members));
  const auto answer = plausible_json(test_store(), {}, json.dump(), kNow_us);
  EXPECT_TRUE(answer) << members << answer.error().message;
  return answer ? PlausibleJson::parse(*answer) : PlausibleJson();
}

// The rows of our own answer over the same seven days.
PlausibleJson own_rows(std::string_view members) {
  PlausibleJson json = {{"service", "blog"},
                        {"range", {{"from", "2026-11-16"}, {"to", "2026-11-22"}}},
                        {"limit", 10'000}};
  json.update(PlausibleJson::parse(members));
  const auto answer = query_json(test_store(), json.dump(), kNow_us);
  EXPECT_TRUE(answer) << members << answer.error().message;
  return answer ? PlausibleJson::parse(*answer)["rows"] : PlausibleJson();
}

TEST(Plausible, CountsAsWeDo) {
  const PlausibleJson json = ask(
      R"({"metrics": ["visitors", "visits", "pageviews", "events", "views_per_visit",
                      "bounce_rate", "visit_duration"]})");
  const PlausibleJson row = own_rows(
      R"({"metrics": ["visitors", "visits", "page_views", "bounce_rate", "visit_duration"]})")[0];
  ASSERT_EQ(json["results"].size(), 1u);
  EXPECT_EQ(json["results"][0]["dimensions"].size(), 0u);
  const PlausibleJson& metrics = json["results"][0]["metrics"];
  EXPECT_GT(metrics[0], 100);
  EXPECT_EQ(metrics[0], row[0]);
  EXPECT_EQ(metrics[1], row[1]);
  EXPECT_EQ(metrics[2], row[2]);
  EXPECT_EQ(metrics[3], row[2]);
  const double views = row[2].get<double>();
  EXPECT_NEAR(metrics[4].get<double>(), views / row[1].get<double>(), 0.005);
  EXPECT_NEAR(metrics[5].get<double>(), row[3].get<double>() * 100, 0.005);
  EXPECT_NEAR(metrics[6].get<double>(), row[4].get<double>(), 0.5);
  EXPECT_TRUE(metrics[6].is_number_integer());
  EXPECT_EQ(json["meta"].dump(), "{}");
  EXPECT_EQ(json["query"]["date_range"].dump(),
            R"(["2026-11-16T00:00:00+00:00","2026-11-22T23:59:59+00:00"])");
}

TEST(Plausible, RanksAsWeDo) {
  const struct {
    const char* theirs;
    const char* ours;
  } kRows[] = {{"event:page", "path"},           {"visit:entry_page", "entry_path"},
               {"visit:exit_page", "exit_path"}, {"visit:source", "referrer_host"},
               {"visit:channel", "channel"},     {"visit:utm_campaign", "utm_campaign"},
               {"visit:browser", "browser"},     {"visit:country", "country"}};
  for (const auto& row : kRows) {
    const PlausibleJson json = ask(fmt::format(
        R"({{"metrics": ["visitors", "pageviews"], "dimensions": ["{}"]}})", row.theirs));
    const PlausibleJson own = own_rows(
        fmt::format(R"({{"metrics": ["visitors", "page_views"], "by": ["{}"]}})", row.ours));
    ASSERT_EQ(json["results"].size(), own.size()) << row.theirs;
    for (size_t i = 0; i < own.size(); ++i) {
      const PlausibleJson& result = json["results"][i];
      EXPECT_EQ(result["metrics"], PlausibleJson({own[i][1], own[i][2]})) << row.theirs;
      if (!own[i][0].is_string()) continue;
      EXPECT_EQ(result["dimensions"][0], own[i][0]);
    }
  }
}

TEST(Plausible, NamesWhatIsAbsentAsPlausibleDoes) {
  const auto has = [](std::string_view dimension, std::string_view value) {
    const PlausibleJson json = ask(fmt::format(R"({{"dimensions": ["{}"]}})", dimension));
    const auto& results = json["results"];
    return std::any_of(results.begin(), results.end(), [&](const PlausibleJson& result) {
      return result["dimensions"][0] == value;
    });
  };
  EXPECT_TRUE(has("visit:source", "Direct / None"));
  EXPECT_TRUE(has("visit:utm_campaign", "(not set)"));
  EXPECT_TRUE(has("visit:browser", "(not set)"));
  EXPECT_TRUE(has("visit:country_name", "Germany"));
  EXPECT_TRUE(has("visit:country_name", ""));
  EXPECT_TRUE(has("visit:device", "Desktop"));
}

TEST(Plausible, CutsPagesThatMakeTheWhole) {
  for (const char* order : {R"([["visitors","desc"]])", R"([["event:page","asc"]])",
                            R"([["visitors","desc"],["event:page","desc"]])"}) {
    const std::string start = fmt::format(
        R"({{"dimensions": ["event:page"], "order_by": {}, "include": {{"total_rows": true}})",
        order);
    const PlausibleJson whole = ask(start + "}");
    PlausibleJson pages = PlausibleJson::array();
    for (int offset = 0; offset < 200; offset += 40) {
      const PlausibleJson page =
          ask(start + fmt::format(R"(, "pagination": {{"limit": 40, "offset": {}}}}})", offset));
      EXPECT_EQ(page["meta"]["total_rows"], whole["results"].size());
      for (const PlausibleJson& row : page["results"]) pages.push_back(row);
    }
    // Among equals a page is in the order of names, and which of them are on it is not.
    const auto sorted = [](const PlausibleJson& rows) {
      std::vector<std::string> texts;
      for (const PlausibleJson& row : rows) texts.push_back(row.dump());
      std::sort(texts.begin(), texts.end());
      return texts;
    };
    EXPECT_TRUE(sorted(pages) == sorted(whole["results"])) << order;
    for (size_t i = 0; i < pages.size() && pages.size() == whole["results"].size(); ++i) {
      EXPECT_EQ(pages[i]["metrics"], whole["results"][i]["metrics"]) << order;
    }
  }
}

TEST(Plausible, GivesOnlyTimesAtWhichSomethingHappened) {
  const PlausibleJson json = ask(
      R"({"dimensions": ["time:hour"], "include": {"time_labels": true}, "metrics": ["pageviews"]})");
  EXPECT_EQ(json["meta"]["time_labels"].size(), 168u);
  const PlausibleJson own = own_rows(R"({"metrics": ["page_views"], "grain": "hour"})");
  int64_t sum = 0, own_sum = 0;
  for (const PlausibleJson& row : json["results"]) {
    EXPECT_GT(row["metrics"][0], 0);
    sum += row["metrics"][0].get<int64_t>();
  }
  for (const PlausibleJson& row : own) own_sum += row[1].get<int64_t>();
  EXPECT_EQ(sum, own_sum);
  EXPECT_EQ(json["results"][0]["dimensions"][0].get<std::string>().size(), 19u);
}

TEST(Plausible, PutsTimeWhereItWasAskedFor) {
  const PlausibleJson json = ask(R"({"dimensions": ["visit:device", "time:day"]})");
  const PlausibleJson& results = json["results"];
  ASSERT_EQ(results.size(), 21u);  // two devices and none, seven days
  EXPECT_EQ(results[0]["dimensions"][1], "2026-11-16");
  EXPECT_EQ(results[20]["dimensions"][1], "2026-11-22");
  EXPECT_GE(results[0]["metrics"][0], results[1]["metrics"][0]);
}

TEST(Plausible, SaysWhichPartOfAllVisitorsAreThere) {
  const PlausibleJson json = ask(
      R"({"dimensions": ["visit:browser"], "metrics": ["percentage"], "filters": [["is", "visit:os", ["Linux"]]]})");
  double sum = 0;
  for (const PlausibleJson& row : json["results"]) sum += row["metrics"][0].get<double>();
  EXPECT_NEAR(sum, 100, 0.1);  // a visitor has one browser
}

TEST(Plausible, HasNoImports) {
  const PlausibleJson json = ask(R"({"include": {"imports": true}})");
  EXPECT_EQ(json["meta"]["imports_included"], false);
}

TEST(Plausible, KnowsOnlyServicesThatHaveHits) {
  const auto answer =
      plausible_json(test_store(), {},
                     R"({"site_id":"nobody","metrics":["visitors"],"date_range":"7d"})", kNow_us);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().field, "service");
  EXPECT_EQ(plausible_error_json({"no \"such\""}), R"({"error":"no \"such\""})");
}

}  // namespace
}  // namespace ballcone
