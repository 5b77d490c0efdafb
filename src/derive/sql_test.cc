#include "derive/sql.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/time.h"

namespace ballcone {
namespace {

const Totals& table_of(std::string_view name) {
  const auto all = totals();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Totals& row) { return row.name == name; });
  return *found;
}

// sql.golden: "-- what it is for", then its statements. UPDATE_GOLDEN=1 rewrites it.
TEST(DeriveSql, IsAsWrittenDown) {
  const TimeZone zone = *TimeZone::find("America/New_York");
  DaySql day;
  day.service = 3;
  day.day = days_of_civil(2026, 11, 1);  // of 25 hours
  day.from_us = zone.start_of_day_us(day.day);
  day.to_us = zone.start_of_day_us(day.day + 1);
  day.offset = offset_sql(zone, day.from_us, day.to_us);
  day.visit_gap_us = 1'800'000'000;
  day.pardoned = {0, 7};
  day.page = 4;
  day.internal = 5;
  day.direct = 6;
  DaySql with_script = day;
  with_script.has_script = with_script.has_events = true;
  with_script.script = 10;
  with_script.event = 11;
  with_script.engagement = 12;
  const std::string batches = "h.batch >= 8 AND h.batch IN (8, 9)";
  const struct {
    const char* what;
    std::vector<std::string> statements;
  } kRows[] = {
      {"page views and visits of a day", make_visits(day, "true")},
      {"pages of log and script", make_pages(with_script, "true")},
      {"whose texts decide which is first", order_tied_pages()},
      {"which are one page view", make_pairs(with_script)},
      {"page views and visits of both", make_visits(with_script, "true")},
      {"visits that are no bounces", make_active(with_script, "true")},
      {"as they will be kept", insert_visits(with_script)},
      {"whose texts decide what is first and last", break_ties()},
      {"as they will be kept", insert_visits(day)},
      {"a whole day's", finish_visits(day, false, "true")},
      {"those of visitors of whom there is more now", take_back_visits(day)},
      {"a part of a day", finish_visits(day, true, batches)},
      {"hits of a part of a day", make_part(day, batches, true)},
      {"totals of page views", {insert_views(day, table_of("views_by_path"))}},
      {"totals of visits", {insert_views(day, table_of("views_by_referrer_host"))}},
      {"totals of hits",
       {insert_hits(day, table_of("hits_by_hour"), false),
        insert_hits(day, table_of("hits_by_user_agent"), false),
        insert_hits(day, table_of("hits_by_path"), true)}},
      {"generation times",
       {insert_hits(day, table_of("times"), false),
        insert_hits(day, table_of("times_by_user_agent"), false),
        insert_hits(day, table_of("times_by_address"), true)}},
  };
  std::string got;
  for (const auto& row : kRows)
    got += fmt::format("-- {}\n{};\n\n", row.what, fmt::join(row.statements, ";\n"));
  const std::string path = std::string(BALLCONE_SOURCE_DIR) + "/src/derive/sql.golden";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << got;
  std::ifstream file(path);
  const std::string want{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(got, want) << "run with UPDATE_GOLDEN=1 and look at the diff";
}

// What a clock is ahead by, as a CASE over the time; the second after a change included.
TEST(OffsetSql, ChangesWhenTheClockDoes) {
  const struct {
    const char* zone;
    int64_t day;
    const char* want;
  } kRows[] = {
      {"UTC", days_of_civil(2026, 11, 1), "0"},
      {"Asia/Kolkata", days_of_civil(2026, 11, 1), "19800000000"},
      {"America/New_York", days_of_civil(2026, 10, 31), "72000000000"},
      // 2026-03-08T07:00:00Z and 2026-11-01T06:00:00Z.
      {"America/New_York", days_of_civil(2026, 3, 8),
       "CASE WHEN h.time < make_timestamp(1772953200000000) THEN 68400000000 ELSE 72000000000 END"},
      {"America/New_York", days_of_civil(2026, 11, 1),
       "CASE WHEN h.time < make_timestamp(1793512800000000) THEN 72000000000 ELSE 68400000000 END"},
      // Half an hour, at 15:00Z and 15:30Z.
      {"Australia/Lord_Howe", days_of_civil(2026, 4, 5),
       "CASE WHEN h.time < make_timestamp(1775314800000000) THEN 39600000000 ELSE 37800000000 END"},
  };
  for (const auto& row : kRows) {
    const TimeZone zone = *TimeZone::find(row.zone);
    EXPECT_EQ(offset_sql(zone, zone.start_of_day_us(row.day), zone.start_of_day_us(row.day + 1)),
              row.want)
        << row.zone;
  }
}

}  // namespace
}  // namespace ballcone
