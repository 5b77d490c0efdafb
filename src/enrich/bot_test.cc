#include "enrich/bot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "enrich/bot_table.h"

namespace ballcone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const std::string kList = BALLCONE_DATA_DIR "/crawler-user-agents.json";
const std::filesystem::path kUapTests = "/usr/share/uap-core/tests";

BotList& bots() {
  static const auto kBots = [] {
    auto opened = open_bots(kList);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }();
  return *kBots;
}

nlohmann::json read_list() { return nlohmann::json::parse(std::ifstream(kList)); }

struct Row {
  const char* user_agent;
  const char* name;
  const char* kind;
};

void expect_bots(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    const Bot bot = bots().find(row.user_agent);
    EXPECT_EQ(bot.name, row.name) << row.user_agent;
    EXPECT_EQ(bot.kind, row.kind) << row.user_agent;
    EXPECT_FALSE(bot.reason.empty()) << row.user_agent;
  }
}

TEST(BotList, NamesWhoCollectsForModels) {
  expect_bots({
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
       "+https://openai.com/gptbot)",
       "GPTBot", "ai-training"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; "
       "+claudebot@anthropic.com)",
       "ClaudeBot", "ai-training"},
      {"claudebot", "ClaudeBot", "ai-training"},
      {"anthropic-ai", "anthropic-ai", "ai-training"},
      {"CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot", "ai-training"},
      {"Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile "
       "Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
       "Bytespider", "ai-training"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1) AppleWebKit/600.2.5 (KHTML, like Gecko) "
       "Version/8.0.2 Safari/600.2.5 (Amazonbot/0.1; "
       "+https://developer.amazon.com/support/amazonbot)",
       "Amazonbot", "ai-training"},
      {"meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
       "meta-externalagent", "ai-training"},
      {"cohere-ai", "cohere-ai", "ai-training"},
      {"Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.2) Gecko/20090729 "
       "Firefox/3.5.2 (.NET CLR 3.5.30729; Diffbot/0.1)",
       "Diffbot", "ai-training"},
      {"Mozilla/5.0 (compatible; Applebot-Extended/0.1)", "Applebot-Extended", "ai-training"},
      {"Mozilla/5.0 (compatible; AI2Bot/1.0; +https://allenai.org/crawler)", "AI2Bot",
       "ai-training"},
      {"img2dataset", "img2dataset", "ai-training"},
      {"omgilibot/0.4 +http://omgili.com", "omgili", "ai-training"},
  });
}

TEST(BotList, NamesWhoFetchesForAssistants) {
  expect_bots({
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; OAI-SearchBot/1.0; "
       "+https://openai.com/searchbot",
       "OAI-SearchBot", "ai-search"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; "
       "+https://perplexity.ai/perplexitybot)",
       "PerplexityBot", "ai-search"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-SearchBot/1.0; "
       "+Claude-SearchBot@anthropic.com)",
       "Claude-SearchBot", "ai-search"},
      {"Mozilla/5.0 (compatible; YouBot/1.0; +https://about.you.com/youbot/)", "YouBot",
       "ai-search"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; "
       "+https://openai.com/bot",
       "ChatGPT-User", "ai-user"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; "
       "+Claude-User@anthropic.com)",
       "Claude-User", "ai-user"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; "
       "+https://perplexity.ai/perplexity-user)",
       "Perplexity-User", "ai-user"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MistralAI-User/1.0; "
       "+https://docs.mistral.ai/robots)",
       "MistralAI-User", "ai-user"},
      {"DuckAssistBot/1.2; (+http://duckduckgo.com/duckassistbot.html)", "DuckAssistBot",
       "ai-user"},
      {"meta-externalfetcher/1.1", "meta-externalfetcher", "ai-user"},
  });
}

