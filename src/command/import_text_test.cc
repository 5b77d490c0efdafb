#include "command/import_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command/import_test_figures.h"

namespace ballcone {
namespace {

using testing::HasSubstr;
using testing::Not;

size_t characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

TEST(ImportText, WritesNumbersForPeople) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(12'345'678), "12,345,678");
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(999'499), "999 kB");
  EXPECT_EQ(bytes_text(999'600), "1.0 MB");
  EXPECT_EQ(bytes_text(1'234'567'890), "1.2 GB");
  EXPECT_EQ(bytes_text(UINT64_MAX), "18447 PB");
  EXPECT_EQ(duration_text(0), "0.0 s");
  EXPECT_EQ(duration_text(12.4), "12 s");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(3900), "1 h 5 min");
}

TEST(ImportText, FitsAnyBytesIntoALine) {
  EXPECT_EQ(fit("hello", 5), "hello");
  EXPECT_EQ(fit("hello!", 5), "hell…");
  EXPECT_EQ(fit("привет", 6), "привет");
  EXPECT_EQ(fit("привет!", 6), "приве…");
  EXPECT_EQ(fit("a\x1b[2Jb\nc", 99), "a\\x1b[2Jb\\x0ac");
  EXPECT_EQ(fit("\xc2\x9b", 99), "\\x9b");
  EXPECT_EQ(fit("a\x1b[2J", 4), "a…");  // an escape is whole or not there
  EXPECT_EQ(fit("", 0), "");
}

TEST(ImportProgress, FitsTheTerminal) {
  ImportSpeed speed;
  ImportFigures before = test_figures();
  before.seconds = 0;
  before.lines = 0;
  before.file_bytes = 0;
  speed.add(before);
  ImportFigures now = test_figures();
  now.seconds = 2;
  speed.add(now);
  EXPECT_EQ(progress_line(now, speed, 200),
            "41%  1.2 MB of 3.0 MB  5,001 lines/s  2.9 s left  stored 10,000  dropped 3  "
            "access.log.1  as combined");
  for (size_t width = 1; width <= 130; ++width)
    EXPECT_LE(characters(progress_line(now, speed, width)), width);
  EXPECT_EQ(progress_line(now, speed, 20), "41%  stored 10,000");
}

TEST(ImportProgress, SaysNothingOfTheEndOfAPipe) {
  ImportSpeed speed;
  ImportFigures now = test_figures();
  now.file_bytes_max = 0;
  speed.add(now);
  EXPECT_THAT(progress_line(now, speed, 200), HasSubstr("2.0 MB  20,006 lines/s  stored"));
}

TEST(ImportSpeed, IsThatOfTheLastSeconds) {
  ImportSpeed speed;
  EXPECT_EQ(speed.lines_per_s(), 0);
  ImportFigures figures;
  figures.file_bytes_max = 40'000;
  for (int second = 0; second <= 20; ++second) {
    figures.seconds = second;
    figures.lines += second <= 10 ? 1000 : 10;
    figures.file_bytes = figures.lines;
    speed.add(figures);
  }
  EXPECT_NEAR(speed.lines_per_s(), 10, 0.1);
  EXPECT_NEAR(speed.seconds_left().value(), (40'000 - 11'100) / 10, 50);
}

TEST(ImportSummaryText, SaysWhatWasStoredAndWhatWasNot) {
  const std::string text =
      summary_text(test_figures(), {.database = "a.duckdb", .dashboard = "", .width = 100});
  for (const char* part :
       {"10,003 lines of 2 files in 0.5 s, 20,006 lines/s", "10,000  stored, 1 of them repaired",
        "3  dropped:", "2  malformed: The line is not in the log format",
        "access.log.1:17: \\x1b[31mhello", "access.log.1:18: привет", "1  bad_time: The date",
        "500 kB  known: stored before, 1 file of which nothing is new",
        "blog     2026-11-23 12:00 to 2026-11-24 12:00  9,000 hits, 1,000 page views",
        "магазин  2026-11-23 12:00 to 2026-11-23 12:01  1,000 hits, 1 page view",
        "b.log.gz: expected a whole gzip file", "the same command goes on from here",
        "`ballcone import -d a.duckdb --undo 3`", "To look at it: ballcone serve -d a.duckdb"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(summary_text(test_figures(), {.dashboard = "http://127.0.0.1:1/"}),
              HasSubstr("To look at it: http://127.0.0.1:1/"));
}

TEST(ImportSummaryText, SaysThatNothingIsNew) {
  ImportFigures figures;
  figures.files = figures.files_known = 2;
  figures.bytes_known = 1000;
  EXPECT_THAT(summary_text(figures, {}), HasSubstr("Nothing is new"));
}

TEST(ImportProfile, SharesTheTimeAmongTheStages) {
  const std::string text = profile_text(test_figures());
  EXPECT_THAT(text, HasSubstr("decode"));
  EXPECT_THAT(text, HasSubstr("250.0"));
  EXPECT_THAT(text, HasSubstr("50.0%"));
}

TEST(ImportList, NamesEachImport) {
  EXPECT_EQ(list_text({}), "Nothing was imported yet.\n");
  const std::string text = list_text({{.id = 7,
                                       .start = {"a.log and 3 more", "web1", "combined", false},
                                       .started_us = 1'795'435'200'000'000,
                                       .lines = 12'345,
                                       .stored = 12'000,
                                       .bytes = 1'000'000}});
  for (const char* part : {"7", "2026-11-23 12:00", "not finished", "12,345", "12,000", "1.0 MB",
                           "combined", "web1", "a.log and 3 more"})
    EXPECT_THAT(text, HasSubstr(part));
}

}  // namespace
}  // namespace ballcone
