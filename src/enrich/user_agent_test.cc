#include "enrich/user_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "base/text.h"

namespace ballcone {
namespace {

using testing::HasSubstr;

const std::string kRegexes = BALLCONE_DATA_DIR "/regexes.yaml";
// Where Debian's package uap-core puts uap-core's own tests.
const std::filesystem::path kUapTests = "/usr/share/uap-core/tests";

std::unique_ptr<UserAgentParser> open() {
  auto parser = open_user_agents(kRegexes);
  if (!parser) throw std::runtime_error(parser.error().message);
  return std::move(*parser);
}

std::string to_string(const UserAgent& agent) {
  return agent.browser + "|" + agent.browser_version + "|" + agent.os + "|" + agent.os_version +
         "|" + std::string(agent.device);
}

TEST(UserAgent, SaysBrowserSystemAndDevice) {
  struct Row {
    const char* user_agent;
    const char* want;
  };
  const Row rows[] = {
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/120.0.6099.130 Safari/537.36",
       "Chrome|120.0.6099|Windows|10|desktop"},
      {"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
       "Firefox|121.0|Ubuntu||desktop"},
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_2_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
       "Gecko) Version/17.2 Mobile/15E148 Safari/604.1",
       "Mobile Safari|17.2|iOS|17.2.1|mobile"},
      {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
       "Mobile Safari/537.36",
       "Chrome Mobile|120.0.0|Android|10|mobile"},
      {"curl/8.1.2", "curl|8.1.2|||other"},
      {"nonsense", "||||other"},
      {"", "||||other"},
  };
  const auto parser = open();
  for (const Row& row : rows) {
    EXPECT_EQ(to_string(parser->parse(row.user_agent)), row.want) << row.user_agent;
    EXPECT_EQ(to_string(parser->parse(row.user_agent)), row.want) << "from the cache";
  }
}

TEST(UserAgent, KeepsCharactersWhole) {
  const auto parser = open();
  // The third part of ArcGIS Pro's version is whatever stands there, here cut at the longest text.
  for (size_t spaces = 0; spaces < 2; ++spaces) {
    std::string text =
        std::string(PatternSet::kTextBytesMax - 20 - spaces, ' ') + "ArcGIS Pro 1.2.";
    for (int i = 0; i < 9; ++i) text += "é";
    const UserAgent found = parser->parse(text);
    EXPECT_EQ(found.browser, "ArcGIS Pro");
    EXPECT_TRUE(found.browser_version.starts_with("1.2.éé")) << found.browser_version;
    EXPECT_TRUE(is_utf8(found.browser_version)) << found.browser_version;
  }
}

TEST(UserAgent, FillsColumnsOfDistinctTexts) {
  HitBatch batch;
  for (const char* user_agent :
       {"curl/8.1.2", "", "curl/8.1.2", "Lynx/2.8.9rel.1 libwww-FM/2.14"}) {
    Hit hit;
    hit.user_agent = user_agent;
    batch.append(hit);
  }
  const auto parser = open();
  EnrichContext context;
  context.user_agents = parser.get();
  fill_user_agent(batch, context);
  ASSERT_EQ(batch.browser.size(), 3u);
  EXPECT_EQ(batch.browser.at(0), "");
  EXPECT_EQ(batch.device.at(0), "");
  EXPECT_EQ(batch.browser.at(1), "curl");
  EXPECT_EQ(batch.browser_version.at(1), "8.1.2");
  EXPECT_EQ(batch.browser.at(2), "Lynx");
  EXPECT_EQ(batch.device.at(2), "other");
}

TEST(UserAgent, LeavesColumnsAbsentWithoutRules) {
  HitBatch batch;
  Hit hit;
  hit.user_agent = "curl/8.1.2";
  batch.append(hit);
  EnrichContext context;
  fill_user_agent(batch, context);
  ASSERT_EQ(batch.os.size(), 2u);
  EXPECT_EQ(batch.browser.at(1), "");
  EXPECT_EQ(batch.device.at(1), "");
}

TEST(UserAgent, SaysWhichFileIsWrong) {
  const auto none = open_user_agents("/nowhere/regexes.yaml");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("/nowhere/regexes.yaml"));
  EXPECT_FALSE(open_user_agents(BALLCONE_DATA_DIR "/referrers.json"));
}

std::string text_of(const YAML::Node& value) {
  return value.IsDefined() && !value.IsNull() ? value.as<std::string>() : "";
}

// One test case: the user agent, then what is wanted of it in the order of UapFields.
void check_uap_cases(const char* file, UapSection section, std::vector<const char*> keys,
                     size_t want_cases) {
  const auto path = kUapTests / file;
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << path << " is not there: install Debian's package uap-core";
  auto rules = read_uap_rules(kRegexes, {section});
  ASSERT_TRUE(rules) << rules.error().message;
  size_t cases = 0, wrong = 0;
  for (const YAML::Node& test : YAML::LoadFile(path.string())["test_cases"]) {
    ++cases;
    const auto user_agent = test["user_agent_string"].as<std::string>();
    const UapFields got = (*rules)[0].find(user_agent).value_or(UapFields());
    for (size_t i = 0; i < keys.size(); ++i) {
      std::string want = text_of(test[keys[i]]);
      if (i == 0 && want == "Other") want.clear();
      if (got[i] == want) continue;
      if (++wrong <= 20)
        ADD_FAILURE() << keys[i] << ": expected " << want << ", got " << got[i] << ": "
                      << user_agent;
    }
  }
  EXPECT_EQ(wrong, 0u);
  EXPECT_GE(cases, want_cases);
}

TEST(UapRules, PassTheirBrowserCases) {
  check_uap_cases("test_ua.yaml", UapSection::browsers, {"family", "major", "minor", "patch"},
                  1425);
}

TEST(UapRules, PassTheirSystemCases) {
  check_uap_cases("test_os.yaml", UapSection::systems,
                  {"family", "major", "minor", "patch", "patch_minor"}, 456);
}

TEST(UapRules, PassTheirDeviceCases) {
  check_uap_cases("test_device.yaml", UapSection::devices, {"family", "brand", "model"}, 16111);
}

}  // namespace
}  // namespace ballcone
