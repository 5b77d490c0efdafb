#include "query/steps.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace ballcone {
namespace {

TEST(Steps, BeginWhereACalendarSaysTheyDo) {
  const struct {
    Grain grain;
    const char* time;
    const char* want;
  } kRows[] = {
      {Grain::minute, "2026-11-23T12:34:59.999999Z", "2026-11-23T12:34:00Z"},
      {Grain::hour, "2026-11-23T23:59:59Z", "2026-11-23T23:00:00Z"},
      {Grain::hour, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"},
      {Grain::day, "2026-11-23T23:59:59Z", "2026-11-23"},
      {Grain::day, "2026-11-23T00:00:00+01:00", "2026-11-22"},
      {Grain::week, "2026-11-23T00:00:00Z", "2026-11-23"},  // a Monday
      {Grain::week, "2026-11-22T23:59:59Z", "2026-11-16"},  // a Sunday
      {Grain::week, "2027-01-01T00:00:00Z", "2026-12-28"},  // over the new year
      {Grain::week, "1990-01-01T00:00:00Z", "1990-01-01"},
      {Grain::month, "2026-11-30T23:59:59Z", "2026-11-01"},
      {Grain::month, "2024-02-29T12:00:00Z", "2024-02-01"},
      {Grain::month, "2026-12-31T23:59:59Z", "2026-12-01"},
      {Grain::month, "2027-01-01T00:00:00Z", "2027-01-01"},
      {Grain::week, "1969-12-31T00:00:00Z", "1969-12-29"},
  };
  for (const auto& row : kRows) {
    const auto time_us = parse_iso8601(row.time);
    ASSERT_TRUE(time_us) << row.time;
    EXPECT_EQ(format_step(row.grain, step_of(row.grain, *time_us)), row.want) << row.time;
  }
}

TEST(Steps, StartsAndStepsAreInverse) {
  for (const Grain grain : {Grain::minute, Grain::hour, Grain::day, Grain::week, Grain::month}) {
    for (int64_t time_us = kBeginning_us; time_us < kBeginning_us + 40'000 * kDay_us;
         time_us += 97 * kDay_us + 12'345'678'901) {
      const int64_t step = step_of(grain, time_us);
      EXPECT_EQ(step_of(grain, start_of_step_us(grain, step)), step);
      EXPECT_LE(start_of_step_us(grain, step), time_us);
      EXPECT_GT(start_of_step_us(grain, step + 1), time_us);
    }
  }
}

}  // namespace
}  // namespace ballcone
