#include "base/time_zone.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "base/zone_file.h"

namespace ballcone {
namespace {

constexpr int64_t kHour_us = 3'600 * kSecond_us;

TimeZone zone(std::string_view name) {
  auto found = TimeZone::find(name);
  EXPECT_TRUE(found.has_value()) << found.error().message;
  return found ? *found : TimeZone();
}

int64_t utc(std::string_view text) { return parse_iso8601(text).value(); }
int64_t day(std::string_view text) { return parse_day(text).value(); }

TEST(TimeZone, IsUtcUnlessNamed) {
  EXPECT_EQ(TimeZone().name(), "UTC");
  EXPECT_EQ(TimeZone().offset_us(utc("2026-11-23T12:00:00Z")), 0);
  EXPECT_EQ(TimeZone().start_of_day_us(day("2026-11-23")), utc("2026-11-23T00:00:00Z"));
  EXPECT_EQ(TimeZone().day_of(utc("2026-11-22T23:59:59Z")), day("2026-11-22"));
  EXPECT_EQ(TimeZone().day_of(-1), -1);
  EXPECT_EQ(zone("UTC").name(), "UTC");
  EXPECT_EQ(zone("Etc/UTC").offset_us(0), 0);
}

// A day's beginnings, with the zone's own clock.
TEST(TimeZone, KnowsWhenDaysBegin) {
  struct Row {
    const char* zone;
    const char* day;
    const char* start;
    int hours;  // until the next day
  };
  const Row rows[] = {
      {"America/New_York", "2026-03-07", "2026-03-07T00:00:00-05:00", 24},
      {"America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00", 23},
      {"America/New_York", "2026-03-09", "2026-03-09T00:00:00-04:00", 24},
      {"America/New_York", "2026-11-01", "2026-11-01T00:00:00-04:00", 25},
      {"America/New_York", "2026-11-02", "2026-11-02T00:00:00-05:00", 24},
      {"Asia/Kolkata", "2026-11-23", "2026-11-22T18:30:00Z", 24},
      {"Asia/Kathmandu", "2026-11-23", "2026-11-22T18:15:00Z", 24},
      {"Pacific/Kiritimati", "2026-11-23", "2026-11-22T10:00:00Z", 24},
      // Midnight is skipped: the day begins at 1:00.
      {"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", 23},
      {"Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", 23},
      // The day before has 23:00 twice.
      {"America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00:00-02:00", 25},
      {"America/Sao_Paulo", "2018-02-18", "2018-02-18T00:00:00-03:00", 24},
      // Midnight itself is there twice.
      {"America/Havana", "2025-11-02", "2025-11-02T00:00:00-04:00", 25},
      // Half an hour, in a country where summer is in January.
      {"Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00:00+11:00", 24},
      {"America/New_York", "2028-02-29", "2028-02-29T00:00:00-05:00", 24},
      {"Europe/Berlin", "2024-02-29", "2024-02-29T00:00:00+01:00", 24},
      // Samoa crossed the date line.
      {"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", 24},
      {"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", 0},
      {"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00", 24},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.zone) + " " + row.day);
    const TimeZone at = zone(row.zone);
    const int64_t start = at.start_of_day_us(day(row.day));
    EXPECT_EQ(format_time(start), format_time(utc(row.start)));
    EXPECT_EQ((at.start_of_day_us(day(row.day) + 1) - start) / kHour_us, row.hours);
  }
}

// Every day is what lies between its beginning and the next one's, whatever the clocks did.
TEST(TimeZone, PutsEveryMomentIntoOneDay) {
  for (const char* name : {"UTC", "America/New_York", "America/St_Johns", "America/Sao_Paulo",
                           "Africa/Cairo", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kolkata"}) {
    SCOPED_TRACE(name);
    const TimeZone at = zone(name);
    for (int64_t d = day("2006-01-01"); d < day("2019-01-01"); ++d) {
      const int64_t start = at.start_of_day_us(d);
      const int64_t end = at.start_of_day_us(d + 1);
      ASSERT_LE(start, end);
      if (start == end) continue;
      ASSERT_EQ(at.day_of(start), d);
      ASSERT_EQ(at.day_of(end - 1), d) << format_time(end);
      ASSERT_EQ(at.day_of(start - 1) < d, true);
    }
  }
}

TEST(TimeZone, ChangesItsOffsetAtTheVeryMoment) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(new_york.offset_us(utc("2026-03-08T06:59:59Z")), -5 * kHour_us);
  EXPECT_EQ(new_york.offset_us(utc("2026-03-08T07:00:00Z")), -4 * kHour_us);
  EXPECT_EQ(new_york.offset_us(utc("2026-11-01T05:59:59Z")), -4 * kHour_us);
  EXPECT_EQ(new_york.offset_us(utc("2026-11-01T06:00:00Z")), -5 * kHour_us);
  EXPECT_EQ(zone("Asia/Kolkata").offset_us(utc("2026-11-01T06:00:00Z")), 11 * kHour_us / 2);
}

