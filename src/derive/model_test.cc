// Page views, visits and all totals of random hits, against a computation of another kind.
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "derive/test_model.h"
#include "derive/test_rows.h"

namespace ballcone {
namespace {

std::string sorted(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return Model::sorted(std::move(lines));
}

// Of one line that only one of them has; for messages of bearable length.
std::string difference(const std::string& got, const std::string& want) {
  std::set<std::string> lines[2];
  for (const bool is_got : {true, false}) {
    std::istringstream stream(is_got ? got : want);
    for (std::string line; std::getline(stream, line);) lines[is_got ? 1 : 0].insert(line);
  }
  std::string out;
  for (const auto& line : lines[1])
    if (lines[0].count(line) == 0 && out.size() < 2'000) out += "too much: " + line + "\n";
  for (const auto& line : lines[0])
    if (lines[1].count(line) == 0 && out.size() < 4'000) out += "missing: " + line + "\n";
  return out.empty() ? "the same lines in other numbers\n" : out;
}

void expect_alike(const std::string& got, const std::string& want, const std::string& what) {
  const std::string lines = sorted(got);
  if (lines != want) ADD_FAILURE() << what << "\n" << difference(lines, want);
}

struct Place {
  const char* zone;
  int64_t from_day;  // UTC
  int days;
  int services;
  bool has_script = false;
};

// Scripts and pixels count what logs have seen, near to it and far from it, and what they have not.
void collect(std::mt19937& random, Row* row) {
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  row->visitor %= 12;
  row->time_us += upto(5) * 20 * kSecond_us;
  const int what = upto(20);
  if (what < 7 && row->kind == "page") row->via = "script";
  if (what == 7 && row->kind == "page") row->via = "pixel";
  if (what > 16) {
    row->via = "script";
    row->kind = "event";
    row->event = what == 17 ? "engagement" : what == 18 ? "" : "order";
  }
}

// Times lie a quarter of an hour apart, give or take a second, so that visits end often; the first
// ones are of the hours' very beginnings, some of which are midnights and changes of clocks.
std::vector<Row> random_rows_of(std::mt19937& random, const Place& place, size_t count) {
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto one_of = [&](std::initializer_list<const char*> texts) {
    return std::string(*(texts.begin() + upto(static_cast<int>(texts.size()))));
  };
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    Row row;
    row.time_us = place.from_day * kDay_us;
    if (const int hour = static_cast<int>(i); hour < place.days * 24)
      row.time_us += hour * 60 * kMinute_us;
    else
      row.time_us += upto(place.days * 24 * 4) * 15 * kMinute_us + (upto(3) - 1) * kSecond_us;
    row.visitor = static_cast<uint64_t>(upto(40));
    row.service = upto(4) < place.services - 1 ? "other" : "example";
    row.host = one_of({"example.org", "www.example.org"});
    row.path = fmt::format("/{}", upto(6));
    row.kind = one_of({"page", "page", "page", "asset", "error"});
    // Of these some come to two paths in a day, some do not.
    if (upto(60) == 0) {
      row.kind = "probe";
      row.path = one_of({"/.env", "/.git", "/wp-login.php"});
    }
    row.channel = one_of({"Direct", "Internal", "Internal", "Organic Search", "Social"});
    if (row.channel != "Direct") row.referrer = fmt::format("https://r{}.example/", upto(5));
    if (upto(3) == 0) row.query = fmt::format("q={}", upto(8));
    if (row.visitor % 13 == 12) row.bot = one_of({"Bot", "Other bot"});
    if (upto(15) == 0) row.purpose = "prefetch";
    row.cache_status = one_of({"", "HIT", "MISS", "UPDATING"});
    row.edge_location = one_of({"", "FRA2", "LHR3-C1"});
    row.method = one_of({"GET", "POST"});
    if (place.has_script) collect(random, &row);
    row.status = upto(20) == 0 ? kAbsent<uint16_t>
                               : static_cast<uint16_t>(upto(8) == 0 ? 404 : 200 + upto(4) * 100);
    rows.push_back(row);
  }
  return rows;
}

// Rules that the model does not know.
const std::vector<std::string> kOtherRules = {"no-user-agent", "robots-txt", "sec-fetch",
                                              "rate",          "no-assets",  "datacenter"};

void expect_model(const Derivation& derivation, const Model& model, const std::string& about) {
  expect_alike(derivation.bots(), model.bots(), about + ": bots");
  expect_alike(derivation.page_views(), model.page_views(), about + ": page_views");
  expect_alike(derivation.all_visits(), model.visits(), about + ": visits");
  for (const Totals& table : totals())
    expect_alike(derivation.sums_of(table), model.sums_of(table),
                 about + ": " + std::string(table.name));
}

TEST(Model, IsWhatDerivationComesTo) {
  // Deriving takes its time per service and day.
  const Place kPlaces[] = {
      {"UTC", days_of_civil(2028, 2, 28), 3, 2},               // the 29th is a day
      {"America/New_York", days_of_civil(2026, 3, 8), 2, 1},   // a day of 23 hours
      {"America/New_York", days_of_civil(2026, 11, 1), 2, 1},  // and of 25
      {"Asia/Kolkata", days_of_civil(2026, 11, 22), 2, 1},
      {"UTC", days_of_civil(2026, 11, 22), 2, 2, true},
      {"America/New_York", days_of_civil(2026, 11, 1), 2, 1, true},
  };
  unsigned seed = 10;
  for (const Place& place : kPlaces) {
    std::mt19937 random(++seed);
    const std::vector<Row> rows = random_rows_of(random, place, 1'500);
    const Model model(rows, place.zone);
    EXPECT_GT(model.visit_count(), 250U);
    Derivation derivation;
    derivation.zones.usual = *TimeZone::find(place.zone);
    derivation.options.rules_off = kOtherRules;
    derivation.add(rows).derive();
    const std::string about = fmt::format("{} from day {}", place.zone, place.from_day);
    expect_model(derivation, model, about);

    // Some of a day come later: what is added to it comes to the same.
    std::vector<Row> all = rows;
    const std::vector<Row> more = random_rows_of(
        random, {place.zone, place.from_day + 1, 1, place.services, place.has_script}, 30);
    all.insert(all.end(), more.begin(), more.end());
    EXPECT_GT(derivation.add(more).derive().increments, 0U);
    expect_model(derivation, Model(all, place.zone), about + " with what came later");
  }
}

// Of a visitor five minutes apart.
TEST(Model, BeginsAnotherVisitAtLocalMidnight) {
  const struct {
    const char* zone;
    std::vector<const char*> midnights;  // in UTC
  } kRows[] = {
      // Before and after days of 23 and of 25 hours.
      {"America/New_York",
       {"2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", "2026-11-01T04:00:00Z",
        "2026-11-02T05:00:00Z"}},
      {"Asia/Kolkata", {"2028-02-28T18:30:00Z", "2028-02-29T18:30:00Z"}},
  };
  for (const auto& row : kRows) {
    Derivation derivation;
    derivation.zones.usual = *TimeZone::find(row.zone);
    std::vector<Row> rows;
    std::string want;
    for (size_t i = 0; i < row.midnights.size(); ++i) {
      const int64_t time_us = *parse_iso8601(row.midnights[i]);
      const uint64_t visitor = i + 1;
      rows.push_back({.time_us = time_us - 1, .visitor = visitor, .path = "/last"});
      rows.push_back({.time_us = time_us, .visitor = visitor, .path = "/first"});
      rows.push_back({.time_us = time_us + 5 * kMinute_us, .visitor = visitor, .path = "/next"});
      const int64_t day = time_us / kDay_us;
      const int64_t later = std::string_view(row.zone).starts_with("Asia") ? 1 : 0;
      want += fmt::format("{}|1|/last|/last|1\n{}|1|/first|/next|2\n", format_day(day + later - 1),
                          format_day(day + later));
    }
    derivation.add(rows).derive();
    EXPECT_EQ(derivation.answer("SELECT day, visit, entry_path, exit_path, views FROM main.visits"
                                " ORDER BY start"),
              want);
    expect_model(derivation, Model(rows, row.zone), row.zone);
  }
}

}  // namespace
}  // namespace ballcone
