#include "web/loop.h"

#include <unistd.h>

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "web/connection.h"

namespace ballcone {

AcceptedSocket::~AcceptedSocket() {
  if (socket >= 0) close(socket);
}

Loop::Loop(ServerState& state) : state_(state) {
  if (state.options.make_plain_handler) plain_ = state.options.make_plain_handler();
  look_at_clock();
}

Loop::~Loop() {
  if (thread_.joinable()) begin_stop();
  join();
}

void Loop::start() {
  thread_ = std::thread([this] { run(); });
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
}

void Loop::look_at_clock() {
  now_ns_ = monotonic_ns();
  now_us_ = ballcone::now_us();
}

void Loop::run() {
  name_thread("http loop");
  while (!is_ending_ || !connections_.empty()) {
    try {
      turn();
    } catch (const std::exception& error) {  // out of memory
      log_error("serving: {}", error.what());
    }
  }
}

void Loop::turn() {
  const int64_t next_ns = std::min({next_tick_ns_, call_ns_, next_piece_ns_});
  poller_.wait(advancing_.empty() ? next_ns - now_ns_ : 0);
  look_at_clock();
  poller_.tell();
  std::vector<std::shared_ptr<HttpConnection>> advancing;
  advancing.swap(advancing_);
  for (const auto& connection : advancing) run_guarded([&] { connection->advance(); });
  if (now_ns_ >= next_tick_ns_) check_deadlines();
  if (now_ns_ >= next_piece_ns_) tell_streams();
  if (now_ns_ >= call_ns_) {
    call_ns_ = kNever_ns;
    std::exchange(call_, nullptr)();
  }
  for (const auto& connection : closed_) connections_.erase(connection);
  closed_.clear();
}

void Loop::adopt(std::shared_ptr<AcceptedSocket> accepted) {
  post([this, accepted] {
    const auto connection = std::make_shared<HttpConnection>(*this, *accepted);
    connections_.insert(connection);
    accepted->socket = -1;  // the connection's from now on
    connection->start();
  });
}

void Loop::let_advance(std::shared_ptr<HttpConnection> connection) {
  advancing_.push_back(std::move(connection));
}

void Loop::add_stream(std::shared_ptr<HttpConnection> connection) {
  if (streams_.empty()) next_piece_ns_ = now_ns_ + state_.options.stream_period_us * 1000;
  streams_.insert(std::move(connection));
}

// What one says may be its last, so it is not the set itself that is gone through.
void Loop::tell_streams() {
  const std::vector<std::shared_ptr<HttpConnection>> all(streams_.begin(), streams_.end());
  for (const auto& connection : all) run_guarded([&] { connection->next_piece(); });
  next_piece_ns_ = streams_.empty() ? kNever_ns : now_ns_ + state_.options.stream_period_us * 1000;
}

void Loop::call_at(int64_t time_ns, std::function<void()> job) {
  call_ns_ = time_ns;
  call_ = std::move(job);
}

int64_t Loop::tick_ns() const {
  if (state_.is_stopping) return 20'000'000;
  const int64_t shortest_us = std::min(state_.options.idle_us, state_.options.request_us);
  return std::clamp<int64_t>(shortest_us / 8, 5'000, 500'000) * 1000;
}

// One look at all for all deadlines: ten thousand connections take a fraction of a millisecond, and
// no request pays for starting and stopping a timer.
void Loop::check_deadlines() {
  next_tick_ns_ = now_ns_ + tick_ns();
  for (const auto& connection : connections_) connection->check_deadline(now_ns_);
}

void Loop::begin_stop() {
  post([this] {
    is_ending_ = true;
    next_tick_ns_ = 0;
    for (const auto& connection : connections_) connection->stop();
  });
}

}  // namespace ballcone
