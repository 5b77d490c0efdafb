// Requests at a fixed rate by keep-alive connections, and how long each waited for its answer. A
// request's time begins when it was due, not when a connection was free for it: a server that stops
// for a while makes all wait that were due meanwhile.
//
//   pixel_load PORT RATE SECONDS CONNECTIONS FILE     FILE: requests, one after the other
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr size_t kBodyBytes = 43;
constexpr int64_t kTick_ns = 100'000;            // what is due is looked at so often
constexpr int64_t kPatience_ns = 5'000'000'000;  // for the last answers

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct Connection {
  int fd = -1;
  int64_t due_ns = 0;  // 0: idle
  std::string answer;
};

class Load {
 public:
  Load(const char* port, double rate, size_t connections, std::vector<std::string> requests)
      : ns_per_request_(1e9 / rate), requests_(std::move(requests)), connections_(connections) {
    for (Connection& connection : connections_) open(port, &connection);
  }

  void run(double seconds) {
    begin_ns_ = ballcone::monotonic_ns();
    const int64_t end_ns = begin_ns_ + static_cast<int64_t>(seconds * 1e9);
    const auto last = static_cast<uint64_t>(seconds * 1e9 / ns_per_request_);
    for (int64_t now = begin_ns_; sent_ < last || idle_.size() < connections_.size();
         now = ballcone::monotonic_ns()) {
      if (now > end_ns + kPatience_ns) break;
      send_due(now, last);
      receive();
    }
    seconds_ = static_cast<double>(ballcone::monotonic_ns() - begin_ns_) / 1e9;
  }

  void print() {
    std::sort(waits_us_.begin(), waits_us_.end());
    const auto at = [&](double share) {
      const auto index = static_cast<size_t>(share * static_cast<double>(waits_us_.size()));
      return waits_us_.empty() ? 0 : waits_us_[std::min(index, waits_us_.size() - 1)];
    };
    std::printf(
        "{\"sent\": %lu, \"answered\": %zu, \"refused\": %lu, \"seconds\": %.3f, \"p50_us\": %u, "
        "\"p99_us\": %u, \"p999_us\": %u, \"max_us\": %u}\n",
        sent_, waits_us_.size(), refused_, seconds_, at(0.5), at(0.99), at(0.999), at(1));
  }

 private:
  void open(const char* port, Connection* connection) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection->fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      die("connect");
    const int on = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{.events = EPOLLIN, .data = {.ptr = connection}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd, &event) != 0) die("epoll_ctl");
    idle_.push_back(connection);
  }

  void send_due(int64_t now, uint64_t last) {
    const auto passed = static_cast<double>(now - begin_ns_) / ns_per_request_;
    const uint64_t due = std::min(last, static_cast<uint64_t>(passed) + 1);
    while (sent_ < due && !idle_.empty()) {
      Connection& connection = *idle_.front();
      idle_.pop_front();
      connection.due_ns =
          begin_ns_ + static_cast<int64_t>(static_cast<double>(sent_) * ns_per_request_);
      const std::string& request = requests_[sent_ % requests_.size()];
      // An idle connection's buffer is empty: a request fits into it.
      if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(request.size()))
        die("send");
      ++sent_;
    }
  }

  void receive() {
    epoll_event events[256];
    const timespec tick{.tv_sec = 0, .tv_nsec = kTick_ns};
    const int count = epoll_pwait2(epoll_, events, std::size(events), &tick, nullptr);
    for (int i = 0; i < count; ++i) read(static_cast<Connection*>(events[i].data.ptr));
  }

  void read(Connection* connection) {
    char bytes[4096];
    const ssize_t size = recv(connection->fd, bytes, sizeof bytes, 0);
    if (size <= 0) die("the server closed a connection");
    connection->answer.append(bytes, static_cast<size_t>(size));
    const size_t end = connection->answer.find(kHeadEnd);
    if (end == std::string::npos) return;
    if (connection->answer.size() < end + kHeadEnd.size() + kBodyBytes) return;
    refused_ += !connection->answer.starts_with("HTTP/1.1 200 ") ||
                connection->answer.find("\r\nBallcone-Dropped: ") < end;
    connection->answer.clear();
    waits_us_.push_back(
        static_cast<uint32_t>((ballcone::monotonic_ns() - connection->due_ns) / 1000));
    idle_.push_back(connection);
  }

  const double ns_per_request_;
  const std::vector<std::string> requests_;
  const int epoll_ = epoll_create1(0);
  std::vector<Connection> connections_;
  std::deque<Connection*> idle_;  // taken in turn, as if each had a client of its own
  std::vector<uint32_t> waits_us_;
  int64_t begin_ns_ = 0;
  uint64_t sent_ = 0, refused_ = 0;
  double seconds_ = 0;
};

std::vector<std::string> read_requests(const char* path) {
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::vector<std::string> requests;
  for (size_t begin = 0, end = 0; (end = text.find(kHeadEnd, begin)) != text.npos; begin = end) {
    end += kHeadEnd.size();
    requests.push_back(text.substr(begin, end - begin));
  }
  if (requests.empty()) die("expected requests in the file");
  return requests;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: pixel_load PORT RATE SECONDS CONNECTIONS FILE\n");
    return 2;
  }
  Load load(argv[1], std::atof(argv[2]), static_cast<size_t>(std::atoi(argv[4])),
            read_requests(argv[5]));
  load.run(std::atof(argv[3]));
  load.print();
}
