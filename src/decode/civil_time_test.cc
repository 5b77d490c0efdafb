#include "decode/civil_time.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace ballcone {
namespace {

std::string read_back(std::string_view format, std::string_view text) {
  const auto compiled = CivilTimeFormat::compile(format);
  if (!compiled) return compiled.error().message;
  CivilTime time;
  if (!compiled->take(text, &time)) return "not so written";
  const auto time_us = time.time_us();
  return time_us ? format_time(*time_us) + std::string(text) : "no such time";
}

TEST(CivilTime, ReadsWhatStrftimeWrites) {
  const struct {
    const char* format;
    const char* text;
    const char* want;
  } kRows[] = {
      {"%d/%b/%Y:%T %z", "23/Nov/2026:12:00:00 +0100 x", "2026-11-23T11:00:00Z x"},
      {"%F %T", "2026-11-23 12:00:00", "2026-11-23T12:00:00Z"},
      {"%FT%T.%6f%z", "2026-11-23T12:00:00.000250-03:30", "2026-11-23T15:30:00.000250Z"},
      {"%F %R", "2026-11-23 12:05", "2026-11-23T12:05:00Z"},
      {"%D %I:%M:%S %p", "11/23/26 12:00:00 AM", "2026-11-23T00:00:00Z"},
      {"%D %I:%M:%S %p", "11/23/69 12:00:00 PM", "1969-11-23T12:00:00Z"},
      {"%D %I:%M:%S %p", "11/23/26 01:00:00 pm", "2026-11-23T13:00:00Z"},
      {"%c", "Mon Nov  2 12:00:00 2026", "2026-11-02T12:00:00Z"},
      {"%A, %e. %B %Y %T %Z", "Monday, 23. November 2026 12:00:00 GMT", "2026-11-23T12:00:00Z"},
      {"%s%%", "1795435200%", "2026-11-23T12:00:00Z"},
      {"%F%n%t%T", "2026-11-23\n\t12:00:00", "2026-11-23T12:00:00Z"},
      {"%FT%T%z", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"},
      {"%F %T %Z", "2026-11-23 12:00:00 CET", "not so written"},
      {"%F %T", "2026-11-23T12:00:00", "not so written"},
      {"%F %T", "2026-11-2", "not so written"},
      {"%F %T.%3f", "2026-11-23 12:00:00.25", "not so written"},
      {"%F %T", "2026-02-29 12:00:00", "no such time"},
      {"%F %T", "2026-11-23 24:00:00", "no such time"},
      {"%F %I:%M %p", "2026-11-23 13:00 PM", "no such time"},
      {"%F %Q", "", "expected a specification of strftime such as %d, got %Q"},
      {"%F %", "", "expected a specification of strftime such as %d, got %"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(read_back(row.format, row.text), row.want) << row.format << " of " << row.text;
  }
}

TEST(CivilTime, KnowsWhatAFormatSays) {
  const auto has = [](const char* format) {
    const auto compiled = CivilTimeFormat::compile(format);
    return std::string(compiled->has_date() ? "date" : "") + (compiled->has_time() ? "time" : "");
  };
  EXPECT_EQ(has("%F %R"), "datetime");
  EXPECT_EQ(has("%d/%b"), "");
  EXPECT_EQ(has("%D"), "date");
  EXPECT_EQ(has("%I:%M"), "");
  EXPECT_EQ(has("%I:%M %p"), "time");
  EXPECT_EQ(has("%s"), "datetime");
  EXPECT_EQ(has("%3f"), "");
}

}  // namespace
}  // namespace ballcone
