#include "web/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <latch>
#include <semaphore>
#include <thread>

#include "base/clock.h"
#include "web/gzip.h"
#include "web/password.h"
#include "web/test_client.h"

namespace ballcone {
namespace {

constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Says back what it understood.
HttpResponse echo(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
  if (!request.body.empty()) response.body += " " + request.body;
  return response;
}

std::unique_ptr<HttpServer> start(HttpOptions options, HttpHandler handler = echo) {
  options.port = 0;
  auto server = start_http_server(options, std::move(handler));
  EXPECT_TRUE(server.has_value()) << server.error().message;
  return std::move(*server);
}

TestAnswer ask(const HttpServer& server, std::string_view bytes) {
  return TestClient(server.port()).ask(bytes);
}

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

TEST(HttpServer, RefusesWhatIsTooLarge) {
  const auto server = start({.header_bytes_max = 4096, .body_bytes_max = 10'000});
  const std::string filler(5000, 'x');
  const auto get = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(ask(*server, fmt::format("{}X: {}\r\n\r\n", get, filler)).status, 431);
  EXPECT_EQ(ask(*server, fmt::format("GET /{} HTTP/1.1\r\n", filler)).status, 431);
  EXPECT_EQ(ask(*server, filler).status, 431);
  const auto post = "POST / HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(ask(*server, fmt::format("{}Content-Length: 10001\r\n\r\n", post)).status, 413);
  EXPECT_EQ(ask(*server,
                fmt::format("{}Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n", post))
                .status,
            413);
  std::string chunked = fmt::format("{}Transfer-Encoding: chunked\r\n\r\n", post);
  for (int i = 0; i < 3; ++i) chunked += fmt::format("1388\r\n{}\r\n", filler);
  EXPECT_EQ(ask(*server, chunked).status, 413);
  const std::string body(10'000, 'x');
  EXPECT_EQ(ask(*server, fmt::format("{}Content-Length: 10000\r\n\r\n{}", post, body)).body.size(),
            10'007);
}

TEST(HttpServer, ClosesConnectionsThatAreTooSlow) {
  const auto server = start({.idle_us = 100'000, .request_us = 100'000});
  TestClient silent(server->port());
  EXPECT_TRUE(silent.is_closed_by_server());
  TestClient slow(server->port());
  EXPECT_EQ(slow.ask("GET / HTTP/1.1\r\nHost: loc").status, 408);
  EXPECT_TRUE(slow.is_closed_by_server());
  TestClient slow_body(server->port());
  EXPECT_EQ(
      slow_body.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab").status,
      408);
}

// A byte now and then does not extend the time that a request has.
TEST(HttpServer, ClosesASlowLoris) {
  const auto server = start({.idle_us = 60'000'000, .request_us = 200'000});
  TestClient client(server->port());
  const int64_t begin_ns = monotonic_ns();
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
  while (!client.has_input_within(20) && monotonic_ns() - begin_ns < 8'000'000'000) {
    client.send("X: y\r\n");
  }
  EXPECT_EQ(client.read().status, 408);
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_LT(monotonic_ns() - begin_ns, 5'000'000'000);
}

TEST(HttpServer, ClosesAReaderThatTakesNothing) {
  std::binary_semaphore is_answered{0};
  const std::string big(64 << 20, 'x');
  const auto server = start({.connections_max = 1, .idle_us = 100'000}, [&](const HttpRequest& r) {
    if (r.path != "/big") return echo(r);
    is_answered.release();
    return HttpResponse{.content_type = "image/x", .static_body = big};
  });
  TestClient client(server->port());
  client.send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
  is_answered.acquire();
  // It holds the only place until the server gives up.
  int status = 0;
  for (const int64_t begin_ns = monotonic_ns();
       status != 200 && monotonic_ns() - begin_ns < 10'000'000'000;) {
    status = ask(*server, kGet).status;
  }
  EXPECT_EQ(status, 200);
  EXPECT_LT(client.read().body.size(), big.size());
}

TEST(HttpServer, SendsALargeAnswerWhole) {
  std::string big;
  for (int i = 0; i < 1'000'000; ++i) big += fmt::format("{:08}", i);
  const auto server = start({}, [&](const HttpRequest&) {
    return HttpResponse{.content_type = "text/plain", .static_body = big};
  });
  EXPECT_EQ(ask(*server, kGet).body, big);
}

TEST(HttpServer, TellsClientsBeyondTheLimitToComeBack) {
  const auto server = start({.connections_max = 2});
  TestClient first(server->port()), second(server->port());
  EXPECT_EQ(first.ask(kGet).status, 200);
  EXPECT_EQ(second.ask(kGet).status, 200);
  TestClient third(server->port());
  const auto refused = third.ask(kGet);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_TRUE(third.is_closed_by_server());
  first.close();
  // The server sees the end of `first` before it accepts who comes later.
  int status = 0;
  for (int i = 0; i < 1000 && status != 200; ++i) status = ask(*server, kGet).status;
  EXPECT_EQ(status, 200);
}

TEST(HttpServer, ServesTwoThousandConnections) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const auto server = start({.waiting_max = 2000, .connections_max = 2000});
  std::vector<TestClient> clients;
  for (int i = 0; i < 2000; ++i) {
    clients.emplace_back(server->port());
    ASSERT_TRUE(clients.back().is_connected());
  }
  for (TestClient& client : clients) ASSERT_TRUE(client.send(kGet));
  for (TestClient& client : clients) ASSERT_EQ(client.read().status, 200);
}

TEST(HttpServer, TellsAHandlerThatItsClientHasGone) {
  std::binary_semaphore is_running{0}, is_noticed{0};
  const auto server = start({}, [&](const HttpRequest& request) {
    is_running.release();
    while (!*request.is_cancelled) std::this_thread::yield();
    is_noticed.release();
    return HttpResponse{};
  });
  for (const bool is_reset : {false, true}) {
    TestClient client(server->port());
    client.send(kGet);
    is_running.acquire();
    is_reset ? client.reset() : client.close();
    EXPECT_TRUE(is_noticed.try_acquire_for(std::chrono::milliseconds(100))) << is_reset;
  }
}

// printf 'GET / …' | nc: the client ends its half and still wants the answer.
TEST(HttpServer, AnswersAClientThatOnlyListens) {
  const auto server = start({});
  TestClient client(server->port());
  client.send(kGet);
  client.close_sending();
  EXPECT_EQ(client.read().body, "GET /echo");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(HttpServer, TurnsAwayWhatItsQueueCannotHold) {
  std::counting_semaphore<> is_running{0}, may_go_on{0};
  HttpOptions options{.workers = 1, .waiting_max = 1};
  options.is_quick = [](const HttpRequest& request) { return request.path == "/quick"; };
  const auto server = start(options, [&](const HttpRequest& request) {
    if (request.path == "/quick") return echo(request);
    is_running.release();
    may_go_on.acquire();
    return echo(request);
  });
  TestClient first(server->port()), second(server->port()), third(server->port());
  first.send(kGet);
  is_running.acquire();
  second.send(kGet);
  // One of the two waits, the other one is turned away.
  third.send(kGet);
  TestClient quick(server->port());
  EXPECT_EQ(quick.ask("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
  may_go_on.release(2);
  EXPECT_EQ(first.read().status, 200);
  const auto a = second.read(), b = third.read();
  EXPECT_EQ(a.status + b.status, 200 + 503);
  EXPECT_EQ((a.status == 503 ? a : b).header("Retry-After"), "1");
}

TEST(HttpServer, StopsWhileBusy) {
  std::counting_semaphore<> is_running{0};
  auto server = start({.workers = 2, .waiting_max = 10}, [&](const HttpRequest& request) {
    is_running.release();
    while (!*request.is_cancelled) std::this_thread::yield();
    return echo(request);
  });
  std::vector<TestClient> busy;
  for (int i = 0; i < 5; ++i) {
    busy.emplace_back(server->port());
    busy.back().send(kGet);
  }
  TestClient idle(server->port());
  is_running.acquire();
  is_running.acquire();
  const int64_t begin_ns = monotonic_ns();
  server->stop();
  EXPECT_LT(monotonic_ns() - begin_ns, 1'900'000'000);
  EXPECT_TRUE(idle.is_closed_by_server());
  int answered = 0;
  for (TestClient& client : busy) answered += client.read().status == 200;
  EXPECT_EQ(answered, 2);
  EXPECT_FALSE(TestClient(server->port()).is_connected());
  server->stop();  // again: nothing happens
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
  EXPECT_FALSE(start_http_server({.port = 0, .password_hash = "secret"}, echo).has_value());
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
  const auto server = start({.user = "admin",
                             .password_hash = hash_password("pa:ss"),
                             .local_token = "0123456789abcdef"});
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
