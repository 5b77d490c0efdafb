#include "enrich/referrer.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace ballcone {
namespace {

const ReferrerList& sites() {
  static const auto list = open_referrers(BALLCONE_DATA_DIR "/referrers.json");
  EXPECT_TRUE(list) << list.error().message;
  return **list;
}

std::string parts(std::string_view referrer) {
  Referrer parsed;
  parse_referrer(referrer, &parsed);
  return parsed.text + " | " + parsed.host + " | " + std::string(parsed.path);
}

// "Name/kind"
std::string known(const Site* site) {
  constexpr std::string_view kKinds[] = {"unknown",  "search", "social", "video",
                                         "shopping", "email",  "ai",     "paid"};
  return site ? site->name + "/" + std::string(kKinds[static_cast<size_t>(site->kind)]) : "-";
}
std::string site(std::string_view referrer) {
  Referrer parsed;
  parse_referrer(referrer, &parsed);
  return known(sites().find(parsed.host, parsed.path));
}

TEST(Referrer, KeepsNeitherQueryNorFragmentNorCredentials) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", " |  | "},
      {"https://example.com/", "https://example.com/ | example.com | /"},
      {"https://example.com", "https://example.com | example.com | "},
      {"https://example.com/a/b?q=secret#x", "https://example.com/a/b | example.com | /a/b"},
      {"https://example.com?q=secret", "https://example.com | example.com | "},
      {"https://example.com/a#token=secret", "https://example.com/a | example.com | /a"},
      {"https://user:secret@example.com/a", "https://example.com/a | example.com | /a"},
      {"HTTPS://WWW.Example.COM:8443/A", "https://www.example.com:8443/A | example.com | /A"},
      {"https://www.com/", "https://www.com/ | com | /"},
      {"https://example.com./", "https://example.com./ | example.com | /"},
      {"http://[2001:db8::1]:80/a", "http://[2001:db8::1]:80/a | [2001:db8::1] | /a"},
      {"http://192.0.2.1:8080/", "http://192.0.2.1:8080/ | 192.0.2.1 | /"},
      {"http://localhost:3000/x", "http://localhost:3000/x | localhost | /x"},
      {"android-app://com.google.android.gm/",
       "android-app://com.google.android.gm/ | com.google.android.gm | /"},
      {"www.example.com/a?b", "www.example.com/a | example.com | /a"},
      {"https://сайт.рф/путь", "https://сайт.рф/путь | сайт.рф | /путь"},
      {"about:blank", "about:blank |  | "},
      {"word", "word |  | "},
      {"just some text?token=1", "just some text |  | "},
      {"https://", "https:// |  | "},
      {"https://a b/c", "https://a b/c |  | /c"},
      {"(https://x/?a=1)://b", "(https://x/ |  | "},
  };
  for (const auto& [referrer, want] : table) EXPECT_EQ(parts(referrer), want) << referrer;
}

TEST(Referrer, CutsLongTextOnCharacterBoundary) {
  std::string referrer = "https://example.com/";
  for (int i = 0; i < 2000; ++i) referrer += "п";
  Referrer parsed;
  parse_referrer(referrer, &parsed);
  EXPECT_LE(parsed.text.size(), kReferrerBytesMax);
  EXPECT_TRUE(is_utf8(parsed.text));
  parse_referrer("https://" + std::string(5000, 'a') + "/x", &parsed);
  EXPECT_EQ(parsed.text.size(), kReferrerBytesMax);
  EXPECT_EQ(parsed.path, "");
  EXPECT_EQ(parsed.host, "");  // longer than any name in DNS
}

