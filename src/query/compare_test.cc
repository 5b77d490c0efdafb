#include "query/compare.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "query/parse.h"
#include "query/parse_filters.h"
#include "query/plain_answer.h"
#include "query/range.h"

namespace ballcone {
namespace {

std::string range_text(const TimeRange& range) {
  if (range.from_us >= range.to_us) return "none";
  return format_time(range.from_us) + ".." + format_time(range.to_us);
}

struct RangeCase {
  const char* range;  // as in a question, or from..to
  Compare compare;
  const char* want;
};

void expect_ranges(std::initializer_list<RangeCase> rows, const char* now, const char* zone_name) {
  const TimeZone zone = *TimeZone::find(zone_name);
  const int64_t now_us = *parse_iso8601(now);
  for (const RangeCase& row : rows) {
    const std::string_view text = row.range;
    const size_t dots = text.find("..");
    const auto range = dots == text.npos
                           ? parse_range(text, now_us, zone)
                           : parse_range(text.substr(0, dots), text.substr(dots + 2), now_us, zone);
    ASSERT_TRUE(range) << row.range;
    EXPECT_EQ(range_text(compared_range(row.compare, *range, now_us, zone)), row.want)
        << row.range << " in " << zone_name << ", asked at " << now;
  }
}

TEST(ComparedRange, IsThePeriodBeforeOrTheSameDatesAYearEarlier) {
  using enum Compare;
  expect_ranges(
      {
          {"yesterday", previous, "2026-11-21T00:00:00Z..2026-11-22T00:00:00Z"},
          // As many days, however long months are.
          {"2026-03-01..2026-03-31", previous, "2026-01-29T00:00:00Z..2026-03-01T00:00:00Z"},
          {"2026-02-01..2026-02-28", previous, "2026-01-04T00:00:00Z..2026-02-01T00:00:00Z"},
          {"2024-03-01..2024-03-31", previous, "2024-01-30T00:00:00Z..2024-03-01T00:00:00Z"},
          // What begins with a day but ends within one is of that many days as well.
          {"2026-11-20T00:00:00Z..2026-11-22T06:00:00Z", previous,
           "2026-11-17T00:00:00Z..2026-11-19T06:00:00Z"},
          {"2026-11-20T06:00:00Z..2026-11-20T08:00:00Z", previous,
           "2026-11-20T04:00:00Z..2026-11-20T06:00:00Z"},
          {"2026-11-20T06:00:00Z..2026-11-20T08:00:00Z", year,
           "2025-11-20T06:00:00Z..2025-11-20T08:00:00Z"},
          {"yesterday", year, "2025-11-22T00:00:00Z..2025-11-23T00:00:00Z"},
          {"2026-01-01..2026-01-31", year, "2025-01-01T00:00:00Z..2025-02-01T00:00:00Z"},
          // Leap days.
          {"2024-02-29", year, "2023-02-28T00:00:00Z..2023-03-01T00:00:00Z"},
          {"2025-02-28", year, "2024-02-28T00:00:00Z..2024-02-29T00:00:00Z"},
          {"2025-03-01", year, "2024-03-01T00:00:00Z..2024-03-02T00:00:00Z"},
          {"2024-02-01..2024-02-29", year, "2023-02-01T00:00:00Z..2023-03-01T00:00:00Z"},
          {"2024-02-29T06:00:00Z..2024-02-29T08:00:00Z", year,
           "2023-02-28T06:00:00Z..2023-02-28T08:00:00Z"},
          {"2024-02-29", previous, "2024-02-28T00:00:00Z..2024-02-29T00:00:00Z"},
          {"all", previous, "none"},
          {"all", year, "none"},
      },
      "2026-11-23T12:34:56Z", "UTC");
}

TEST(ComparedRange, OfWhatIsNotOverIsAsMuchAsHasGoneBy) {
  using enum Compare;
  expect_ranges(
      {
          {"today", previous, "2026-11-22T00:00:00Z..2026-11-22T12:34:56Z"},
          {"today", year, "2025-11-23T00:00:00Z..2025-11-23T12:34:56Z"},
          {"7d", previous, "2026-11-10T00:00:00Z..2026-11-16T12:34:56Z"},
          {"7d", year, "2025-11-17T00:00:00Z..2025-11-23T12:34:56Z"},
          {"month", previous, "2026-10-09T00:00:00Z..2026-10-31T12:34:56Z"},
          {"year", year, "2025-01-01T00:00:00Z..2025-11-23T12:34:56Z"},
          {"last 30 minutes", previous, "2026-11-23T11:35:00Z..2026-11-23T12:04:56Z"},
          // Not begun: the whole of it.
          {"2030-01-01..2030-01-05", previous, "2029-12-27T00:00:00Z..2030-01-01T00:00:00Z"},
          {"2030-01-01..2030-01-05", year, "2029-01-01T00:00:00Z..2029-01-06T00:00:00Z"},
          {"2030-01-01T06:00:00Z..2030-01-01T08:00:00Z", previous,
           "2030-01-01T04:00:00Z..2030-01-01T06:00:00Z"},
      },
      "2026-11-23T12:34:56Z", "UTC");
}

// Clocks went forward on 8 March 2026 (9 March 2025) and back on 1 November (2 November 2025).
TEST(ComparedRange, IsOfLocalDaysHoweverLong) {
  using enum Compare;
  expect_ranges(
      {
          {"2026-03-08", previous, "2026-03-07T05:00:00Z..2026-03-08T05:00:00Z"},
          {"2026-03-09", previous, "2026-03-08T05:00:00Z..2026-03-09T04:00:00Z"},
          {"2026-11-01", previous, "2026-10-31T04:00:00Z..2026-11-01T04:00:00Z"},
          {"2026-11-02", previous, "2026-11-01T04:00:00Z..2026-11-02T05:00:00Z"},
          {"2026-03-08", year, "2025-03-08T05:00:00Z..2025-03-09T05:00:00Z"},
          {"2026-03-09", year, "2025-03-09T05:00:00Z..2025-03-10T04:00:00Z"},
          {"2026-11-02", year, "2025-11-02T04:00:00Z..2025-11-03T05:00:00Z"},
      },
      "2026-11-23T12:34:56Z", "America/New_York");
  // Seven in the morning is seven in the morning.
  expect_ranges({{"7d", previous, "2026-10-21T04:00:00Z..2026-10-27T11:00:00Z"}},
                "2026-11-03T12:00:00Z", "America/New_York");
  // Half past two was jumped over the day before: until three.
  expect_ranges({{"today", previous, "2026-03-08T05:00:00Z..2026-03-08T07:00:00Z"}},
                "2026-03-09T06:30:00Z", "America/New_York");
}

Query query_of(const char* json) {
  auto query = parse_query(json, kNow_us);
  CHECK(query.has_value());
  return *query;
}

std::string text_of(const Table& table) {
  std::string text;
  for (const auto& row : table.rows) {
    for (const Value& value : row) {
      append_json_value(value, &text);
      text += ' ';
    }
    text += '\n';
  }
  return text;
}

Value number(int64_t value) { return value; }

TEST(LineUp, PutsRowsInTheFirstPartsOrder) {
  const Query query = query_of(
      R"({"metrics":["hits","error_rate"],"by":["os"],"compare":"previous","offset":5,"range":"7d"})");
  Table table;
  table.rows = {{Value("iOS"), number(9), 0.5},
                {Value(), number(8), Value()},
                {Value("Linux"), number(7), 0.25}};
  auto other = comparison_of(query, table);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->query.compare, Compare::none);
  EXPECT_EQ(other->query.offset, 0);
  EXPECT_EQ(filter_json(other->query.filters.back()).dump(), R"(["in","os",["","Linux","iOS"]])");
  other->table.rows = {{Value("Linux"), number(70), 0.75}, {Value(), number(80), Value()}};
  line_up(query, table, &*other);
  EXPECT_EQ(text_of(other->table),
            "\"iOS\" 0 null \n"
            "null 80 null \n"
            "\"Linux\" 70 0.75 \n");
}

TEST(LineUp, TellsPairsOfNumbersApart) {
  const Query query =
      query_of(R"({"metrics":["hits"],"by":["asn","hour"],"compare":"previous","range":"7d"})");
  Table table;
  table.rows = {{number(1), number(12), number(5)}, {number(11), number(2), number(4)}};
  auto other = comparison_of(query, table);
  ASSERT_TRUE(other);
  EXPECT_EQ(filter_json(other->query.filters.back()).dump(),
            R"(["or",[["and",[["is","asn","1"],["in","hour",["12"]]]],)"
            R"(["and",[["is","asn","11"],["in","hour",["2"]]]]]])");
  other->table.rows = {{number(11), number(2), number(40)}, {number(1), number(12), number(50)}};
  line_up(query, table, &*other);
  EXPECT_EQ(text_of(other->table), "1 12 50 \n11 2 40 \n");
}

TEST(LineUp, LeavesWhatWasNotAskedFor) {
  EXPECT_FALSE(comparison_of(query_of(R"({"metrics":["hits"]})"), {}));
  EXPECT_FALSE(
      comparison_of(query_of(R"({"metrics":["hits"],"range":"all","compare":"year"})"), {}));
  // No values, nothing to compare them with; a number has a period before in any case.
  EXPECT_FALSE(
      comparison_of(query_of(R"({"metrics":["hits"],"by":["os"],"compare":"previous"})"), {}));
  EXPECT_TRUE(comparison_of(query_of(R"({"metrics":["hits"],"compare":"previous"})"), {}));
}

// The second part is what the same question says of that range.
TEST(Comparisons, SayWhatTheOtherPeriodsQuestionSays) {
  const char* const kQuestions[] = {
      R"({"metrics":["visitors","hits","error_rate"],"range":"7d"})",
      R"({"metrics":["visitors","hits","generation_time_p50"],"range":"today"})",
      R"({"metrics":["hits"],"range":"last 3 hours"})",
      R"({"metrics":["visits","bounce_rate"],"by":["path"],"range":"7d"})",
      R"({"metrics":["hits"],"by":["status","gpc"],"range":"7d","include":["bots"]})",
      R"({"metrics":["hits","visitors"],"grain":"day","range":"7d"})",
      R"({"metrics":["visitors"],"grain":"hour","range":"2026-11-02"})",
      R"({"metrics":["visits","hits"],"filters":[["is_not","entry_path","/it's"]],"range":"7d"})",
  };
  for (const bool is_utc : {true, false}) {
    const PlainPlace& place = place_of(is_utc);
    const auto ask = [&](const Json& question) {
      const auto answer = query_json(*place.store, question.dump(), kNow_us, {}, place.zones);
      EXPECT_TRUE(answer) << question << answer.error().message;
      return answer ? Json::parse(*answer) : Json();
    };
    for (const char* text : kQuestions) {
      Json question = Json::parse(text);
      const size_t keys = question.contains("by") ? question["by"].size() : 0;
      question["compare"] = "previous";
      const Json both = ask(question);
      ASSERT_TRUE(both["compare"].is_object()) << text;
      const Json& rows = both["compare"]["rows"];
      question.erase("compare");
      question["range"] = both["compare"]["range"];
      if (keys > 0) question["limit"] = 10'000;
      const Json other = ask(question)["rows"];
      if (keys == 0) {
        EXPECT_EQ(rows, other) << text;
        continue;
      }
      std::map<std::string, Json> found;
      for (const Json& row : other) found[key_of(row, keys)] = row;
      ASSERT_EQ(rows.size(), both["rows"].size()) << text;
      size_t common = 0;
      for (size_t i = 0; i < rows.size(); ++i) {
        const std::string key = key_of(rows[i], keys);
        EXPECT_EQ(key, key_of(both["rows"][i], keys)) << text;
        common += found.count(key);
        if (found.count(key)) {
          EXPECT_EQ(rows[i], found[key]) << text;
        } else {
          EXPECT_EQ(rows[i][keys], 0) << text;
        }
      }
      EXPECT_GT(common, 0u) << text;
    }
  }
}

}  // namespace
}  // namespace ballcone
