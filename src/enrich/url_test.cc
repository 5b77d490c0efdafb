#include "enrich/url.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace ballcone {
namespace {

// "path ? query" as stored.
std::string url(std::string_view uri) {
  HitBatch batch;
  EnrichContext context;
  batch.append(Hit{.time_us = 1, .uri = uri});
  fill_url(batch, context);
  return std::string(batch.path.at(0)) + " ? " + std::string(batch.query.at(0));
}

std::string campaign(std::string_view query) {
  Campaign campaign;
  parse_campaign(query, &campaign);
  std::string out;
  for (const std::string& value : campaign) out += value + "|";
  return out;
}

TEST(Url, SplitsEveryFormOfRequestTarget) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"/", "/ ? "},
      {"/a/b", "/a/b ? "},
      {"/a?b=c&d=%20", "/a ? b=c&d=%20"},
      {"/a?b?c", "/a ? b?c"},
      {"/a?", "/a ? "},
      {"/a#top", "/a ? "},
      {"/a?b=1#top?x", "/a ? b=1"},
      {"?a=b", "/ ? a=b"},
      {"", "/ ? "},
      {"*", "* ? "},
      {"//a", "//a ? "},
      {"/a/../b/./c", "/a/../b/./c ? "},
      {"http://example.com/a?b=c", "/a ? b=c"},
      {"HTTPS://example.com:8443", "/ ? "},
      {"http://example.com?b=c", "/ ? b=c"},
      {"http://example.com/go?to=http://other/", "/go ? to=http://other/"},
      {"/go/http://other/x", "/go/http://other/x ? "},
      {"example.com:443", "example.com:443 ? "},
      {"://x", "://x ? "},
      {"\x16\x03\x01", "\x16\x03\x01 ? "},
  };
  for (const auto& [uri, want] : table) EXPECT_EQ(url(uri), want) << uri;
}

TEST(Url, DecodesPathOnceAndLeavesQueryAsSent) {
  EXPECT_EQ(url("/%D0%BF%D1%80%D0%B8?q=%D0%BF"), "/при ? q=%D0%BF");
  EXPECT_EQ(url("/a%2520b"), "/a%20b ? ");
  EXPECT_EQ(url("/a+b%2Fc"), "/a+b/c ? ");
  EXPECT_EQ(url("/100%"), "/100% ? ");
  EXPECT_EQ(url("/a%3Fb?c"), "/a?b ? c");  // an escaped question mark is part of the path
}

TEST(Url, RepairsWhatIsNotUtf8AfterDecoding) {
  EXPECT_EQ(url("/%ff%fe"), "/\uFFFD\uFFFD ? ");
  EXPECT_EQ(url("/a%00b"), "/a\uFFFDb ? ");
}

TEST(Url, CutsLongTextOnCharacterBoundary) {
  const std::string ascii = "/" + std::string(70'000, 'a');
  EXPECT_EQ(url(ascii), ascii.substr(0, kPathBytesMax) + " ? ");
  std::string cyrillic = "/";
  for (int i = 0; i < 3000; ++i) cyrillic += "%D0%BF";
  const std::string stored = url(cyrillic);
  EXPECT_EQ(stored.size(), 1 + 2046 + 3u);  // "/" and 1,023 letters of two bytes, and " ? "
  EXPECT_TRUE(is_utf8(stored));
  EXPECT_EQ(url("/?" + std::string(5000, 'q')), "/ ? " + std::string(kQueryBytesMax, 'q'));
  EXPECT_EQ(cut_text("aп", 2), "a");
  EXPECT_EQ(cut_text("aп", 3), "aп");
}

TEST(Url, ReadsCampaignTags) {
  // source|medium|campaign|content|term|
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", "|||||"},
      {"a=b", "|||||"},
      {"utm_source=news&utm_medium=email&utm_campaign=May&utm_content=top&utm_term=x",
       "news|email|May|top|x|"},
      {"UTM_Source=News", "News|||||"},
      {"utm_source=a&utm_source=b", "a|||||"},
      {"utm_source=&utm_source=b", "b|||||"},
      {"utm_campaign=spring+sale%20%D0%BF", "||spring sale п|||"},
      {"utm_campaign=%20+x+", "||x|||"},
      {"utm_term=%ff", "||||\uFFFD|"},
      {"ref=hn", "hn|||||"},
      {"source=hn&ref=other", "hn|||||"},
      {"ref=hn&utm_source=news", "news|||||"},
      {"utm_source", "|||||"},
      {"utm_sourcex=a&xutm_source=b&reference=c", "|||||"},
      {"&&=&utm_medium=a=b&", "|a=b||||"},
  };
  for (const auto& [query, want] : table) EXPECT_EQ(campaign(query), want) << query;
}

TEST(Url, KeepsOneTagPerDistinctQuery) {
  HitBatch batch;
  EnrichContext context;
  for (std::string_view uri : {"/a?ref=x", "/b?ref=x", "/a", "/a?ref=y"})
    batch.append(Hit{.time_us = 1, .uri = uri});
  fill_url(batch, context);
  EXPECT_EQ(batch.query.distinct().size(), 3u);
  EXPECT_EQ(batch.utm_source.size(), 3u);
  EXPECT_EQ(batch.utm_source.at(batch.query.codes()[1]), "x");
  EXPECT_EQ(batch.utm_source.at(batch.query.codes()[2]), "");
  EXPECT_EQ(batch.path.distinct().size(), 3u);
}

}  // namespace
}  // namespace ballcone
