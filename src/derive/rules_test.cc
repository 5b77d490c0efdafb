#include "derive/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/time.h"
#include "hit/batch.h"

namespace ballcone {
namespace {

constexpr int64_t kNoon_us = days_of_civil(2026, 11, 23) * kDay_us + kDay_us / 2;
constexpr int64_t kMinute_us = 60 * kSecond_us;

struct Row {
  uint64_t visitor = 1;
  std::string_view path = "/";
  std::string_view kind = "page";
  std::string_view channel = "Direct";
  std::string_view fetch_dest = "";
  std::string_view user_agent = "Firefox/143.0";
  std::string_view address = "192.0.2.0";
  uint16_t status = 200;
  int64_t time_us = kNoon_us;
  std::string_view scheme = "https";
  std::string_view bot = "";
};

// Of each User-Agent "Firefox/143.0" the browser and its version; addresses in 198.51.100.0/24 are
// Hetzner's.
class Day {
 public:
  Day() : store_(std::move(open_store({.threads = 1}).value())) {}

  Day& add(const Row& row) {
    Hit hit;
    hit.time_us = row.time_us;
    hit.service = "example";
    hit.user_agent = row.user_agent;
    hit.address = row.address;
    hit.status = row.status;
    hit.scheme = row.scheme;
    hit.fetch_dest = row.fetch_dest;
    batch_.append(hit);
    batch_.path.append(row.path, batch_.arena);
    batch_.kind.append(row.kind, batch_.arena);
    batch_.channel.append(row.channel, batch_.arena);
    batch_.bot.append(row.bot, batch_.arena);
    batch_.visitor.push_back(row.visitor);
    return *this;
  }
  Day& add(size_t count, Row row) {
    for (size_t i = 0; i < count; ++i) add(row);
    return *this;
  }
  // People of a site whose log shows all there is: 20 pages with 12 files, links, Sec-Fetch-Dest.
  Day& add_people() {
    static const std::vector<std::string> kFiles = [] {
      std::vector<std::string> files;
      for (int i = 0; i < 12; ++i) files.push_back("/file-" + std::to_string(i) + ".css");
      return files;
    }();
    for (uint64_t visitor = 1'000; visitor < 1'020; ++visitor) {
      add({.visitor = visitor, .fetch_dest = "document"});
      add({.visitor = visitor, .path = "/b", .channel = "Internal", .fetch_dest = "document"});
      for (const std::string& file : kFiles) add({visitor, file, "asset", "Internal", "style"});
    }
    return *this;
  }

  // "1 no-assets, 2 rate", those of people left out; or what went wrong.
  std::string verdicts(const std::set<std::string_view>& off = {},
                       const std::string& visitors = "") {
    store();
    const RunSql run = [this](const Sql& sql) { return store_->query(sql, {}); };
    const auto codes = find_rule_codes(run);
    if (!codes) return codes.error().message;
    const BotQuestion question{
        .day = "h.service = 1", .visitors = visitors, .is_unlisted = "h.bot = 0"};
    const auto log = read_log_facts(run, *codes, question);
    if (!log) return log.error().message;
    const auto table =
        run({verdicts_sql(*codes, *log, question,
                          [&](const BotRule& rule) { return !off.contains(rule.name); }) +
                 " ORDER BY visitor",
             {}});
    if (!table) return table.error().message;
    std::string text;
    for (const auto& row : table->rows) {
      const auto rule = static_cast<size_t>(std::get<int64_t>(row[1]));
      text += (text.empty() ? "" : ", ") + std::to_string(std::get<int64_t>(row[0])) + " " +
              std::string(bot_rules()[rule].name);
    }
    return text;
  }

 private:
  template <class Column>
  static void fill_up(Column& column, size_t rows, Arena& arena) {
    while (column.size() < rows) {
      if constexpr (std::is_same_v<Column, StringColumn>)
        column.append("", arena);
      else if constexpr (std::is_same_v<Column, NumberColumn<RequestId>>)
        column.push_back({});
      else
        column.push_back(kAbsent<typename Column::value_type>);
    }
  }
  void store() {
    if (batch_.rows() == 0) return;
    for (const std::string_view text : batch_.user_agent.distinct()) {
      const size_t slash = std::min(text.find('/'), text.size());
      batch_.browser.append(text.substr(0, slash), batch_.arena);
      batch_.browser_version.append(text.substr(std::min(slash + 1, text.size())), batch_.arena);
    }
    for (const std::string_view text : batch_.address.distinct())
      batch_.asn.push_back(text == "198.51.100.0" ? 24940 : kAbsent<uint32_t>);
    for_each_column([this](const auto& row) {
      fill_up(batch_.*row.data,
              row.role == Role::attribute ? (batch_.*row.of).distinct().size() : batch_.rows(),
              batch_.arena);
    });
    const auto done = store_->append(batch_);
    EXPECT_TRUE(done) << done.error().message;
    batch_.clear();
  }

