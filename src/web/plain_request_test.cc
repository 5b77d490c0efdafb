#include "web/plain_request.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "collect/collector.h"
#include "web/http.h"
#include "web/request_parser.h"
#include "web/routes.h"
#include "web/test_client.h"

namespace ballcone {
namespace {

constexpr size_t kHeadMax = 8192;

// "path?query|host|…" of what the scanner made of it; "library" if that has to look.
std::string scanned(std::string_view bytes) {
  const auto request = scan_plain_request(bytes, kHeadMax);
  if (!request) return "library";
  std::string text = fmt::format("{}?{}", request->path, request->query);
  for (const std::string_view header :
       {request->host, request->origin, request->referer, request->user_agent,
        request->forwarded_for, request->cf_connecting_ip, request->authorization, request->gpc,
        request->dnt})
    text.append("|").append(header);
  return text;
}

TEST(PlainRequest, IsWhatNearlyEveryClientSends) {
  const struct {
    std::string_view bytes, want;
  } kRows[] = {
      {"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "/a?|x||||||||"},
      {"GET /a?b=c&d HTTP/1.1\r\nhost:x:80\r\nConnection: Keep-Alive\r\nAccept:\r\n\r\n",
       "/a?b=c&d|x:80||||||||"},
      {"GET /? HTTP/1.1\r\nORIGIN: o \r\nReferer:  r\r\nUser-Agent: u a\r\nHost: h\r\n"
       "X-Forwarded-For: 1, 2\r\nCF-Connecting-IP: 3\r\nAuthorization: A b\r\nSec-GPC: 1\r\n"
       "DNT: 0\r\n\r\nGET /next",
       "/?|h|o|r|u a|1, 2|3|A b|1|0"},
  };
  for (const auto& row : kRows) EXPECT_EQ(scanned(row.bytes), row.want) << row.bytes;
}

// What is wrong, odd, or more than a pixel needs.
constexpr std::string_view kLibrary[] = {
    "",
    "GET /a",
    "GET /a HTTP/1.1\r\nHost: x\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\n\r",
    "GET /a HTTP/1.1\nHost: x\n\n",
    "GET /a HTTP/1.1\r\nHost: x\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\r\n\r\n",
    "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a  HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /\x80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /\x7f HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
    "get /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a HTTP/1.0\r\nHost: x\r\n\r\n",
    "GET /a HTTP/1.2\r\nHost: x\r\n\r\n",
    "GET /a http/1.1\r\nHost: x\r\n\r\n",
    "GET /a HTTP/1.1 \r\nHost: x\r\n\r\n",
    "GET /a HTTP/1.1\r\n\r\n",
    "GET /a HTTP/1.1\r\nX: y\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost : x\r\n\r\n",
    "GET /a HTTP/1.1\r\n Host: x\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nX: a\tb\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nX: \xd0\xbf\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nReferer: a\r\nReferer: b\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, upgrade\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na",
    "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nProxy-Connection: close\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n",
};

TEST(PlainRequest, LeavesTheRestToTheLibrary) {
  for (const std::string_view bytes : kLibrary) EXPECT_EQ(scanned(bytes), "library") << bytes;
  const std::string filler(kHeadMax, 'x');
  EXPECT_EQ(scanned(fmt::format("GET /a HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", filler)), "library");
  EXPECT_EQ(scanned(fmt::format("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", filler)), "library");
}

// ---- the two ways give the same answers and the same lines ----

std::shared_ptr<ServiceRegistry> registry() {
  auto services = std::make_shared<ServiceRegistry>();
  services->set({{.name = "blog", .hosts = {"blog.example"}, .key = "blogkey"},
                 {.name = "shy",
                  .hosts = {"shy.example"},
                  .keeps_query = false,
                  .honours_gpc = true,
                  .honours_dnt = true}});
  return services;
}

// A server whose answers name what was collected; the clock stands still.
class Site {
 public:
  explicit Site(bool is_plain) {
    context_.now_us = [] { return int64_t{1'764'504'000'000'000}; };
    context_.collect = [this](const CollectRequest& given, CollectOutcome* outcome) {
      CollectRequest request = given;
      request.now_us = context_.now_us();
      collector_.collect(request, outcome);
      const std::lock_guard lock(mutex_);
      for (const CollectedLine& line : outcome->lines) seen_.append(line.text) += '\n';
      for (const Refusal& refusal : outcome->refusals) seen_.append(refusal.sentence) += '\n';
    };
    HttpOptions options{.loops = 1, .header_bytes_max = 2 * kHeadMax};
    options.is_quick = is_quick;
    options.is_public = is_public;
    if (is_plain) options.make_plain_handler = [this] { return make_pixel_handler(context_); };
    server_ =
        start(options, [this](const HttpRequest& request) { return handle(context_, request); });
  }

  uint16_t port() const { return server_->port(); }
  size_t lines() {
    const std::lock_guard lock(mutex_);
    return static_cast<size_t>(std::count(seen_.begin(), seen_.end(), '\n'));
  }

  // All that comes back for these bytes, without the time of day, and what was collected.
  std::string ask(std::string_view bytes, bool is_slow = false) {
    {
      const std::lock_guard lock(mutex_);
      seen_.clear();
    }
    TestClient client(server_->port());
    // Beside the reading below: more than the buffers between us hold may be under way.
    const std::jthread sender([&] {
      const size_t at_once = is_slow ? 1 : bytes.size();
      for (size_t at = 0; at < bytes.size(); at += at_once) client.send(bytes.substr(at, at_once));
      client.close_sending();
    });
    std::string text;
    for (TestAnswer answer = client.read(); answer.status != 0; answer = client.read()) {
      const size_t date = answer.head.find("\r\nDate: ");
      CHECK(date != answer.head.npos);
      answer.head.erase(date + 2, 37);
      text += answer.head + answer.body + "\n";
    }
    const std::lock_guard lock(mutex_);
    return text + seen_;
  }

 private:
  WebContext context_;
  Collector collector_{CollectOptions{.rate_per_minute = 0}, registry()};
  std::mutex mutex_;
  std::string seen_;
  std::unique_ptr<HttpServer> server_;
};

std::vector<std::string> pixels() {
  const std::string_view targets[] = {
      "/hello.gif",
      "/noscript.gif",
      "/hello.gif?",
      "/hello.gif?&&=&a&=b",
      "/hello.gif?u=https%3A%2F%2Fblog.example%2Fa%3Fb%3Dc&t=pv&r=https://x.example/y?z",
      "/hello.gif?u=https://blog.example/%D0%BF/%ff%00%&w=1&h=2&l=de+DE&tz=Europe%2fBerlin",
      "/hello.gif?u=https%253A%252F%252Fblog.example%252Fa&d=24&uso=a%26b+c",
      "/hello.gif?t=tr&en=Sign+up&pr=%7B%22a%22%3A1%7D&dk=blogkey&pa=x",
      "/hello.gif?t=tr&en=&dk=blogkey&pa=x",
      "/hello.gif?t=zz&pa=/a&hn=blog.example",
      "/hello.gif?dk=wrong&pa=a",
      "/hello.gif?u=nonsense",
      "/hello.gif?ts=1&pa=a&dk=blogkey",
      "/hello.gif?u=https://shy.example/a?secret=1",
      "/noscript.gif?pa=mail/17&dk=blogkey&hn=",
      "/hello%2egif",
      "/hello.gif/",
      "/hello.gif%3fa",
      "/HELLO.GIF",
      "//hello.gif",
      "/hello.gi",
      "/hello.gif?a=%",
      "/hello.gif?a=%2",
      "/hello.gif?a=%zz&u=https://blog.example/%41",
      "/hello.gif?ua=other&u=https://blog.example/+a%2B"};
  const std::string_view headers[] = {
      "",
      "Referer: https://blog.example/page?x\r\nUser-Agent: Firefox/145\r\n",
      "Origin: https://shy.example\r\nSec-GPC: 1\r\n",
      "Origin: https://shy.example\r\nDNT: 1\r\n",
      "Origin: null\r\nReferer: https://blog.example\r\nX-Forwarded-For: 203.0.113.9, 10.0.0.1\r\n",
      "Referer: https://blog.example\r\nX-Forwarded-For: unknown\r\nUser-Agent: \"q\\\"\r\n",
      "Referer: https://blog.example\r\nReferer: https://shy.example\r\n",
      "Referer: https://blog.example/\xd0\xbf\r\nUser-Agent: \xff\r\n"};
  std::vector<std::string> all;
  for (const auto target : targets)
    for (const auto more : headers)
      all.push_back(fmt::format("GET {} HTTP/1.1\r\nHost: stats.example\r\n{}\r\n", target, more));
  return all;
}

TEST(PlainRequest, IsAnsweredAsByTheLibrary) {
  Site plain(true), parsed(false);
  for (const std::string& request : pixels())
    EXPECT_EQ(plain.ask(request), parsed.ask(request)) << request;
  for (std::string request(kLibrary[0]); const std::string_view bytes : kLibrary) {
    request = bytes;
    if (const size_t at = request.find("/a"); at != request.npos)
      request.replace(at, 2, "/hello.gif?u=https://blog.example/a");
    EXPECT_EQ(plain.ask(request), parsed.ask(request)) << request;
  }
}

// In one piece, byte by byte, and with others of all kinds between them.
TEST(PlainRequest, IsAnsweredInTheOrderOfARow) {
  Site plain(true), parsed(false);
  const auto all = pixels();
  std::string row;
  for (size_t i = 0; i < all.size(); ++i) {
    row += all[i * 7 % all.size()];
    if (i % 5 == 0) row += "OPTIONS /hello.gif HTTP/1.1\r\nHost: x\r\n\r\n";
    if (i % 9 == 0) row += "\r\nGET /nginx HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (i % 11 == 0) row += "GET /hello.js HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  }
  const std::string want = parsed.ask(row);
  EXPECT_EQ(plain.ask(row), want);
  EXPECT_EQ(plain.ask(row.substr(0, 9000), true), parsed.ask(row.substr(0, 9000)));
}

// A client that asks and asks and takes nothing for as long as anything can be sent: then all that
// it asked for is answered, once.
TEST(PlainRequest, IsAnsweredToWhoReadsLate) {
  Site site(true);
  const std::string one = "GET /hello.gif?dk=blogkey&pa=x HTTP/1.1\r\nHost: x\r\n\r\n";
  TestClient client(site.port());
  const size_t sent = client.send_while_taken(one);
  EXPECT_GT(sent, 10 * one.size());
  client.send(std::string_view(one).substr(sent % one.size()));
  const size_t count = sent / one.size() + 1;
  for (size_t i = 0; i < count; ++i) ASSERT_EQ(client.read().status, 200) << i;
  client.close_sending();
  EXPECT_EQ(client.read().status, 0);
  EXPECT_EQ(site.lines(), count);
}

}  // namespace
}  // namespace ballcone