TEST(ReferrerList, NamesSites) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"https://www.google.com/", "Google/search"},
      {"https://www.google.de/", "Google/search"},
      {"https://www.google.de/imgres", "Google Images/search"},
      {"https://www.google.co.uk/search?q=x", "Google/search"},
      {"https://mail.google.com/mail/u/0/", "Gmail/email"},
      {"https://docs.google.com/document/d/1", "Google Docs/unknown"},
      {"https://www.bing.com/", "Bing/search"},
      {"https://www.bing.com/images/search", "Bing Images/search"},
      {"https://duckduckgo.com/", "DuckDuckGo/search"},
      {"https://kagi.com/", "Kagi/search"},
      {"https://yandex.ru/", "Yandex/search"},
      {"https://m.facebook.com/", "Facebook/social"},
      {"https://lm.facebook.com/", "Facebook/social"},
      {"https://t.co/abc", "X (Twitter)/social"},
      {"https://lnkd.in/abc", "LinkedIn/social"},
      {"https://out.reddit.com/t3_x", "Reddit/social"},
      {"https://old.reddit.com/r/x", "Reddit/social"},
      {"https://news.ycombinator.com/item?id=1", "Hacker News/social"},
      {"https://lobste.rs/", "Lobsters/social"},
      {"https://bsky.app/", "Bluesky/social"},
      {"https://go.bsky.app/", "Bluesky/social"},
      {"https://www.threads.net/", "Threads/social"},
      {"https://l.threads.com/", "Threads/social"},
      {"https://mastodon.social/@a/1", "Mastodon/social"},
      {"https://www.tiktok.com/", "TikTok/video"},
      {"https://m.youtube.com/watch", "YouTube/video"},
      {"https://chatgpt.com/", "ChatGPT/ai"},
      {"https://chat.openai.com/", "ChatGPT/ai"},
      {"https://www.perplexity.ai/search/x", "Perplexity/ai"},
      {"https://claude.ai/", "Claude/ai"},
      {"https://gemini.google.com/app", "Gemini/ai"},
      {"https://copilot.microsoft.com/", "Microsoft Copilot/ai"},
      {"android-app://com.google.android.gm/", "Gmail/email"},
      {"android-app://com.google.android.googlequicksearchbox/", "Google/search"},
      {"https://de.wikipedia.org/wiki/X", "Wikipedia/unknown"},
      {"https://www.amazon.de/", "Amazon/shopping"},
      {"https://notfacebook.com/", "-"},
      {"https://facebook.com.evil.example/", "-"},
      {"https://example.com/", "-"},
      {"https://com/", "-"},
  };
  for (const auto& [referrer, want] : table) EXPECT_EQ(site(referrer), want) << referrer;
}

TEST(ReferrerList, UnderstandsSourcesAsPeopleWriteThem) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"google", "Google/search"},
      {"Google", "Google/search"},
      {" facebook ", "Facebook/social"},
      {"fb", "Facebook/social"},
      {"ig", "Instagram/social"},
      {"Twitter", "X (Twitter)/social"},
      {"x", "X (Twitter)/social"},
      {"hn", "Hacker News/social"},
      {"hacker-news", "Hacker News/social"},
      {"chatgpt.com", "ChatGPT/ai"},
      {"www.bing.com", "Bing/search"},
      {"l.facebook.com", "Facebook/social"},
      {"youtube", "YouTube/video"},
      {"google_ads", "Google/search"},
      {"newsletter", "-"},
      {"", "-"},
      {"yahoo", "Yahoo!/search"},
  };
  for (const auto& [source, want] : table)
    EXPECT_EQ(known(sites().find_source(source)), want) << source;
}

TEST(ReferrerList, SaysWhatIsWrongWithFile) {
  ReferrerList list;
  EXPECT_FALSE(list.add_json("[1]"));
  EXPECT_FALSE(list.add_json("{"));
  EXPECT_FALSE(list.add_json(R"({"a.example": "x"})"));
  EXPECT_FALSE(list.add_json(R"({"a.example": {"medium": "social", "source": 1}})"));
  EXPECT_TRUE(list.add_json(R"({"a.example": {"medium": "social", "source": "A"}})"));
  EXPECT_EQ(known(list.find("b.a.example", "/")), "A/social");
  EXPECT_FALSE(open_referrers("/nowhere/referrers.json"));
}

TEST(SiteOf, IsTheRegistrableDomain) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"example.com", "example.com"},
      {"shop.example.co.uk", "example.co.uk"},
      {"a.b.example.com", "example.com"},
      {"user.github.io", "user.github.io"},
      {"blog.user.github.io", "user.github.io"},
      {"github.io", "github.io"},
      {"localhost", "localhost"},
      {"192.0.2.1", "192.0.2.1"},
      {"[2001:db8::1]", "[2001:db8::1]"},
      {"web.internal", "web.internal"},
      {"", ""},
  };
  for (const auto& [host, want] : table) EXPECT_EQ(site_of(host), want) << host;
}

TEST(Referrer, FillsOneValuePerDistinctReferrer) {
  HitBatch batch;
  EnrichContext context{.referrers = &sites()};
  for (std::string_view referrer : {"https://www.google.com/search?q=secret", "",
                                    "https://Example.com/a?b", "https://www.google.com/search?q=2"})
    batch.append(Hit{.time_us = 1, .referrer = referrer});
  fill_referrer(batch, context);
  EXPECT_EQ(to_string(batch),
            "time=1970-01-01T00:00:00.000001Z referrer=https://www.google.com/search "
            "referrer_host=google.com referrer_name=Google\n"
            "time=1970-01-01T00:00:00.000001Z\n"
            "time=1970-01-01T00:00:00.000001Z referrer=https://example.com/a "
            "referrer_host=example.com\n"
            "time=1970-01-01T00:00:00.000001Z referrer=https://www.google.com/search "
            "referrer_host=google.com referrer_name=Google\n");
}

}  // namespace
}  // namespace ballcone
