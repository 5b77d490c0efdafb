// Questions that nobody thought of, against plain SQL.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "query/plain_answer.h"

namespace ballcone {
namespace {

class RandomQuestions {
 public:
  explicit RandomQuestions(uint64_t seed) : random_(seed) {}

  std::string next() {
    const bool is_by_minute = chance(15);
    Json question = {{"range", one_of(kRanges)}, {"metrics", some_of(kMetrics, 1, 3)}};
    if (is_by_minute) question["range"] = one_of(kShortRanges);
    const bool is_ranking = chance(60);
    if (is_ranking) question["by"] = some_of(kDimensions, 1, 2);
    if (is_by_minute)
      question["grain"] = "minute";
    else if (chance(35))
      question["grain"] = one_of(kGrains);
    if (chance(50)) question["service"] = chance(50) ? "blog" : "order";
    question["include"] = Json::array();
    if (chance(20)) question["include"].push_back("bots");
    // Plain SQL has no number that is of assets by half.
    const bool is_mixed = question["metrics"].dump().find("views_per_visit") != std::string::npos;
    if (chance(20) && !is_mixed) question["include"].push_back("assets");
    question["filters"] = Json::array();
    for (size_t i = below(3); i > 0; --i) question["filters"].push_back(filter(3));
    return question.dump();
  }

 private:
  static constexpr const char* kRanges[] = {"today", "yesterday",     "7d",
                                            "30d",   "last 50 hours", "2026-11-01"};
  static constexpr const char* kShortRanges[] = {"last 45 minutes", "last 3 hours"};
  static constexpr const char* kGrains[] = {"hour", "day", "week", "month"};
  static constexpr const char* kMetrics[] = {"visitors",
                                             "visits",
                                             "page_views",
                                             "views_per_visit",
                                             "bounce_rate",
                                             "hits",
                                             "bytes",
                                             "error_rate",
                                             "generation_time_avg",
                                             "generation_time_p95",
                                             "not_found",
                                             "bot_hits",
                                             "confirmed",
                                             "events"};
  static constexpr const char* kDimensions[] = {
      "path",          "country", "browser",      "channel", "status", "host",
      "referrer_name", "weekday", "utm_campaign", "via",     "event",  "event:props:plan"};
  static constexpr const char* kFilters[] = {
      R"(["is","country","DE"])",
      R"(["is_not","browser","Chrome"])",
      R"(["contains","path","articles"])",
      R"(["is","channel","Direct"])",
      R"(["in","status",[200,404]])",
      R"(["or",[["is","os","iOS"],["is","host","example.com"]]])",
      R"(["not",["is","referrer_name",""]])",
      R"(["is","method","GET"])",
      R"(["is","event","order"])",
      R"(["not",["is","event",""]])",
      R"(["in","event:props:it's \"/~",["0","1"]])"};

  // One of kFilters, or several of them in a row of not, and, or.
  Json filter(size_t depth) {
    if (depth == 0 || chance(60)) return Json::parse(one_of(kFilters));
    if (chance(50)) return Json::array({"not", filter(depth - 1)});
    return Json::array(
        {chance(50) ? "and" : "or", Json::array({filter(depth - 1), filter(depth - 1)})});
  }

  size_t below(size_t count) { return random_() % count; }
  bool chance(size_t percent) { return below(100) < percent; }
  template <size_t N>
  const char* one_of(const char* const (&list)[N]) {
    return list[below(N)];
  }
  template <size_t N>
  Json some_of(const char* const (&list)[N], size_t least, size_t most) {
    Json some = Json::array();
    const size_t count = least + below(most - least + 1);
    while (some.size() < count) {
      const Json one = one_of(list);
      if (std::find(some.begin(), some.end(), one) == some.end()) some.push_back(one);
    }
    return some;
  }

  std::mt19937_64 random_;
};

TEST(RandomQuestions, AgreeWithPlainSql) {
  RandomQuestions questions(7);
  for (size_t i = 0; i < 45; ++i) expect_plain_answer(questions.next(), place_at(i % 3));
}

}  // namespace
}  // namespace ballcone