TEST(BotList, NamesSearchEngines) {
  expect_bots({
      {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot",
       "search"},
      {"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like "
       "Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
       "+http://www.google.com/bot.html)",
       "Googlebot", "search"},
      {"Googlebot-Image/1.0", "Googlebot-Image", "search"},
      {"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot",
       "search"},
      {"Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "YandexBot", "search"},
      {"Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
       "Baiduspider", "search"},
      {"DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)", "DuckDuckBot", "search"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       "Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
       "Applebot", "search"},
      {"Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile "
       "Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
       "PetalBot", "search"},
      {"Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)", "Sogou",
       "search"},
      {"Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
       "Yahoo! Slurp", "search"},
  });
}

TEST(BotList, NamesSeoSocialMonitorsAndFeeds) {
  expect_bots({
      {"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot", "seo"},
      {"Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", "SemrushBot",
       "seo"},
      {"Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)", "MJ12bot", "seo"},
      {"Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot)", "DotBot",
       "seo"},
      {"Screaming Frog SEO Spider/19.0", "Screaming Frog SEO Spider", "seo"},
      {"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
       "facebookexternalhit", "social"},
      {"Twitterbot/1.0", "Twitterbot", "social"},
      {"LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
       "LinkedInBot", "social"},
      {"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot", "social"},
      {"Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "Discordbot", "social"},
      {"TelegramBot (like TwitterBot)", "TelegramBot", "social"},
      {"WhatsApp/2.23.20.0 A", "WhatsApp", "social"},
      {"http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/)", "Mastodon", "social"},
      {"Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "UptimeRobot",
       "monitor"},
      {"Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "Pingdom", "monitor"},
      {"Blackbox Exporter/0.24.0", "Blackbox Exporter", "monitor"},
      {"ELB-HealthChecker/2.0", "ELB-HealthChecker", "monitor"},
      {"kube-probe/1.28", "kube-probe", "monitor"},
      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
       "Safari/537.36 PTST/230101.1",
       "WebPageTest", "monitor"},
      {"Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
       "Feedfetcher-Google", "feed"},
      {"Mozilla/5.0 (compatible; Miniflux/2.0.49; +https://miniflux.app)", "Miniflux", "feed"},
      {"Tiny Tiny RSS/23.05 (https://tt-rss.org/)", "Tiny Tiny RSS", "feed"},
      {"NetNewsWire (RSS Reader; https://netnewswire.com/)", "NetNewsWire", "feed"},
  });
}

TEST(BotList, NamesToolsAndScanners) {
  expect_bots({
      {"curl/8.1.2", "curl", "tool"},
      {"Wget/1.21.3", "Wget", "tool"},
      {"python-requests/2.31.0", "python-requests", "tool"},
      {"Python/3.11 aiohttp/3.8.5", "aiohttp", "tool"},
      {"Go-http-client/2.0", "Go-http-client", "tool"},
      {"okhttp/4.9.3", "okhttp", "tool"},
      {"libwww-perl/6.67", "libwww-perl", "tool"},
      {"Java/17.0.5", "Java", "tool"},
      {"axios/1.6.2", "axios", "tool"},
      {"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "node-fetch", "tool"},
      {"Scrapy/2.11.0 (+https://scrapy.org)", "Scrapy", "tool"},
      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "HeadlessChrome/120.0.0.0 Safari/537.36",
       "HeadlessChrome", "tool"},
      {"Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 "
       "Safari/538.1",
       "PhantomJS", "tool"},
      {"Playwright/1.40.1 (x64; debian 12) node/18.19", "Playwright", "tool"},
      {"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.3693",
       "PowerShell", "tool"},
      {"Dalvik/2.1.0 (Linux; U; Android 9; SM-G960F Build/PPR1.180610.011)", "Dalvik", "tool"},
      {"WordPress/6.4.2; https://example.com", "WordPress", "tool"},
      {"Mozilla/5.0 zgrab/0.x", "zgrab", "scanner"},
      {"masscan/1.3 (https://github.com/robertdavidgraham/masscan)", "masscan", "scanner"},
      {"Nuclei - Open-source project (github.com/projectdiscovery/nuclei)", "Nuclei", "scanner"},
      {"Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)", "Nmap",
       "scanner"},
      {"sqlmap/1.7.2#stable (https://sqlmap.org)", "sqlmap", "scanner"},
      {"Mozilla/5.00 (Nikto/2.1.5) (Evasions:None) (Test:Port Check)", "Nikto", "scanner"},
      {"Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", "CensysInspect",
       "scanner"},
      {"Expanse, a Palo Alto Networks company, searches across the global IPv4 space multiple "
       "times per day to identify customers' presences on the Internet.",
       "Expanse", "scanner"},
      {"Hello from Palo Alto Networks, find out more about our scans in "
       "https://docs-cortex.paloaltonetworks.com/r/1/Cortex-Xpanse/Scanning-activity",
       "Palo Alto Networks", "scanner"},
      {"Hello, World", "Hello World", "scanner"},
      {"${jndi:ldap://192.0.2.1/a}", "Log4Shell probe", "scanner"},
      {"() { :; }; /bin/bash -c 'id'", "Shellshock probe", "scanner"},
      {"fasthttp", "fasthttp", "tool"},
  });
}

TEST(BotList, SuspectsWhatNoBrowserWouldSay) {
  expect_bots({
      {"AcmeBot/1.0", "AcmeBot", "other"},
      {"Mozilla/5.0 (compatible; AcmeSpider/0.3; admin@acme.test)", "AcmeSpider", "other"},
      {"Acme crawler (test)", "Acme crawler", "other"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/99 (+https://acme.test/why)", "acme.test",
       "other"},
      {"Mozilla/5.0", "Mozilla", "other"},
      {"Mozilla/5.0 (compatible)", "Mozilla", "other"},
      {"AcmeApp/2.0", "AcmeApp", "other"},
      {"test", "test", "other"},
      {"-", "unnamed", "other"},
  });
  EXPECT_EQ(bots().find("AcmeBot/1.0").reason, "User-Agent calls itself a bot");
  EXPECT_EQ(bots().find("AcmeApp/2.0").reason, "User-Agent is not a browser's");
  EXPECT_EQ(bots().find("curl/8.1.2").reason, "User-Agent names a tool");
  EXPECT_EQ(bots().find("Twitterbot/1.0").reason, "User-Agent list: Twitterbot");
}

TEST(BotList, TakesBrowsersForPeople) {
  std::ifstream browsers(BALLCONE_SOURCE_DIR "/test/samples/user_agents/people.txt");
  size_t count = 0;
  for (std::string user_agent; std::getline(browsers, user_agent); ++count) {
    const Bot bot = bots().find(user_agent);
    EXPECT_EQ(bot.name, "") << bot.reason << ": " << user_agent;
  }
  EXPECT_GE(count, 60u);
}

TEST(BotList, FlagsEveryExampleOfTheList) {
  size_t examples = 0;
  std::vector<std::string> people;
  for (const auto& row : read_list()) {
    for (const auto& example : row["instances"]) {
      ++examples;
      const Bot bot = bots().find(example.get<std::string>());
      if (bot.name.empty()) people.push_back(row["pattern"].get<std::string>());
      const auto known = std::find(std::begin(kBotKindNames), std::end(kBotKindNames), bot.kind);
      EXPECT_EQ(bot.name.empty(), known == std::end(kBotKindNames)) << example;
    }
  }
  EXPECT_GT(examples, 2000u);
  // These are people; see kListCorrections.
  EXPECT_THAT(people, UnorderedElementsAre(R"(AP3A\.240617\.008)", R"(Code\/1\.)", "Fluid",
                                           "MetaIAB Facebook", R"(Trae\/)"));
}

TEST(BotList, CorrectsOnlyWhatTheListHas) {
  std::set<std::string> patterns;
  for (const auto& row : read_list()) patterns.insert(row["pattern"].get<std::string>());
  for (const ListCorrection& correction : kListCorrections)
    EXPECT_TRUE(patterns.contains(std::string(correction.pattern))) << correction.pattern;
}

TEST(BotList, FindsEveryRowOfOurTable) {
  for (const KnownBot& row : kKnownBots) {
    const std::string token(row.token.substr(row.token.front() == '^' ? 1 : 0));
    const Bot bot = bots().find(token + " 1.0");
    EXPECT_EQ(bot.name, row.name.empty() ? row.token : row.name);
    EXPECT_EQ(bot.kind, name_of(row.kind)) << token;
  }
}

// What uap-core's tests say a browser or a device is, and we do not.
TEST(BotList, TakesFewDevicesForBots) {
  const auto path = kUapTests / "test_device.yaml";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << path << " is not there: install Debian's package uap-core";
  size_t devices = 0, suspects = 0;
  for (const YAML::Node& test : YAML::LoadFile(path.string())["test_cases"]) {
    const auto user_agent = test["user_agent_string"].as<std::string>();
    if (test["family"].as<std::string>() == "Spider" || !user_agent.starts_with("Mozilla/"))
      continue;
    ++devices;
    if (bots().find(user_agent).name.empty()) continue;
    if (++suspects > 3) ADD_FAILURE() << bots().find(user_agent).name << ": " << user_agent;
  }
  EXPECT_GT(devices, 9000u);
}

TEST(BotList, NameHasOneKindAndOneReason) {
  std::map<std::string, std::pair<std::string, std::string>> seen;
  std::vector<std::string> texts = {"googleBOT/2", "CURL", "Acme", "acme", "AcmeBot", "ACMEBOT x"};
  for (const auto& row : read_list()) {
    for (const auto& example : row["instances"]) {
      texts.push_back(example.get<std::string>());
      // Half of it, which is often another bot's, or nobody's.
      texts.push_back(texts.back().substr(texts.back().size() / 2));
    }
  }
  for (const std::string& text : texts) {
    const Bot bot = bots().find(text);
    const std::pair<std::string, std::string> verdict(bot.kind, bot.reason);
    EXPECT_EQ(seen.emplace(bot.name, verdict).first->second, verdict) << text;
  }
}

TEST(BotList, SaysWhichFileIsWrong) {
  const auto none = open_bots("/nowhere/crawler-user-agents.json");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("/nowhere/crawler-user-agents.json"));
  EXPECT_FALSE(open_bots(BALLCONE_DATA_DIR "/regexes.yaml"));
  EXPECT_FALSE(open_bots(BALLCONE_DATA_DIR "/referrers.json"));
}

void append(HitBatch* batch, const char* service, const char* user_agent) {
  Hit hit;
  hit.service = service;
  hit.user_agent = user_agent;
  batch->append(hit);
}

std::vector<std::string> bots_by_row(const HitBatch& batch) {
  std::vector<std::string> rows;
  for (size_t i = 0; i < batch.rows(); ++i) {
    const uint32_t code = batch.bot.codes()[i];
    rows.push_back(std::string(batch.bot.at(i)) + "|" + std::string(batch.bot_kind.at(code)) + "|" +
                   std::string(batch.bot_reason.at(code)));
  }
  return rows;
}

constexpr const char* kFirefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0";

TEST(FillBot, GivesEveryRowItsVerdict) {
  HitBatch batch;
  append(&batch, "blog", "");
  append(&batch, "blog", kFirefox);
  append(&batch, "blog", "curl/8.1.2");
  append(&batch, "blog", "curl/7.64.0");
  append(&batch, "blog", kFirefox);
  EnrichContext context;
  context.bots = &bots();
  fill_bot(batch, context);
  EXPECT_THAT(bots_by_row(batch), ElementsAre("||", "||", "curl|tool|User-Agent names a tool",
                                              "curl|tool|User-Agent names a tool", "||"));
  EXPECT_EQ(batch.bot_kind.size(), batch.bot.distinct().size());
  EXPECT_EQ(batch.bot_reason.size(), batch.bot.distinct().size());
}

TEST(FillBot, WithoutListNobodyIsOne) {
  HitBatch batch;
  append(&batch, "blog", "curl/8.1.2");
  EnrichContext context;
  fill_bot(batch, context);
  EXPECT_THAT(bots_by_row(batch), ElementsAre("||"));
}

}  // namespace
}  // namespace ballcone
