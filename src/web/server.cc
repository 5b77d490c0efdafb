#include "web/server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "base/clock.h"
#include "web/listener.h"
#include "web/loop.h"

namespace ballcone {
namespace {

constexpr int64_t kStop_ns = 2'000'000'000;  // for the last answers when the server stops
constexpr rlim_t kOtherFiles = 256;          // the database's, above all

// Each connection is a file; the usual soft limit is 1024. Returns how many connections there can
// be: where the hard limit is low, the database needs its files more.
size_t raise_file_limit(size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t refused = connections / 4 + 16;
  const rlim_t wanted = std::min(limit.rlim_max, connections + refused + kOtherFiles);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= connections + refused + kOtherFiles) return connections;
  const rlim_t left = limit.rlim_cur - std::min(limit.rlim_cur, kOtherFiles);
  return std::clamp<size_t>(left * 4 / 5, 1, connections);
}

HttpOptions with_files(HttpOptions options) {
  options.connections_max = raise_file_limit(options.connections_max);
  return options;
}

class Server final : public HttpServer {
 public:
  Server(const HttpOptions& options, HttpHandler handler, std::unique_ptr<Listener> listener);
  ~Server() override { stop(); }

  uint16_t port() const override { return port_; }
  void stop() override;

 private:
  ServerState state_;
  std::unique_ptr<Listener> listener_;
  const uint16_t port_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::mutex stop_mutex_;
};

Server::Server(const HttpOptions& options, HttpHandler handler, std::unique_ptr<Listener> listener)
    : state_(with_files(options), std::move(handler)),
      listener_(std::move(listener)),
      port_(listener_->port()) {
  std::vector<Loop*> loops;
  for (int i = 0; i < std::max(options.loops, 1); ++i)
    loops.push_back(loops_.emplace_back(std::make_unique<Loop>(state_)).get());
  listener_->start(state_, loops);
  for (Loop* loop : loops) loop->start();
}

// Handlers are told to give up and get to say their last word; then nothing is left to wait for.
void Server::stop() {
  const std::lock_guard lock(stop_mutex_);
  if (listener_) {
    state_.stop_by_ns = monotonic_ns() + kStop_ns;
    state_.is_stopping = true;
    // Who came last is given to a loop before that is told to end.
    loops_[0]->post([this] {
      listener_->close();
      for (const auto& loop : loops_) loop->begin_stop();
    });
    for (const auto& loop : loops_) loop->join();
    listener_.reset();
  }
  state_.workers.stop();
}

}  // namespace

int loop_count() { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8); }

Result<std::unique_ptr<HttpServer>> start_http_server(const HttpOptions& options,
                                                      HttpHandler handler) {
  try {
    auto listener = Listener::open(options.host, options.port);
    if (!listener) return tl::unexpected(listener.error());
    return std::make_unique<Server>(options, std::move(handler), std::move(*listener));
  } catch (const std::exception& error) {  // out of files, memory or threads
    return failure(fmt::format("cannot start the web server: {}", error.what()));
  }
}

}  // namespace ballcone
