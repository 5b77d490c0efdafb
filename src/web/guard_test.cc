#include "web/guard.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

std::string to_string(const HostPort& host) { return host.host + "|" + host.port; }

TEST(Guard, ReadsHostHeaders) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {{"Example.org:8080", "example.org|8080"},
               {"example.org.", "example.org|"},
               {"example.org:", "example.org|"},
               {"[::1]:80", "[::1]|80"},
               {"[::1]", "[::1]|"},
               {" 127.0.0.1 ", "127.0.0.1|"},
               {"a_b-c.d", "a_b-c.d|"},
               {"", "|"},
               {"::1", "|"},
               {"[::1", "|"},
               {"[evil]", "|"},
               {"a b", "|"},
               {"a/b", "|"},
               {"user@host", "|"},
               {"host:port", "|"},
               {"host:123456", "|"}};
  for (const auto& row : kRows)
    EXPECT_EQ(to_string(parse_host_port(row.text)), row.want) << row.text;
}

int status(const Guard& guard, std::string_view host, std::string method = "GET",
           std::vector<std::pair<std::string, std::string>> headers = {}) {
  const HttpRequest request{
      .method = std::move(method), .path = "/", .headers = std::move(headers)};
  const auto refusal = guard.refusal(request, host);
  return refusal ? refusal->status : 200;
}

TEST(Guard, KnowsItsOwnNames) {
  const struct {
    const char* bound;
    const char* host;
    int want;
  } kRows[] = {
      {"127.0.0.1", "localhost:8080", 200},
      {"127.0.0.1", "ballcone.localhost", 200},
      {"127.0.0.1", "127.0.0.2", 200},
      {"127.0.0.1", "[::1]:8080", 200},
      {"127.0.0.1", "[::ffff:127.0.0.1]", 200},
      {"127.0.0.1", "LOCALHOST.", 200},
      {"127.0.0.1", "Stats.Example.org:443", 200},
      {"127.0.0.1", "", 200},  // HTTP/1.0
      {"127.0.0.1", "evil.example", 421},
      {"127.0.0.1", "localhost.evil.example", 421},
      {"127.0.0.1", "127.0.0.1.evil.example", 421},
      {"127.0.0.1", "evillocalhost", 421},
      {"127.0.0.1", "192.0.2.1", 421},
      {"127.0.0.1", "0x7f000001", 421},
      {"127.0.0.1", "local host", 400},
      {"192.0.2.1", "192.0.2.1:8080", 200},
      {"192.0.2.1", "192.0.2.2", 421},
      {"0.0.0.0", "192.0.2.2", 200},
      {"::", "192.0.2.2", 200},
      {"::", "[2001:db8::1]", 200},
      {"::", "evil.example", 421},
      {"web.internal", "web.internal:8080", 200},
      {"web.internal", "internal", 421},
  };
  for (const auto& row : kRows) {
    const Guard guard(row.bound, {"stats.example.org:443"});
    EXPECT_EQ(status(guard, row.host), row.want) << row.bound << " " << row.host;
  }
}

TEST(Guard, TurnsAwayRequestsOfOtherSites) {
  const Guard guard("127.0.0.1", {"stats.example.org"});
  const struct {
    const char* method;
    std::vector<std::pair<std::string, std::string>> headers;
    int want;
  } kRows[] = {
      {"POST", {}, 200},
      {"POST", {{"sec-fetch-site", "same-origin"}}, 200},
      {"POST", {{"sec-fetch-site", "none"}}, 200},
      {"POST", {{"sec-fetch-site", "cross-site"}}, 403},
      {"POST", {{"sec-fetch-site", "same-site"}}, 403},
      {"POST", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}}, 403},
      {"GET", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}}, 200},
      {"GET", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}}, 403},
      {"POST", {{"origin", "http://localhost:8080"}}, 200},
      {"POST", {{"origin", "http://localhost:3000"}}, 403},
      {"POST", {{"origin", "https://stats.example.org"}}, 200},
      {"POST", {{"origin", "https://evil.example"}}, 403},
      {"POST", {{"origin", "null"}}, 403},
      {"GET", {{"origin", "https://evil.example"}}, 200},
      // The browser knows best where the page is from, whatever a proxy made of the Host header.
      {"POST", {{"origin", "https://elsewhere"}, {"sec-fetch-site", "same-origin"}}, 200},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(status(guard, "localhost:8080", row.method, row.headers), row.want)
        << row.method << (row.headers.empty() ? "" : " " + row.headers[0].second);
  }
}

}  // namespace
}  // namespace ballcone
