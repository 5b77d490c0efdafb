#include "base/time.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

std::string read_back(std::string_view text) {
  const auto time_us = parse_iso8601(text);
  return time_us ? format_time(*time_us) : "not a time";
}

TEST(Time, ReadsIso8601) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {
      {"2026-11-23T12:00:00+00:00", "2026-11-23T12:00:00Z"},
      {"2026-11-23T12:00:00+01:00", "2026-11-23T11:00:00Z"},
      {"2026-11-23T00:30:00+05:30", "2026-11-22T19:00:00Z"},
      {"2026-11-23T12:00:00-0800", "2026-11-23T20:00:00Z"},
      {"2026-11-23 12:00:00Z", "2026-11-23T12:00:00Z"},
      {"2026-11-23T12:00:00.5Z", "2026-11-23T12:00:00.500000Z"},
      {"2026-11-23T12:00:00.123456789Z", "2026-11-23T12:00:00.123456Z"},
      {"2024-02-29T23:59:60Z", "2024-02-29T23:59:59Z"},
      {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
      {"2000-03-01T00:00:00Z", "2000-03-01T00:00:00Z"},
      {"2023-02-29T00:00:00Z", "not a time"},
      {"2026-13-01T00:00:00Z", "not a time"},
      {"2026-11-23T24:00:00Z", "not a time"},
      {"2026-11-23T12:00:00", "not a time"},
      {"2026-11-23T12:00:00.Z", "not a time"},
      {"2026-11-23T12:00:00+1", "not a time"},
      {"2026-11-23T12:00:00Zjunk", "not a time"},
      {"", "not a time"},
  };
  for (const auto& row : kRows) EXPECT_EQ(read_back(row.text), row.want) << row.text;
}

TEST(Time, DaysAgreeWithTheirText) {
  for (int64_t day = -800'000; day < 800'000; day += 373) {
    if (const auto text = format_day(day); text.size() == 10 && text[0] != '-') {
      EXPECT_EQ(parse_day(text), day) << text;
    }
  }
}

}  // namespace
}  // namespace ballcone
