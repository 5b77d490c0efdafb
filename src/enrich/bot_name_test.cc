#include "enrich/bot_name.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(BotName, OfListedPatternIsProduct) {
  struct Row {
    const char* pattern;
    const char* example;
    const char* want;
  };
  const Row rows[] = {
      {R"(Googlebot\/)", "Googlebot/2.1 (+http://www.google.com/bot.html)", "Googlebot"},
      {"[pP]ingdom", "", "Pingdom"},
      {"S[eE][mM]rushBot", "", "SemrushBot"},
      {R"(Mail\.RU_Bot)", "", "Mail.RU_Bot"},
      {R"(updown\.io)", "updown.io daemon 2.11", "updown.io"},
      {R"(SSL Labs \(https:\/\/www\.ssllabs\.com)", "", "SSL Labs"},
      {R"(Current[\s\S]*RSS Reader)", "", "Current"},
      {"(sistrix|SISTRIX) [cC]rawler",
       "Mozilla/5.0 (compatible; SISTRIX Crawler; http://crawler.sistrix.net/)", "SISTRIX"},
      {R"(yandex\.com\/bots)", "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
       "YandexBot"},
      {R"(loc\.gov\/programs\/web-archiving)",
       "Mozilla/5.0 (Windows NT 10.0; Win64; x64) (+https://www.loc.gov/programs/web-archiving/)",
       "loc.gov"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(name_of_pattern(row.pattern, row.example), row.want) << row.pattern;
}

TEST(BotName, OfUnlistedIsItsFirstProduct) {
  struct Row {
    const char* user_agent;
    const char* want;
  };
  const Row rows[] = {
      {"Mozilla/5.0 (compatible; Acme/1.0; +http://acme.test/)", "Acme"},
      {"AcmeClient/2.1", "AcmeClient"},
      {"Mozilla/5.0 (Windows NT 10.0) Chrome/1 (+https://www.acme.test/bot.html)", "acme.test"},
      {"Mozilla/5.0", "Mozilla"},
      {"bot@acme.test", "bot"},
      {"-", "unnamed"},
      {"é", "unnamed"},
  };
  for (const Row& row : rows) EXPECT_EQ(name_of_product(row.user_agent), row.want);
  EXPECT_EQ(name_of_product(std::string(500, 'x')).size(), 64u);
}

TEST(BotName, AroundWordTakesTheWholeWordOrTheOneBefore) {
  struct Row {
    const char* user_agent;
    const char* word;
    const char* want;
  };
  const Row rows[] = {
      {"Mozilla/5.0 (compatible; AcmeSpider/1.0)", "Spider", "AcmeSpider"},
      {"Acme crawler/1.0", "crawl", "Acme crawler"},
      {"Mozilla/5.0 (compatible; crawler; Acme/2)", "crawl", "Acme"},
      {"Mozilla/5.0 (compatible; Acme/1.0; +http://acme.test/crawler)", "crawl", "Acme"},
      {"crawler", "crawl", "crawler"},
      {"é crawler", "crawl", "crawler"},
  };
  for (const Row& row : rows) {
    const std::string_view text = row.user_agent;
    EXPECT_EQ(
        name_around(text, text.substr(text.find(row.word), std::string_view(row.word).size())),
        row.want)
        << text;
  }
}

}  // namespace
}  // namespace ballcone