// The files name changes until 2037; what follows is in a rule at their end.
TEST(TimeZone, GoesByTheRuleInTheFarFuture) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(new_york.offset_us(utc("2060-07-01T00:00:00Z")), -4 * kHour_us);
  EXPECT_EQ(new_york.offset_us(utc("2060-01-01T00:00:00Z")), -5 * kHour_us);
  EXPECT_EQ(format_time(new_york.start_of_day_us(day("2060-03-15"))), "2060-03-15T04:00:00Z");
  EXPECT_EQ(format_time(zone("Africa/Cairo").start_of_day_us(day("2050-04-29"))),
            "2050-04-28T22:00:00Z");
  EXPECT_EQ(zone("Australia/Sydney").offset_us(utc("2090-01-01T00:00:00Z")), 11 * kHour_us);
  EXPECT_EQ(zone("Australia/Sydney").offset_us(utc("2090-07-01T00:00:00Z")), 10 * kHour_us);
  EXPECT_EQ(zone("America/Sao_Paulo").offset_us(utc("2090-01-01T00:00:00Z")), -3 * kHour_us);
}

TEST(TimeZone, KnowsTheMomentOfALocalTime) {
  const TimeZone new_york = zone("America/New_York");
  const auto moment = [&](const char* local) { return format_time(new_york.utc_us(utc(local))); };
  EXPECT_EQ(moment("2026-07-01T12:00:00Z"), "2026-07-01T16:00:00Z");
  EXPECT_EQ(moment("2026-03-08T02:30:00Z"), "2026-03-08T07:00:00Z");  // there is none
  EXPECT_EQ(moment("2026-11-01T01:30:00Z"), "2026-11-01T05:30:00Z");  // the earlier one
  EXPECT_EQ(moment("2026-11-01T02:00:00Z"), "2026-11-01T07:00:00Z");
}

TEST(TimeZone, TellsWhichNameWasMeant) {
  const auto message = [](std::string_view name) {
    const auto found = TimeZone::find(name);
    return found ? "found" : found.error().message;
  };
  constexpr const char* kSuch = "expected a time zone such as Europe/Berlin, got ";
  EXPECT_EQ(message("Europe/Belrin"),
            std::string(kSuch) + R"("Europe/Belrin"; did you mean "Europe/Berlin"?)");
  EXPECT_EQ(message("new york"),
            std::string(kSuch) + R"("new york"; did you mean "America/New_York"?)");
  EXPECT_EQ(message("kolkata"), std::string(kSuch) + R"("kolkata"; did you mean "Asia/Kolkata"?)");
  for (const char* name : {"", "../../../etc/passwd", "/etc/localtime", "tzdata.zi", "Europe",
                           "Middle-Earth/Minas_Tirith_Upon_The_Hill"})
    EXPECT_TRUE(message(name).starts_with(kSuch)) << message(name);
}

TEST(TimeZone, FindsTheServicesOwn) {
  TimeZones zones;
  zones.of_service.emplace("blog", zone("Asia/Kolkata"));
  EXPECT_EQ(zones.of("blog").name(), "Asia/Kolkata");
  EXPECT_EQ(zones.of("shop").name(), "UTC");
}

TEST(ZoneFile, ReadsAllThatTheSystemHas) {
  const auto names = zone_names();
  EXPECT_GT(names.size(), 400u);
  for (const std::string& name : names) {
    const auto changes = read_zone_file(name);
    EXPECT_TRUE(changes.has_value()) << changes.error().message;
  }
}

TEST(ZoneFile, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_zone_file(""));
  EXPECT_FALSE(parse_zone_file("TZif"));
  EXPECT_FALSE(parse_zone_file(std::string("TZif2") + std::string(39, '\xff')));
  EXPECT_FALSE(parse_zone_file(std::string("TZif2") + std::string(200, '\0')));
}

// A file of no change but the rule.
TEST(ZoneFile, ReadsRules) {
  const auto offsets = [](const std::string& rule) {
    const std::string empty = std::string("TZif2") + std::string(39, '\0');
    std::string one_type = empty;
    one_type[39] = 1;  // types
    auto changes = parse_zone_file(empty + one_type + std::string(6, '\0') + "\n" + rule + "\n");
    if (!changes) return changes.error().message;
    std::string text;
    for (size_t i = 0; i < changes->size() && i < 3; ++i) {
      const OffsetChange& change = (*changes)[i];
      text += (i ? " " : "") + (i ? format_time(change.time_s * kSecond_us) + "=" : "") +
              std::to_string(change.offset_s);
    }
    return text;
  };
  EXPECT_EQ(offsets("<+0530>-5:30"), "19800");
  EXPECT_EQ(offsets("<-03>3"), "-10800");
  EXPECT_EQ(offsets("EST5EDT,M3.2.0,M11.1.0"),
            "0 1970-03-08T07:00:00Z=-14400 1970-11-01T06:00:00Z=-18000");
  EXPECT_EQ(offsets("AAA0BBB-0:30,J60/0,59/25"),
            "0 1970-03-01T00:00:00Z=1800 1970-03-02T00:30:00Z=0");
  EXPECT_EQ(offsets("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"),
            "0 1970-03-29T01:00:00Z=-3600 1970-10-25T01:00:00Z=-7200");
  for (const char* wrong : {"5", "EST", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST999",
                            "EST5EDT,M3.2.0,M11.1.0,", "<EST5"})
    EXPECT_TRUE(offsets(wrong).starts_with("expected a rule")) << wrong;
}

}  // namespace
}  // namespace ballcone
