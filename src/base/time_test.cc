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

TEST(Time, ReadsTheTimeOfTheCommonLogFormat) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {
      {"23/Nov/2026:12:00:00 +0000", "2026-11-23T12:00:00Z"},
      {"23/Nov/2026:12:00:00 +0100", "2026-11-23T11:00:00Z"},
      {"23/nov/2026:12:00:00 -0330", "2026-11-23T15:30:00Z"},
      {"31/Dec/2025:23:30:00 -0100", "2026-01-01T00:30:00Z"},
      {"01/Jan/2026:00:30:00 +1400", "2025-12-31T10:30:00Z"},
      {"29/Feb/2024:23:59:60 +0000", "2024-02-29T23:59:59Z"},
      // The hour that comes twice, and those around the one that is missing.
      {"25/Oct/2026:02:30:00 +0200", "2026-10-25T00:30:00Z"},
      {"25/Oct/2026:02:30:00 +0100", "2026-10-25T01:30:00Z"},
      {"29/Mar/2026:01:59:59 +0100", "2026-03-29T00:59:59Z"},
      {"29/Mar/2026:03:00:00 +0200", "2026-03-29T01:00:00Z"},
      {"23/Nov/2026:12:00:00.584", "2026-11-23T12:00:00.584000Z"},
      {"23/Nov/2026:12:00:00.5 +0100", "2026-11-23T11:00:00.500000Z"},
      {"23/Nov/2026:12:00:00", "2026-11-23T12:00:00Z"},
      {"29/Feb/2023:12:00:00 +0000", "not a time"},
      {"31/Jun/2026:12:00:00 +0000", "not a time"},
      {"00/Nov/2026:12:00:00 +0000", "not a time"},
      {"23/Nox/2026:12:00:00 +0000", "not a time"},
      {"23/11/2026:12:00:00 +0000", "not a time"},
      {"23/Nov/26:12:00:00 +0000", "not a time"},
      {"23/Nov/2026:24:00:00 +0000", "not a time"},
      {"23/Nov/2026:12:00 +0000", "not a time"},
      {"23/Nov/2026:12:00:00 CET", "not a time"},
      {"23/Nov/2026:12:00:00 ", "not a time"},
      {"23/No", "not a time"},
      {"", "not a time"},
  };
  for (const auto& row : kRows) {
    const auto time_us = parse_clf_time(row.text);
    EXPECT_EQ(time_us ? format_time(*time_us) : "not a time", row.want) << row.text;
  }
}

TEST(Time, ReadsTimesOfDay) {
  EXPECT_EQ(parse_time_of_day("00:00:00"), 0);
  EXPECT_EQ(parse_time_of_day("23:59:59.5"), kDay_us - kSecond_us / 2);
  EXPECT_EQ(parse_time_of_day("23:59:60"), kDay_us - kSecond_us);
  for (const char* text : {"", "24:00:00", "12:60:00", "12:00", "12:00:00Z", "1:00:00"}) {
    EXPECT_FALSE(parse_time_of_day(text)) << text;
  }
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
