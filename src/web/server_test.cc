#include "web/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "web/door.h"
#include "web/gzip.h"
#include "web/test_client.h"

namespace ballcone {
namespace {

TEST(HttpServer, AnswersAsItsHandlerSays) {
  const auto server = start({});
  const struct {
    const char* request;
    int status;
    const char* body;
  } kRows[] = {
      {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "GET /"},
      {"GET /a%20b/%D0%BF?x=1+2&y=%26&z HTTP/1.1\r\nHost: localhost\r\n\r\n", 200,
       "GET /a b/п x=1 2 y=& z="},
      {"GET /%ff HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "GET /\xEF\xBF\xBD"},
      {"GET http://127.0.0.1/absolute?a=b HTTP/1.1\r\nHost: ignored.example\r\n\r\n", 200,
       "GET /absolute a=b"},
      {"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "GET /"},
      {"\r\n\r\nGET /late HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "GET /late"},
      {"GET /old HTTP/1.0\r\n\r\n", 200, "GET /old"},
      {"POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 200,
       "POST /p hello"},
      {"POST /p HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
       "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
       200, "POST /p hello"},
      {"DELETE /p HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "DELETE /p"},
      {"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "OPTIONS *"},
  };
  for (const auto& row : kRows) {
    const TestAnswer answer = ask(*server, row.request);
    EXPECT_EQ(answer.status, row.status) << row.request;
    EXPECT_EQ(answer.body, row.body) << row.request;
  }
}

TEST(HttpServer, RefusesWhatIsNotHttp) {
  const auto server = start({});
  const struct {
    const char* request;
    int status;
  } kRows[] = {
      {"hello\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", 505},
      {"GET relative HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: local host\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost localhost\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
       "\r\nabc",
       400},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03 a TLS hello\r\n\r\n", 400},
  };
  for (const auto& row : kRows) {
    TestClient client(server->port());
    EXPECT_EQ(client.ask(row.request).status, row.status) << row.request;
    EXPECT_TRUE(client.is_closed_by_server()) << row.request;
  }
}

TEST(HttpServer, KeepsAConnectionForManyRequests) {
  const auto server = start({});
  TestClient client(server->port());
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.ask(fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", i));
    ASSERT_EQ(answer.body, fmt::format("GET /{}", i));
  }
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .header("Connection"),
            "close");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  const auto server = start({.workers = 4});
  TestClient client(server->port());
  std::string requests;
  for (int i = 0; i < 2000; ++i) {
    requests += fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", i);
  }
  std::thread sender([&] { client.send(requests); });
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.read().body, fmt::format("GET /{}", i));
  sender.join();
}

TEST(HttpServer, UnderstandsARequestThatArrivesByteByByte) {
  const auto server = start({});
  TestClient client(server->port());
  const std::string_view request =
      "POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok";
  for (const char c : request) client.send({&c, 1});
  EXPECT_EQ(client.read().body, "POST /slow ok");
}

// Nothing of a request stays for the next one on its connection.
TEST(HttpServer, ForgetsARequestWhenItIsAnswered) {
  const auto server = start({});
  TestClient client(server->port());
  client.ask("HEAD /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
  const auto answer = client.ask("nonsense\r\n\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.body.starts_with("expected HTTP/1.1, got"));
}

TEST(HttpServer, SendsNoBodyToHead) {
  const auto server = start({});
  TestClient client(server->port());
  const auto head = client.ask("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
  EXPECT_EQ(head.header("Content-Length"), "7");
  EXPECT_EQ(client.ask(kGet).body, "GET /echo");  // right after the head: nothing in between
}

TEST(HttpServer, AsksForABodyThatWaitsForItsWord) {
  const auto server = start({});
  TestClient client(server->port());
  const auto go_on = client.ask(
      "POST /p HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(go_on.status, 100);
  EXPECT_EQ(client.ask("ok").body, "POST /p ok");
}

TEST(HttpServer, SurvivesAHandlerThatThrows) {
  const auto server = start({}, [](const HttpRequest& request) -> HttpResponse {
    if (request.path == "/echo") throw std::runtime_error("no\nway");
    return echo(request);
  });
  TestClient client(server->port());
  EXPECT_EQ(client.ask(kGet).status, 500);
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
}

TEST(HttpServer, SendsTheSecurityHeadersWithEveryAnswer) {
  const auto server = start({});
  for (const char* request : {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                              "GET / HTTP/1.1\r\nHost: evil\r\n\r\n", "nonsense\r\n\r\n"}) {
    const auto answer = ask(*server, request);
    EXPECT_TRUE(answer.header("Content-Security-Policy").starts_with("default-src 'none';"));
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(answer.header("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(answer.header("Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_TRUE(answer.header("Date").ends_with(" GMT"));
  }
}

TEST(HttpServer, DoesNotLetAHeaderSplit) {
  const auto server = start({}, [](const HttpRequest& request) {
    return HttpResponse{.headers = {{"Location", std::string(*request.parameter("to"))}}};
  });
  const auto answer =
      ask(*server, "GET /?to=a%0d%0aSet-Cookie:%20b HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(answer.header("Location"), "aSet-Cookie: b");
  EXPECT_EQ(answer.header("Set-Cookie"), "");
}

TEST(HttpServer, CompressesForThoseWhoAskForIt) {
  const std::string text(5000, 'a');
  const auto server = start({}, [&](const HttpRequest& request) {
    return HttpResponse{.content_type = request.path.substr(1), .body = text};
  });
  const auto get = [&](std::string_view type, std::string_view accept) {
    return ask(*server, fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", type, accept));
  };
  const auto zipped = get("text/csv", "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(zipped.header("Content-Encoding"), "gzip");
  EXPECT_EQ(zipped.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(gunzip(zipped.body, 10'000), text);
  EXPECT_EQ(get("text/csv", "Accept-Encoding: gzip;q=0\r\n").body, text);
  EXPECT_EQ(get("text/csv", "").body, text);
  EXPECT_EQ(get("image/png", "Accept-Encoding: gzip\r\n").body, text);
}

TEST(HttpServer, ListensOnBothLoopbackAddressesOfLocalhost) {
  const struct {
    const char* host;
    bool has_v4, has_v6;
  } kRows[] = {{"127.0.0.1", true, false}, {"::1", false, true},     {"[::1]", false, true},
               {"localhost", true, true},  {"0.0.0.0", true, false}, {"::", true, true}};
  for (const auto& row : kRows) {
    const auto server = start({.host = row.host});
    EXPECT_EQ(TestClient(server->port()).ask(kGet).status, row.has_v4 ? 200 : 0) << row.host;
    EXPECT_EQ(TestClient(server->port(), true).ask(kGet).status, row.has_v6 ? 200 : 0) << row.host;
  }
}

TEST(HttpServer, TellsWhoIsAsking) {
  const auto server = start({.host = "::"}, [](const HttpRequest& request) {
    return HttpResponse{.body = request.peer};
  });
  EXPECT_EQ(TestClient(server->port()).ask(kGet).body, "127.0.0.1");
  EXPECT_EQ(TestClient(server->port(), true).ask(kGet).body, "::1");
}

TEST(HttpServer, SaysWhyItCannotListen) {
  const auto first = start({});
  HttpOptions options{.port = first->port()};
  const auto second = start_http_server(options, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().message.find("--web-port"), std::string::npos);
  const auto nowhere = start_http_server({.host = "no such host", .port = 0}, echo);
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_NE(nowhere.error().message.find("no such host"), std::string::npos);
  EXPECT_FALSE(make_door({.user = "admin", .password_hash = "secret"}).has_value());
}

TEST(HttpServer, TurnsAwayOtherSitesPages) {
  const auto server = start({.allowed_hosts = {"stats.example.org"}});
  EXPECT_EQ(ask(*server, "GET / HTTP/1.1\r\nHost: stats.example.org\r\n\r\n").status, 200);
  const auto refused = ask(*server, "GET /api/v1/x HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(refused.status, 421);
  EXPECT_NE(refused.body.find("web_allowed_hosts"), std::string::npos);
  EXPECT_EQ(ask(*server, "GET /healthz HTTP/1.1\r\nHost: balancer\r\n\r\n").status, 200);
  EXPECT_EQ(ask(*server, "GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n")
                .status,
            403);
}

TEST(HttpServer, AsksForAPassword) {
  const auto server = start({.door = *make_door({.user = "admin",
                                                 .password_hash = hash_password("pa:ss"),
                                                 .local_token = "0123456789abcdef"})});
  const auto get = [&](std::string_view path, std::string_view authorization) {
    return ask(*server, fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path,
                                    authorization.empty()
                                        ? ""
                                        : fmt::format("Authorization: {}\r\n", authorization)));
  };
  EXPECT_EQ(get("/healthz", "").status, 200);
  const auto refused = get("/", "");
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(refused.header("WWW-Authenticate").starts_with("Basic realm="));
  EXPECT_EQ(get("/metrics", "").status, 401);
  EXPECT_EQ(get("/", "Basic YWRtaW46cGE6c3M=").status, 200);  // admin:pa:ss
  EXPECT_EQ(get("/", "basic YWRtaW46cGE6c3M=").status, 200);
  EXPECT_EQ(get("/", "Basic YWRtaW46cGE6c3N4").status, 401);  // admin:pa:ssx
  EXPECT_EQ(get("/", "Basic cm9vdDpwYTpzcw==").status, 401);  // root:pa:ss
  EXPECT_EQ(get("/", "Bearer 0123456789abcdef").status, 200);
  EXPECT_EQ(get("/", "Bearer 0123456789abcdee").status, 401);
}

}  // namespace
}  // namespace ballcone