  std::unique_ptr<Store> store_;
  HitBatch batch_;
};

TEST(BotRules, LeavePeopleAlone) {
  EXPECT_EQ(Day().verdicts(), "");
  EXPECT_EQ(Day().add_people().verdicts(), "");
  // One page of a log that shows nothing else.
  EXPECT_EQ(Day().add({}).verdicts(), "");
}

TEST(BotRules, NoUserAgentNeedsALogThatHasThem) {
  EXPECT_EQ(Day().add({.visitor = 7, .user_agent = ""}).verdicts(), "");
  EXPECT_EQ(Day().add({.visitor = 7, .user_agent = ""}).add({}).verdicts(), "7 no-user-agent");
  // The order does not matter, nor that it was a bot that showed them.
  EXPECT_EQ(Day().add({.bot = "GPTBot"}).add({.visitor = 7, .user_agent = ""}).verdicts(),
            "7 no-user-agent");
}

TEST(BotRules, ProbesAreTwoPathsOrNothingElse) {
  Day day;
  day.add({.visitor = 1, .path = "/wp-login.php", .kind = "probe"})
      .add({.visitor = 2, .path = "/wp-login.php", .kind = "probe"})
      .add({.visitor = 2})
      .add({.visitor = 3, .path = "/wp-login.php", .kind = "probe"})
      .add({.visitor = 3, .path = "/.env", .kind = "probe"})
      .add({.visitor = 3})
      .add(2, {.visitor = 4, .path = "/.env", .kind = "probe"})
      .add({.visitor = 4});
  EXPECT_EQ(day.verdicts(), "1 probes, 3 probes");
}

TEST(BotRules, ReadersOfRobotsTxtLoadNoPartsAndFollowNoLinks) {
  Day day;
  const Row robots{.path = "/robots.txt", .kind = "asset"};
  const auto add = [&](uint64_t visitor, Row row) {
    row.visitor = visitor;
    day.add(row);
  };
  add(1, robots);
  add(2, robots);
  add(2, {});
  add(3, robots);
  add(3, {.path = "/a.css", .kind = "asset"});
  add(4, robots);
  add(4, {.channel = "Internal"});
  EXPECT_EQ(day.verdicts(), "1 robots-txt, 2 robots-txt");
}

TEST(BotRules, BrowsersThatAlwaysSendSecFetchDoSo) {
  Day day;
  day.add_people()
      .add({.visitor = 1, .user_agent = "Chrome/143.0"})
      .add({.visitor = 2, .user_agent = "Chrome/70.0"})
      .add({.visitor = 3, .user_agent = "Mobile Safari/16.5"})
      .add({.visitor = 4, .user_agent = "Safari/17"})
      .add({.visitor = 5, .user_agent = "Konqueror/99"})
      .add({.visitor = 6, .user_agent = "Firefox/"})
      // Over http no browser does.
      .add({.visitor = 7, .user_agent = "Chrome/143.0", .scheme = "http"})
      .add({.visitor = 8, .user_agent = "Chrome/143.0", .scheme = ""})
      .add({.visitor = 9, .user_agent = "Chrome/143.0"})
      .add({.visitor = 9, .fetch_dest = "image", .user_agent = "Chrome/143.0"});
  EXPECT_EQ(day.verdicts(), "1 sec-fetch, 4 sec-fetch");
  // A log without the header.
  EXPECT_EQ(Day().add(100, {.visitor = 1, .path = "/a.css", .kind = "asset"}).verdicts(), "");
}

TEST(BotRules, RateIsOfOneMinute) {
  Day day;
  day.add(61, {.visitor = 1, .time_us = kNoon_us + 59 * kSecond_us});
  day.add(60, {.visitor = 2}).add(60, {.visitor = 2, .time_us = kNoon_us + kMinute_us});
  day.add(61, {.visitor = 3, .path = "/a.css", .kind = "asset"});
  EXPECT_EQ(day.verdicts(), "1 rate");
}

TEST(BotRules, PagesWithoutAssetsNeedALogThatShowsThem) {
  Day day;
  day.add(5, {.visitor = 1, .scheme = ""})
      .add(4, {.visitor = 2, .scheme = ""})
      .add(5, {.visitor = 3, .scheme = ""})
      .add({.visitor = 3, .path = "/a.css", .kind = "asset", .scheme = ""})
      .add(5, {.visitor = 4, .scheme = ""})
      .add({.visitor = 4, .channel = "Internal", .scheme = ""})
      // Someone who has all parts in the browser's cache.
      .add(5, {.visitor = 5, .status = 304, .scheme = ""})
      .add(5, {.visitor = 6, .fetch_dest = "document"});
  EXPECT_EQ(day.verdicts(), "");
  EXPECT_EQ(day.add_people().verdicts(), "1 no-assets");
}

TEST(BotRules, HostedProgramsLoadOnlyPages) {
  Day day;
  const auto add = [&](uint64_t visitor, std::string_view address, Row row = {}) {
    row.visitor = visitor;
    row.address = address;
    row.scheme = "";
    day.add(row);
  };
  add(1, "198.51.100.0");
  add(2, "192.0.2.0");
  add(3, "198.51.100.0");
  add(3, "198.51.100.0", {.path = "/a.css", .kind = "asset"});
  EXPECT_EQ(day.verdicts(), "");  // the log may have no parts
  EXPECT_EQ(day.add_people().verdicts(), "1 datacenter");
}

TEST(BotRules, AreSwitchedOffByName) {
  Day day;
  day.add(70, {.visitor = 1}).add({.visitor = 1, .path = "/robots.txt", .kind = "asset"});
  EXPECT_EQ(day.verdicts(), "1 robots-txt");
  EXPECT_EQ(day.verdicts({"robots-txt"}), "1 rate");
  EXPECT_EQ(day.verdicts({"robots-txt", "rate"}), "");
  std::set<std::string_view> all;
  for (const BotRule& rule : bot_rules()) all.insert(rule.name);
  EXPECT_EQ(day.verdicts(all), "");
}

TEST(BotRules, JudgeTheVisitorsAskedAboutAsTheyJudgeAll) {
  Day day;
  day.add_people().add(5, {.visitor = 1, .scheme = ""}).add(61, {.visitor = 2, .scheme = ""});
  EXPECT_EQ(day.verdicts(), "1 no-assets, 2 rate");
  EXPECT_EQ(day.verdicts({}, "h.visitor IN (2, 1000)"), "2 rate");
  EXPECT_EQ(day.verdicts({}, "h.visitor IN (1)"), "1 no-assets");
}

TEST(BotRules, PassOverBotsOfAUserAgentAndHitsOfNobody) {
  Day day;
  day.add(70, {.visitor = 1, .bot = "GPTBot"}).add(70, {.visitor = kAbsent<uint64_t>});
  EXPECT_EQ(day.verdicts(), "");
}

TEST(BotRules, HaveNamesReasonsAndBotsOfTheirOwn) {
  std::set<std::string_view> names, reasons, bots;
  for (const BotRule& rule : bot_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_TRUE(reasons.insert(rule.reason).second) << rule.name;
    EXPECT_EQ(rule.reason.find(':'), rule.reason.npos) << rule.name;
    EXPECT_FALSE(rule.doc.empty()) << rule.name;
    EXPECT_EQ(rule.is_of_behaviour(), !rule.bot.empty()) << rule.name;
    EXPECT_EQ(rule.is_of_behaviour(), bots.insert(rule.bot).second && !rule.bot.empty());
    EXPECT_EQ(rule_of_reason(rule.reason), &rule);
    EXPECT_EQ(find_rule(rule.name), &rule);
  }
  ASSERT_NE(rule_of_reason("User-Agent list: GPTBot"), nullptr);
  EXPECT_EQ(rule_of_reason("User-Agent list: GPTBot")->name, "user-agent-list");
  EXPECT_EQ(rule_of_reason(""), nullptr);
}

TEST(BotRules, TellWhichNameWasMeant) {
  EXPECT_TRUE(check_rule_name("no-assets"));
  EXPECT_EQ(check_rule_name("no-asset").error().message,
            R"(expected a bot rule, got "no-asset"; did you mean "no-assets"?)");
  EXPECT_TRUE(check_rule_name("honeypot")
                  .error()
                  .message.starts_with(
                      R"(expected a bot rule, got "honeypot"; there are user-agent-list, )"));
}

}  // namespace
}  // namespace ballcone
