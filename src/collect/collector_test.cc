// What is sent, well and badly, and what becomes of it.
#include "collect/collector.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "base/time.h"

namespace ballcone {
namespace {

using enum CollectRoute;
using testing::HasSubstr;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:00:00Z");

std::shared_ptr<ServiceRegistry> registry() {
  auto services = std::make_shared<ServiceRegistry>();
  services->set({{.name = "blog",
                  .hosts = {"blog.example", "*.blog.example"},
                  .key = "blogkey",
                  .server_key = "blogsecret"},
                 {.name = "shop",
                  .hosts = {"shop.example"},
                  .key = "shopkey",
                  .server_key = "shopsecret",
                  .keeps_query = false,
                  .keeps_referrer = false,
                  .honours_gpc = true,
                  .honours_dnt = true}});
  return services;
}

// "t=pv&u=x" → pairs, decoded.
std::vector<std::pair<std::string, std::string>> pairs_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string value;
    append_percent_decoded(pair.substr(std::min(equals + 1, pair.size())), &value);
    pairs.emplace_back(std::string(pair.substr(0, equals)), value);
  }
  return pairs;
}

struct Sent {
  CollectRoute route = pixel;
  std::string given;  // the query of a pixel, or a body
  std::string_view origin = {}, referer = {};
  std::string_view authorization = {}, gpc = {}, dnt = {};
};

CollectOutcome collect(Collector& collector, const Sent& sent, int64_t now_us = kNow_us) {
  const auto pairs = sent.route <= noscript ? pairs_of(sent.given)
                                            : std::vector<std::pair<std::string, std::string>>();
  const std::vector<std::pair<std::string_view, std::string_view>> query(pairs.begin(),
                                                                         pairs.end());
  CollectOutcome outcome;
  collector.collect({.route = sent.route,
                     .query = query,
                     .body = sent.given,
                     .peer = "192.0.2.1",
                     .origin = sent.origin,
                     .referer = sent.referer,
                     .user_agent = "Firefox/145",
                     .authorization = sent.authorization,
                     .gpc = sent.gpc,
                     .dnt = sent.dnt,
                     .now_us = now_us},
                    &outcome);
  return outcome;
}

// "name: sentence" of each, or the line.
std::string outcome_text(const CollectOutcome& outcome) {
  std::string text;
  for (const CollectedLine& line : outcome.lines) text += line.text + "\n";
  for (const Refusal& refusal : outcome.refusals)
    text += fmt::format("{}: {}\n", text_of(refusal.reason).name, refusal.sentence);
  return text;
}

constexpr std::string_view kBlog = "https://blog.example";

// ---- what is taken ----

struct Taken {
  Sent sent;
  std::string want;  // behind service, time, via and address
};

std::string head(std::string_view service, std::string_view via) {
  return fmt::format(R"({{"service":"{}","time_us":{},"via":"{}","address":"192.0.2.1",)", service,
                     kNow_us, via);
}
constexpr std::string_view kAgent = R"("user_agent":"Firefox/145")";

TEST(Collector, TakesPixels) {
  Collector collector({}, registry());
  const std::string page = R"("host":"blog.example","scheme":"https","uri":"/a?b=c",)";
  const Taken taken[] = {
      {{pixel,
        "t=pv&ts=1795435200000&u=https%3A%2F%2FBlog.example%3A443%2Fa%3Fb%3Dc%23d&hn=blog."
        "example&r=https%3A%2F%2Fnews.example%2F&iw=1280&ih=720&ti=Title&w=1920&h=1080&d=24"
        "&l=de-DE&p=Linux%20x86_64&m=8&c=16&tz=Europe%2FBerlin",
        "", kBlog},
       page + R"("referrer":"https://news.example/",)" + std::string(kAgent) +
           R"(,"browser_facts":"language=de-DE;timezone=Europe/Berlin;outer_resolution=1920x1080;)"
           R"(inner_resolution=1280x720;color_depth=24;platform=Linux x86_64;memory=8;cores=16"})"},
      // A value encoded twice, and campaign tags on their own.
      {{pixel, "u=https%253A%252F%252Fblog.example%252Fa%253Fb%253Dc&uso=mail&uca=a%26b", "",
        kBlog},
       R"("host":"blog.example","scheme":"https",)"
       R"("uri":"/a?b=c&utm_source=mail&utm_campaign=a%26b",)" +
           std::string(kAgent) + "}"},
      // A page without JavaScript.
      {{noscript, "", "", "https://blog.example/a?b=c"}, page + std::string(kAgent) + "}"},
      // A mail: it has neither Origin nor Referer, but a key.
      {{pixel, "dk=blogkey&pa=newsletter/17"},
       R"("uri":"/newsletter/17",)" + std::string(kAgent) + "}"},
      {{pixel, "t=tr&u=https://blog.example/&en=Signup&pr=%7B%22b%22:2,%22a%22:true%7D", kBlog},
       R"("host":"blog.example","scheme":"https","uri":"/",)" + std::string(kAgent) +
           R"(,"event":"Signup","props":"{\"a\":\"true\",\"b\":\"2\"}"})"},
  };
  for (const Taken& one : taken) {
    // Only a script knows the time.
    const bool is_script = one.sent.given.find("ts=") != std::string::npos;
    EXPECT_EQ(outcome_text(collect(collector, one.sent)),
              head("blog", is_script ? "script" : "pixel") + one.want + "\n");
  }
}

