// Answers that go on: what the server does with their pieces, with clients that are slow or gone,
// and with itself at the end.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "base/time.h"
#include "web/digest.h"
#include "web/door.h"
#include "web/event_stream.h"
#include "web/test_client.h"

namespace ballcone {
namespace {

// Counts the streams that are alive, as a watcher's place is held by one.
struct Alive {
  explicit Alive(std::atomic<int>& number) : count(number) { ++count; }
  ~Alive() { --count; }
  std::atomic<int>& count;
};

// "1\n", "2\n" … of each stream of its own, while `size` is not 0 so many bytes each.
HttpHandler counter(std::atomic<int>& alive, size_t size = 0) {
  return [&alive, size](const HttpRequest& request) {
    if (request.path != "/stream") return echo(request);
    auto one = std::make_shared<Alive>(alive);
    auto number = std::make_shared<int>(0);
    return stream_response([one, number, size] {
      return size > 0 ? std::string(size, 'x') : fmt::format("{}\n", ++*number);
    });
  };
}

HttpOptions hurried() { return {.stream_period_us = 2'000, .stream_write_us = 200'000}; }

constexpr std::string_view kStream =
    "GET /stream HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n";

bool becomes(const std::atomic<int>& number, int wanted) {
  const int64_t begin_ns = monotonic_ns();
  while (number != wanted && monotonic_ns() - begin_ns < 10'000'000'000) std::this_thread::yield();
  return number == wanted;
}

TEST(HttpStream, SendsPiecesUntilTheClientGoes) {
  std::atomic<int> alive{0};
  const auto server = start(hurried(), counter(alive));
  for (const bool is_reset : {false, true}) {
    TestClient client(server->port());
    client.send(kStream);
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_EQ(head.find("HTTP/1.1 200 OK\r\n"), 0u);
    EXPECT_NE(head.find("\r\nContent-Type: text/event-stream; charset=utf-8\r\n"), head.npos);
    EXPECT_NE(head.find("\r\nX-Accel-Buffering: no\r\n"), head.npos);
    EXPECT_NE(head.find("\r\nCache-Control: no-store, no-transform\r\n"), head.npos);
    EXPECT_NE(head.find("\r\nConnection: close\r\n"), head.npos);
    EXPECT_EQ(head.find("Content-Length"), head.npos);
    EXPECT_EQ(head.find("Content-Encoding"), head.npos);
    EXPECT_EQ(client.read_until("3\n"), "1\n2\n3\n");
    client.send("what a client says meanwhile is passed over");
    EXPECT_EQ(client.read_until("5\n"), "4\n5\n");
    EXPECT_EQ(alive, 1);
    is_reset ? client.reset() : client.close();
    EXPECT_TRUE(becomes(alive, 0));
  }
}

TEST(HttpStream, AnswersHeadWithoutAStream) {
  std::atomic<int> alive{0};
  const auto server = start(hurried(), counter(alive));
  TestClient client(server->port());
  const auto answer = client.ask("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_TRUE(becomes(alive, 0));
}

// It keeps neither others nor more than a piece waiting.
TEST(HttpStream, CutsAReaderThatTakesNothing) {
  std::atomic<int> alive{0};
  const auto server = start(hurried(), counter(alive, 8 << 20));
  TestClient slow(server->port());
  slow.send(kStream);
  slow.read_until("\r\n\r\n");
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(ask(*server, kGet).status, 200);
  EXPECT_TRUE(becomes(alive, 0));
}

TEST(HttpStream, EndsAtOnceWhenTheServerStops) {
  std::atomic<int> alive{0};
  for (const size_t size : {size_t{0}, size_t{8 << 20}}) {
    HttpOptions options = hurried();
    options.stream_write_us = 60'000'000;
    const auto server = start(options, counter(alive, size));
    TestClient client(server->port());
    client.send(kStream);
    client.read_until("\r\n\r\n");
    const int64_t begin_ns = monotonic_ns();
    server->stop();
    EXPECT_LT(monotonic_ns() - begin_ns, 1'000'000'000) << size;
    EXPECT_TRUE(client.is_closed_by_server());
    EXPECT_EQ(alive, 0);
  }
}

TEST(HttpStream, ServesManyAtOnce) {
  std::atomic<int> alive{0};
  const auto server = start(hurried(), counter(alive));
  std::vector<TestClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(server->port());
    clients.back().send(kStream);
  }
  for (TestClient& client : clients) {
    client.read_until("\r\n\r\n");
    EXPECT_EQ(client.read_until("2\n"), "1\n2\n");
  }
  EXPECT_EQ(alive, 50);
  clients.clear();
  EXPECT_TRUE(becomes(alive, 0));
}

// A door with a session of a browser that goes on until `ends_us`.
struct Lobby {
  explicit Lobby(int64_t ends_us) {
    const std::string file =
        (std::filesystem::temp_directory_path() / fmt::format("ballcone-lobby-{}", getpid()))
            .string();
    const std::string hash = hash_password("correct horse");
    const std::string token = random_token();
    std::ofstream(file) << hex(digest_of(token, hash)) << ' ' << ends_us << '\n';
    door = *make_door({.user = "admin", .password_hash = hash, .sessions_file = file});
    std::filesystem::remove(file);
    cookie = fmt::format("ballcone_{}={}", hex(digest_of(hash)).substr(0, 8), token);
  }

  std::string ask_for_stream() const {
    return fmt::format("GET /stream HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", cookie);
  }
  void log_out() const { door->log_out({.headers = {{"cookie", cookie}}}); }

  std::shared_ptr<Door> door;
  std::string cookie;
};

TEST(HttpStream, EndsWithTheSessionThatItWasAskedUnder) {
  for (const size_t size : {size_t{0}, size_t{8 << 20}}) {  // and with a reader that takes nothing
    std::atomic<int> alive{0};
    const Lobby lobby(now_us() + kSession_us);
    HttpOptions options = hurried();
    options.door = lobby.door;
    options.stream_write_us = 60'000'000;
    const auto server = start(options, counter(alive, size));
    TestClient client(server->port());
    client.send(lobby.ask_for_stream());
    EXPECT_EQ(client.read_until("\r\n\r\n").find("HTTP/1.1 200 OK\r\n"), 0u);
    if (size == 0) {
      EXPECT_EQ(client.read_until("3\n"), "1\n2\n3\n");
    }
    EXPECT_EQ(alive, 1);
    lobby.log_out();
    EXPECT_TRUE(becomes(alive, 0));
    EXPECT_TRUE(client.is_closed_by_server());
  }
}

TEST(HttpStream, EndsWhenItsSessionHasExpired) {
  std::atomic<int> alive{0};
  const int64_t ends_us = now_us() + 2 * kSecond_us;
  const Lobby lobby(ends_us);
  HttpOptions options = hurried();
  options.door = lobby.door;
  const auto server = start(options, counter(alive));
  TestClient client(server->port());
  client.send(lobby.ask_for_stream());
  EXPECT_EQ(client.read_until("\r\n\r\n").find("HTTP/1.1 200 OK\r\n"), 0u);
  EXPECT_TRUE(becomes(alive, 0));
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_GE(now_us(), ends_us);
}

TEST(EventStream, WritesEventsAsBrowsersReadThem) {
  std::string text;
  append_retry(2000, &text);
  append_event({"1-2-3", "hits", R"({"a":1})"}, &text);
  append_event({"", "gap", "{}"}, &text);
  append_comment("still here", &text);
  EXPECT_EQ(text,
            "retry: 2000\n\n"
            "id: 1-2-3\nevent: hits\ndata: {\"a\":1}\n\n"
            "event: gap\ndata: {}\n\n"
            ": still here\n\n");
}

}  // namespace
}  // namespace ballcone
