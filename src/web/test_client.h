// A client for tests that sends exactly the bytes it is given, as slowly or as wrongly as wanted,
// and a server for it to talk to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "web/server.h"

namespace ballcone {

struct TestAnswer {
  int status = 0;    // 0: the connection ended before an answer
  std::string head;  // with its empty line
  std::string body;

  // The value of a header, "" if absent.
  std::string header(std::string_view name) const {
    const std::string start = "\r\n" + std::string(name) + ": ";
    const size_t at = head.find(start);
    if (at == head.npos) return "";
    const size_t begin = at + start.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class TestClient {
 public:
  explicit TestClient(uint16_t port, bool is_v6 = false) {
    fd_ = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in v4{.sin_family = AF_INET, .sin_port = htons(port)};
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_port = htons(port)};
    v6.sin6_addr = in6addr_loopback;
    const auto* const address =
        is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
    is_connected_ = connect(fd_, address, is_v6 ? sizeof v6 : sizeof v4) == 0;
  }
  ~TestClient() { close(); }
  TestClient(TestClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        is_connected_(other.is_connected_),
        input_(std::move(other.input_)) {}
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool is_connected() const { return is_connected_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void close_sending() { shutdown(fd_, SHUT_WR); }
  // Closes with a reset instead of an end.
  void reset() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

  // False once the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(size));
    }
    return true;
  }

  // Sends `bytes` again and again until nothing more is taken for a tenth of a second; returns how
  // many were. The last one is cut unless that is a multiple.
  size_t send_while_taken(std::string_view bytes) {
    size_t sent = 0;
    for (pollfd waiting{fd_, POLLOUT, 0}; poll(&waiting, 1, 100) > 0;) {
      const std::string_view rest = bytes.substr(sent % bytes.size());
      const ssize_t size = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (size < 0 && errno != EAGAIN) break;
      sent += static_cast<size_t>(std::max<ssize_t>(size, 0));
    }
    return sent;
  }

  // The next answer; `has_body` false: to HEAD.
  TestAnswer read(bool has_body = true) {
    TestAnswer answer;
    while (input_.find("\r\n\r\n") == input_.npos) {
      if (!receive()) return answer;
    }
    const size_t head_size = input_.find("\r\n\r\n") + 4;
    answer.head = input_.substr(0, head_size);
    input_.erase(0, head_size);
    answer.status = std::atoi(answer.head.c_str() + 9);
    const size_t length = std::strtoul(answer.header("Content-Length").c_str(), nullptr, 10);
    if (!has_body || answer.status == 304 || answer.status == 100) return answer;
    while (input_.size() < length) {
      if (!receive()) return answer;
    }
    answer.body = input_.substr(0, length);
    input_.erase(0, length);
    return answer;
  }

  // All up to `end` and with it; what has come so far if the server closes before.
  std::string read_until(std::string_view end) {
    while (input_.find(end) == input_.npos) {
      if (!receive()) return std::exchange(input_, {});
    }
    const size_t size = input_.find(end) + end.size();
    std::string text = input_.substr(0, size);
    input_.erase(0, size);
    return text;
  }

  TestAnswer ask(std::string_view bytes, bool has_body = true) {
    send(bytes);
    return read(has_body);
  }

  bool has_input_within(int ms) {
    pollfd waiting{fd_, POLLIN, 0};
    return poll(&waiting, 1, ms) > 0;
  }

  // Reads until the server closes; false if it has not within 10 seconds.
  bool is_closed_by_server() {
    while (receive()) input_.clear();
    return !has_timed_out_;
  }

 private:
  bool receive() {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, 10'000) <= 0) {
      has_timed_out_ = true;
      return false;
    }
    char buffer[16384];
    const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    input_.append(buffer, static_cast<size_t>(size));
    return true;
  }

  int fd_ = -1;
  bool is_connected_ = false, has_timed_out_ = false;
  std::string input_;
};

inline constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Says back what it understood.
inline HttpResponse echo(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
  if (!request.body.empty()) response.body += " " + request.body;
  return response;
}

inline std::unique_ptr<HttpServer> start(HttpOptions options, HttpHandler handler = echo) {
  options.port = 0;
  auto server = start_http_server(options, std::move(handler));
  CHECK(server.has_value());
  return std::move(*server);
}

inline TestAnswer ask(const HttpServer& server, std::string_view bytes) {
  return TestClient(server.port()).ask(bytes);
}

}  // namespace ballcone
