// Sizes, times, counts: what the server does with those who ask for too much, and with itself at
// the end.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <semaphore>
#include <thread>

#include "base/clock.h"
#include "web/server.h"
#include "web/test_client.h"

namespace ballcone {
namespace {

TEST(HttpServerLimits, RefusesWhatIsTooLarge) {
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

TEST(HttpServerLimits, ClosesConnectionsThatAreTooSlow) {
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
TEST(HttpServerLimits, ClosesASlowLoris) {
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

TEST(HttpServerLimits, ClosesAReaderThatTakesNothing) {
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

TEST(HttpServerLimits, SendsALargeAnswerWhole) {
  std::string big;
  for (int i = 0; i < 1'000'000; ++i) big += fmt::format("{:08}", i);
  const auto server = start({}, [&](const HttpRequest&) {
    return HttpResponse{.content_type = "text/plain", .static_body = big};
  });
  EXPECT_EQ(ask(*server, kGet).body, big);
}

TEST(HttpServerLimits, TellsClientsBeyondTheLimitToComeBack) {
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

TEST(HttpServerLimits, ServesTwoThousandConnections) {
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

TEST(HttpServerLimits, TellsAHandlerThatItsClientHasGone) {
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
    EXPECT_TRUE(is_noticed.try_acquire_for(std::chrono::seconds(5))) << is_reset;
  }
}

// printf 'GET / …' | nc: the client ends its half and still wants the answer.
TEST(HttpServerLimits, AnswersAClientThatOnlyListens) {
  const auto server = start({});
  TestClient client(server->port());
  client.send(kGet);
  client.close_sending();
  EXPECT_EQ(client.read().body, "GET /echo");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(HttpServerLimits, TurnsAwayWhatItsQueueCannotHold) {
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

TEST(HttpServerLimits, StopsWhileBusy) {
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

}  // namespace
}  // namespace ballcone