TEST(Collector, TakesWhatScriptsSend) {
  Collector collector({}, registry());
  const std::string page = R"("host":"blog.example","scheme":"https","uri":"/a",)";
  const Taken taken[] = {
      {{hello,
        R"({"s":"blog","n":"pageview","u":"https://blog.example/a","r":"https://t.co/x","w":1280,)"
        R"("l":"de-DE","z":"Europe/Berlin"})",
        kBlog},
       page + R"("referrer":"https://t.co/x",)" + std::string(kAgent) +
           R"(,"browser_facts":"language=de-DE;timezone=Europe/Berlin;inner_resolution=1280"})"},
      // Without a name the Origin tells, and a fragment that is sent is a page.
      {{hello, R"({"n":"pageview","u":"https://blog.example/app?x=1#/a?y"})",
        "https://x.blog.example"},
       R"("host":"blog.example","scheme":"https","uri":"/app%23/a%3Fy?x=1",)" +
           std::string(kAgent) + "}"},
      {{hello, R"({"k":"blogkey","n":"engagement","u":"https://blog.example/a","e":12400})"},
       page + std::string(kAgent) + R"(,"event":"engagement","engaged_us":12400000})"},
      {{event,
        R"({"name":"pageview","url":"https://blog.example/a","domain":"blog.example",)"
        R"("referrer":"https://t.co/"})",
        kBlog},
       page + R"("referrer":"https://t.co/",)" + std::string(kAgent) + "}"},
      {{event,
        R"({"n":"Order","u":"https://blog.example/a","d":"blog","p":{"plan":"pro","n":3,"x":null},)"
        R"("$":{"amount":12.5,"currency":"EUR"}})",
        kBlog},
       page + std::string(kAgent) +
           R"(,"event":"Order","props":"{\"currency\":\"EUR\",\"n\":\"3\",\"plan\":\"pro\",)"
           R"(\"revenue\":\"12.5\"}"})"},
      {{event, R"({"n":"a","u":"https://blog.example/a","d":"blog","m":"{\"k\":\"v\"}"})", kBlog},
       page + std::string(kAgent) + R"(,"event":"a","props":"{\"k\":\"v\"}"})"},
      {{hello, "{\"n\":\"\\\"\\n\\u00e9\",\"u\":\"https://blog.example/a\"}", kBlog},
       "bad_request"},
  };
  for (const Taken& one : taken) {
    const std::string want = one.want == "bad_request" ? "bad_request: expected the event's name\n"
                                                       : head("blog", "script") + one.want + "\n";
    EXPECT_EQ(outcome_text(collect(collector, one.sent)), want);
  }
}

TEST(Collector, MakesACopyForEachOfPlausiblesDomains) {
  Collector collector({}, registry());
  const auto outcome = collect(
      collector,
      {event, R"({"n":"pageview","u":"https://blog.example/","d":"blog, nobody,blog.example"})",
       kBlog});
  EXPECT_EQ(outcome.lines.size(), 2u);
  ASSERT_EQ(outcome.refusals.size(), 1u);
  EXPECT_EQ(outcome.refusals[0].reason, Drop::unknown_service);
}

TEST(Collector, KeepsOfAHitWhatItsServiceWants) {
  Collector collector({}, registry());
  const auto outcome = collect(
      collector,
      {hello, R"({"n":"pageview","u":"https://shop.example/a?token=1","r":"https://t.co/x?y"})",
       "https://shop.example"});
  EXPECT_EQ(outcome_text(outcome), head("shop", "script") +
                                       R"("host":"shop.example","scheme":"https","uri":"/a",)"
                                       R"("referrer":"https://t.co",)" +
                                       std::string(kAgent) + "}\n");
}

// ---- what is refused ----

struct Refused {
  Drop reason;
  Sent sent;
};

std::string event_of(std::string_view fields) {
  return fmt::format(R"({{"n":"pageview","u":"https://blog.example/","d":"blog"{}}})", fields);
}
std::string many_props(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format(R"({}"p{}":1)", i == 0 ? "" : ",", i);
  return text;
}

TEST(Collector, RefusesWhatIsForgedOversizedOrMalformed) {
  const std::string page = R"("u":"https://blog.example/","n":"pageview")";
  const std::string long_text(3000, 'x');
  const Refused refused[] = {
      // Forged: whose it is.
      {Drop::unknown_service, {hello, "{" + page + "}"}},
      {Drop::unknown_service, {hello, "{" + page + "}", "https://evil.example"}},
      {Drop::unknown_service, {hello, "{" + page + R"(,"s":"nobody"})", kBlog}},
      {Drop::unknown_service, {hello, "{" + page + R"(,"s":"<script>"})", kBlog}},
      {Drop::unknown_service, {hello, "{" + page + R"(,"k":"no key"})"}},
      {Drop::unknown_service,
       {event, R"({"n":"pageview","u":"https://x.example/","d":"x.example"})"}},
      {Drop::unknown_service, {pixel, "u=https://blog.example/"}},
      {Drop::unknown_service, {pixel, "u=https://blog.example/&dk=wrong"}},
      {Drop::wrong_key, {hello, "{" + page + R"(,"s":"blog","k":"shopkey"})", kBlog}},
      {Drop::wrong_key, {hello, "{" + page + R"(,"s":"blog","k":"blogke"})", kBlog}},
      {Drop::wrong_key, {hello, "{" + page + R"(,"s":"blog","k":"blogsecret"})", kBlog}},
      {Drop::wrong_key, {pixel, "u=https://blog.example/&hn=blog.example&dk=shopkey", kBlog}},
      {Drop::wrong_origin, {hello, "{" + page + R"(,"s":"blog"})"}},
      {Drop::wrong_origin, {hello, "{" + page + R"(,"s":"blog"})", "null"}},
      {Drop::wrong_origin, {hello, "{" + page + R"(,"s":"blog"})", "https://evil.example"}},
      {Drop::wrong_origin, {hello, "{" + page + R"(,"s":"blog"})", "https://notblog.example"}},
      {Drop::wrong_origin,
       {hello, "{" + page + R"(,"s":"blog"})", "https://blog.example.evil.net"}},
      {Drop::wrong_origin,
       {hello, "{" + page + R"(,"s":"blog"})", "https://blog.example@evil.net"}},
      {Drop::wrong_origin,
       {hello, "{" + page + R"(,"s":"blog"})", "https://evil.example", "https://blog.example/"}},
      {Drop::wrong_origin, {event, event_of(""), "https://shop.example"}},
      {Drop::wrong_origin, {pixel, "u=https://blog.example/&hn=blog.example"}},
      {Drop::wrong_origin,
       {pixel, "u=https://blog.example/&hn=blog.example", "", "https://evil.example/"}},
      {Drop::opted_out,
       {hello, R"({"n":"pageview","u":"https://shop.example/"})", "https://shop.example", "", "",
        "1"}},
      {Drop::opted_out,
       {pixel, "u=https://shop.example/", "https://shop.example", "", "", "", "1"}},

      // Malformed.
      {Drop::bad_request, {hello, "", kBlog}},
      {Drop::bad_request, {hello, "{", kBlog}},
      {Drop::bad_request, {hello, "[]", kBlog}},
      {Drop::bad_request, {hello, "null", kBlog}},
      {Drop::bad_request, {hello, "{\"n\":\"\xff\",\"u\":\"https://blog.example/\"}", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":"/a"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":"javascript:alert"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":"file:///etc/passwd"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":"https://"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":"https://a b/"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":"https://blog.example/\u0000"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"pageview","u":42})", kBlog}},
      {Drop::bad_request, {hello, R"({"u":"https://blog.example/"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"-","u":"https://blog.example/"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"  ","u":"https://blog.example/"})", kBlog}},
      {Drop::bad_request, {hello, R"({"n":"engagement","u":"https://blog.example/"})", kBlog}},
      {Drop::bad_request,
       {hello, R"({"n":"engagement","u":"https://blog.example/","e":-1})", kBlog}},
      {Drop::bad_request,
       {hello, R"({"n":"engagement","u":"https://blog.example/","e":1e300})", kBlog}},
      {Drop::bad_request,
       {hello, R"({"n":"engagement","u":"https://blog.example/","e":"1"})", kBlog}},
      {Drop::bad_request, {event, R"({"n":"pageview","u":"https://blog.example/"})", kBlog}},
      {Drop::bad_request, {event, event_of(R"(,"p":"no object")"), kBlog}},
      {Drop::bad_request, {event, event_of(R"(,"p":[1])"), kBlog}},
      {Drop::bad_request, {event, event_of(R"(,"$":{"amount":"free","currency":"EUR"})"), kBlog}},
      {Drop::bad_request, {event, event_of(R"(,"$":{"amount":1,"currency":"euro"})"), kBlog}},
      {Drop::bad_request, {event, event_of(R"(,"$":1)"), kBlog}},
      {Drop::bad_request, {pixel, ""}},
      {Drop::bad_request, {pixel, "t=id&u=https://blog.example/&uid=jane", kBlog}},
      {Drop::bad_request, {pixel, "t=tr&u=https://blog.example/", kBlog}},
      {Drop::bad_request, {pixel, "t=tr&u=https://blog.example/&en=a&pr=%7B", kBlog}},
      {Drop::bad_request, {pixel, "u=https://blog.example/&ts=soon", kBlog}},
      {Drop::bad_request, {noscript, "", "", "about:blank"}},

      // Oversized.
      {Drop::too_large, {hello, "{\"x\":\"" + std::string(40'000, 'x') + "\"}", kBlog}},
      {Drop::too_large, {hello, std::string(40'000, '['), kBlog}},
      {Drop::too_large,
       {hello, R"({"n":"pageview","u":"https://blog.example/)" + std::string(9000, 'a') + "\"}",
        kBlog}},
      {Drop::too_large,
       {hello, R"({"n":")" + std::string(200, 'n') + R"(","u":"https://blog.example/"})", kBlog}},
      {Drop::too_large, {event, event_of(R"(,"p":{)" + many_props(31) + "}"), kBlog}},
      {Drop::too_large, {event, event_of(R"(,"p":{"a":")" + long_text + "\"}"), kBlog}},
      {Drop::too_large, {event, event_of(R"(,"p":{")" + long_text + "\":1}"), kBlog}},

      // Replayed: a pixel of last week, or of next.
      {Drop::stale, {pixel, "u=https://blog.example/&ts=1794830400000", kBlog}},
      {Drop::stale, {pixel, "u=https://blog.example/&ts=1796040000000", kBlog}},
      {Drop::stale, {pixel, "u=https://blog.example/&ts=9000000000000000000", kBlog}},

      // Of servers.
      {Drop::wrong_key, {hits, "{}"}},
      {Drop::wrong_key, {hits, "{}", "", "", "Bearer blogkey"}},
      {Drop::wrong_key, {hits, "{}", "", "", "Basic blogsecret"}},
      {Drop::wrong_key, {hits, "{}", "", "", "Bearer "}},
      {Drop::wrong_key,
       {hits, R"({"url":"https://blog.example/","service":"shop"})", "", "", "Bearer blogsecret"}},
      {Drop::too_large, {hits, std::string(1000, '\n') + "{}", "", "", "Bearer blogsecret"}},
      {Drop::bad_request, {hits, "{", "", "", "Bearer blogsecret"}},
      {Drop::bad_request, {hits, R"({"url":"/a"})", "", "", "Bearer blogsecret"}},
      {Drop::bad_request,
       {hits, R"({"url":"https://blog.example/","time":"yesterday"})", "", "",
        "Bearer blogsecret"}},
      {Drop::stale,
       {hits, R"({"url":"https://blog.example/","time":"2026-11-24T12:00:00Z"})", "", "",
        "Bearer blogsecret"}},
      {Drop::stale,
       {hits, R"({"url":"https://blog.example/","time":1})", "", "", "Bearer blogsecret"}},
      {Drop::too_large,
       {hits, R"({"url":"https://blog.example/","id":")" + long_text + "\"}", "", "",
        "Bearer blogsecret"}},
  };
  static_assert(std::size(refused) >= 50);
  Collector collector({}, registry());
  for (const Refused& one : refused) {
    const auto outcome = collect(collector, one.sent);
    const std::string shown = one.sent.given.substr(0, 100) + " " + outcome_text(outcome);
    EXPECT_TRUE(outcome.lines.empty()) << shown;
    ASSERT_EQ(outcome.refusals.size(), 1u) << shown;
    EXPECT_EQ(outcome.refusals[0].reason, one.reason) << shown;
    EXPECT_FALSE(outcome.refusals[0].sentence.empty());
  }
}

TEST(Collector, StoresALineOfAServerOnce) {
  Collector collector({}, registry());
  const Sent sent{
      hits,
      R"({"id":"order-1","time":"2025-01-02T03:04:05Z","url":"https://blog.example/a?b","event":"Order",)"
      R"("props":{"total":5},"address":"198.51.100.7","user_agent":"curl/8"})"
      "\n\n"
      R"({"id":"order-1","time":"2025-01-02T03:04:05Z","url":"https://blog.example/a"})"
      "\n"
      R"({"time":1735787045000,"url":"https://blog.example/b","method":"GET","status":404})"
      "\r\n",
      "", "", "Bearer blogsecret"};
  const auto outcome = collect(collector, sent);
  ASSERT_EQ(outcome.lines.size(), 2u) << outcome_text(outcome);
  EXPECT_THAT(outcome.lines[0].text,
              HasSubstr(R"("time_us":1735787045000000,"via":"server","address":"198.51.100.7")"));
  EXPECT_THAT(outcome.lines[0].text, HasSubstr(R"("event":"Order","props":"{\"total\":\"5\"}")"));
  EXPECT_THAT(outcome.lines[1].text, HasSubstr(R"("method":"GET","status":404)"));
  ASSERT_EQ(outcome.refusals.size(), 1u);
  EXPECT_EQ(outcome.refusals[0].reason, Drop::replayed);
  EXPECT_EQ(outcome.refusals[0].line, 3u);
  const auto again = collect(collector, sent);
  EXPECT_EQ(again.lines.size(), 1u);
  EXPECT_EQ(again.refusals.size(), 2u);
}

// There was no room for it: who sends it again is not told that it is there.
TEST(Collector, TakesAnIdAgainThatWasNotStored) {
  Collector collector({}, registry());
  const Sent sent{hits, R"({"id":"a","url":"https://blog.example/"})", "", "", "Bearer blogsecret"};
  const CollectedLine line = collect(collector, sent).lines.at(0);
  EXPECT_EQ(line.number, 1u);
  EXPECT_EQ(collect(collector, sent).refusals.at(0).reason, Drop::replayed);
  collector.forget_refused({{}, {{Drop::queue_full, "no room", line.number, line.id}}});
  EXPECT_EQ(collect(collector, sent).lines.size(), 1u);
  EXPECT_EQ(collect(collector, sent).refusals.at(0).reason, Drop::replayed);
}

TEST(Collector, KnowsAfterARestartWhatIsStored) {
  Collector before({}, registry());
  const Sent sent{hits, R"({"id":"a","url":"https://blog.example/"})", "", "", "Bearer blogsecret"};
  const std::string line = collect(before, sent).lines.at(0).text;
  const size_t at = line.find(R"("request_id":")") + 14;
  const uint64_t low = std::stoull(line.substr(at + 16, 16), nullptr, 16);
  Collector after({}, registry());
  after.remember(low);
  EXPECT_EQ(collect(after, sent).refusals.at(0).reason, Drop::replayed);
  // Another service's ids are its own.
  EXPECT_EQ(collect(after, {hits, sent.given, "", "", "Bearer shopsecret"}).lines.size(), 1u);
}

TEST(Collector, TakesHitsOfHostsThatAServicesLogsHave) {
  Collector collector({}, registry());
  const Sent named{hello, R"({"s":"docs","n":"pageview","u":"https://docs.example/"})",
                   "https://docs.example"};
  EXPECT_EQ(collect(collector, named).refusals.at(0).reason, Drop::unknown_service);
  collector.set_log_hosts({{"docs", {"docs.example"}}});
  EXPECT_EQ(collect(collector, named).lines.size(), 1u);
  EXPECT_EQ(collect(collector, {hello, R"({"n":"pageview","u":"https://docs.example/"})",
                                "https://docs.example"})
                .lines.size(),
            1u);
  EXPECT_EQ(collect(collector, {hello, named.given, "https://evil.example"}).lines.size(), 0u);
  EXPECT_EQ(collect(collector, {hello, named.given}).lines.size(), 0u);
}

TEST(Collector, HoldsAnAddressBack) {
  Collector collector({.rate_per_minute = 60}, registry());
  const Sent sent{pixel, "u=https://blog.example/", kBlog};
  for (int i = 0; i < 60; ++i) EXPECT_EQ(collect(collector, sent).lines.size(), 1u);
  EXPECT_EQ(collect(collector, sent).refusals.at(0).reason, Drop::rate_limited);
  EXPECT_EQ(collect(collector, sent, kNow_us + kSecond_us).lines.size(), 1u);
  EXPECT_EQ(collect(collector, sent, kNow_us + kSecond_us).lines.size(), 0u);
}

// ---- its parts ----

TEST(RateLimiter, HasABucketForEachAddressAndTakesAnIpv6NetworkForOne) {
  RateLimiter limiter(2);
  EXPECT_TRUE(limiter.allow("192.0.2.1", 0));
  EXPECT_TRUE(limiter.allow("192.0.2.1", 0));
  EXPECT_FALSE(limiter.allow("192.0.2.1", 0));
  EXPECT_TRUE(limiter.allow("192.0.2.2", 0));
  EXPECT_TRUE(limiter.allow("2001:db8::1", 0));
  EXPECT_TRUE(limiter.allow("2001:db8::2", 0));
  EXPECT_FALSE(limiter.allow("2001:db8::3", 0));
  EXPECT_FALSE(limiter.allow("192.0.2.1", -kSecond_us)) << "a clock that was set back";
  EXPECT_TRUE(limiter.allow("192.0.2.1", 30 * kSecond_us));
  RateLimiter none(0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(none.allow("192.0.2.1", 0));
}

TEST(SeenIds, ForgetsTheOldest) {
  SeenIds seen(2);
  EXPECT_TRUE(seen.add(1));
  EXPECT_TRUE(seen.add(2));
  EXPECT_FALSE(seen.add(1));
  EXPECT_TRUE(seen.add(3));
  EXPECT_TRUE(seen.add(1));
  EXPECT_FALSE(seen.add(3));
}

TEST(SeenIds, MayBeToldToForgetOne) {
  SeenIds seen(2);
  EXPECT_TRUE(seen.add(1));
  seen.forget(1);
  EXPECT_TRUE(seen.add(1));
  EXPECT_TRUE(seen.add(2));
  EXPECT_FALSE(seen.add(2));
}

TEST(ClientAddress, IsBelievedFromTrustedProxiesAlone) {
  struct Case {
    std::string_view peer, forwarded_for, cf, want;
  };
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8", "2001:db8:1::/48"});
  ASSERT_TRUE(proxies);
  for (const Case& one : std::initializer_list<Case>{
           {"192.0.2.1", "", "", "192.0.2.1"},
           {"192.0.2.1", "198.51.100.7", "198.51.100.8", "192.0.2.1"},
           {"127.0.0.1", "", "", "127.0.0.1"},
           {"127.0.0.1", "198.51.100.7", "", "198.51.100.7"},
           {"::1", "1.1.1.1, 198.51.100.7", "", "198.51.100.7"},
           {"127.0.0.1", "1.1.1.1, 198.51.100.7, 10.1.2.3", "", "198.51.100.7"},
           {"10.1.2.3", "198.51.100.7:4711", "", "198.51.100.7"},
           {"10.1.2.3", "[2001:db8:2::1]:4711", "", "2001:db8:2::1"},
           {"2001:db8:1::5", "198.51.100.7", "", "198.51.100.7"},
           {"10.1.2.3", "10.1.1.1, 10.1.1.2", "", "10.1.1.1"},
           {"10.1.2.3", "198.51.100.7, unknown", "", "10.1.2.3"},
           {"10.1.2.3", "", "198.51.100.9", "198.51.100.9"},
           {"127.0.0.1", "", "198.51.100.9", "127.0.0.1"},
           {"10.1.2.3", "198.51.100.7", "198.51.100.9", "198.51.100.7"},
       }) {
    const CollectRequest request{
        .peer = one.peer, .forwarded_for = one.forwarded_for, .cf_connecting_ip = one.cf};
    EXPECT_EQ(client_address(request, *proxies), one.want) << one.peer << " " << one.forwarded_for;
  }
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "proxy", "::/129"})
    EXPECT_FALSE(TrustedProxies::parse({text})) << text;
}

}  // namespace
}  // namespace ballcone
