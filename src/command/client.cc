#include "command/client.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

namespace ballcone {
namespace {

class Connection {
 public:
  explicit Connection(const ServerAddress& server) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(server.port);
    if (getaddrinfo(server.host.c_str(), port.c_str(), &hints, &found) != 0) return;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    fd_ = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    is_open_ = fd_ >= 0 && connect(fd_, found->ai_addr, found->ai_addrlen) == 0;
  }
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_open() const { return is_open_; }

  bool write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }

  std::string read_all() const {
    std::string text;
    char buffer[64 * 1024];
    ssize_t size = 0;
    while ((size = recv(fd_, buffer, sizeof buffer, 0)) > 0)
      text.append(buffer, static_cast<size_t>(size));
    return text;
  }

 private:
  int fd_ = -1;
  bool is_open_ = false;
};

}  // namespace

Result<Answer> post_json(const ServerAddress& server, std::string_view target,
                         std::string_view body) {
  const Connection connection(server);
  if (!connection.is_open()) {
    return failure(fmt::format("no server answers on {} port {}: {}", server.host, server.port,
                               std::strerror(errno)));
  }
  // HTTP/1.0: the answer is not in chunks, and its end is the connection's.
  const std::string host =
      server.host.find(':') == server.host.npos ? server.host : "[" + server.host + "]";
  connection.write_all(
      fmt::format("POST {} HTTP/1.0\r\nHost: {}:{}\r\nAuthorization: Bearer {}\r\nContent-Type: "
                  "application/json\r\n"
                  "Content-Length: {}\r\n\r\n{}",
                  target, host, server.port, server.token, body.size(), body));
  const std::string text = connection.read_all();
  Answer answer;
  const size_t body_begin = text.find("\r\n\r\n");
  const bool is_http =
      text.starts_with("HTTP/1.") && body_begin != text.npos &&
      std::from_chars(text.data() + 9, text.data() + 12, answer.status).ec == std::errc();
  if (!is_http)
    return failure(fmt::format("expected an HTTP answer from {}:{}, got {} bytes", server.host,
                               server.port, text.size()));
  answer.body = text.substr(body_begin + 4);
  answer.is_truncated = text.find("\r\nBallcone-Truncated: true\r\n") < body_begin;
  return answer;
}

Error error_of(const Answer& answer) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  const auto error =
      json.is_object() ? json.value("error", nlohmann::json::object()) : nlohmann::json::object();
  if (!error.is_object() || !error.contains("message") || !error["message"].is_string()) {
    return {fmt::format("the server refused with status {}: {}", answer.status, answer.body)};
  }
  const bool has_position = error.contains("position") && error["position"].is_number_integer();
  return {error["message"].get<std::string>(), has_position ? error["position"].get<int>() : -1};
}

Result<std::string> ask_server_or_store(const Config& config, std::string_view target,
                                        std::string_view request,
                                        Result<std::string> (*change)(Store&, std::string_view)) {
  if (const auto server = read_server_file(server_file_path(config.database))) {
    const auto answer = post_json(*server, target, request);
    // Nobody there: the server was killed, and its file stayed.
    if (answer && answer->status == 200) return answer->body;
    if (answer) return tl::unexpected(error_of(*answer));
  }
  auto store = open_store({.path = config.database});
  if (!store) return tl::unexpected(store.error());
  return change(**store, request);
}

}  // namespace ballcone
