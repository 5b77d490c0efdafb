// One thread that moves bytes: its connections, their deadlines, and what other threads tell it.
#pragma once

#include <array>
#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/ip.h"
#include "web/poller.h"
#include "web/responder.h"
#include "web/server.h"
#include "web/workers.h"

namespace ballcone {

constexpr size_t kChunkBytes = 16 << 10;  // read at once
constexpr int64_t kNever_ns = std::numeric_limits<int64_t>::max();

// What the loops of a server share.
struct ServerState {
  ServerState(const HttpOptions& given, HttpHandler handler)
      : options(given),
        responder(given, std::move(handler)),
        workers(given.workers, given.waiting_max) {}

  const HttpOptions options;
  Responder responder;
  std::atomic<size_t> serving{0};     // connections that are not turned away
  std::atomic<size_t> refused{0};     // those that are, until they are closed
  std::atomic<size_t> held_bytes{0};  // of requests that are not whole, or wait for their answer
  std::atomic<bool> is_stopping{false};
  std::atomic<int64_t> stop_by_ns{kNever_ns};
  Workers workers;
};

// A client that nobody listens to yet.
struct AcceptedSocket {
  int socket;  // closed with it; -1: not its own any more
  IpAddress peer;
  bool is_refused = false;

  AcceptedSocket(int the_socket, const IpAddress& the_peer) : socket(the_socket), peer(the_peer) {}
  ~AcceptedSocket();
  AcceptedSocket(const AcceptedSocket&) = delete;
  AcceptedSocket& operator=(const AcceptedSocket&) = delete;
};

class HttpConnection;

class Loop {
 public:
  explicit Loop(ServerState& state);
  ~Loop();

  void start();
  // Ends the thread once begin_stop() was posted and the last connection is closed.
  void join();

  // Any thread. It counts as serving or refused already.
  void adopt(std::shared_ptr<AcceptedSocket> accepted);
  void post(std::function<void()> job) { poller_.post(std::move(job)); }
  void begin_stop();  // any thread

  // What follows is for this loop's thread: its connections and watchers.
  Poller& poller() { return poller_; }
  ServerState& state() { return state_; }
  // When what is told now was seen: one look at the clock for all of it.
  int64_t now_ns() const { return now_ns_; }
  int64_t now_us() const { return now_us_; }
  std::array<char, kChunkBytes>& chunk() { return chunk_; }
  // For answers to requests that are answered as they are read.
  std::string& answers() { return answers_; }
  const PlainHandler& plain() const { return plain_; }
  // Its advance() comes after all that are ready now had their turn.
  void let_advance(std::shared_ptr<HttpConnection> connection);
  // Forgets it, but not before all that was told of sockets has been listened to.
  void bury(std::shared_ptr<HttpConnection> connection) {
    closed_.push_back(std::move(connection));
  }
  // Their next_piece() is called every stream_period_us; at no cost while there are none.
  void add_stream(std::shared_ptr<HttpConnection> connection);
  void remove_stream(const std::shared_ptr<HttpConnection>& connection) {
    streams_.erase(connection);
  }
  // One job at most.
  void call_at(int64_t time_ns, std::function<void()> job);

 private:
  void run();
  void turn();
  void look_at_clock();
  void check_deadlines();
  void tell_streams();
  int64_t tick_ns() const;

  ServerState& state_;
  Poller poller_;
  std::unordered_set<std::shared_ptr<HttpConnection>> connections_, streams_;
  std::vector<std::shared_ptr<HttpConnection>> advancing_, closed_;
  std::array<char, kChunkBytes> chunk_;
  std::string answers_;
  PlainHandler plain_;
  int64_t now_ns_ = 0, now_us_ = 0, next_tick_ns_ = 0;
  int64_t call_ns_ = kNever_ns, next_piece_ns_ = kNever_ns;
  std::function<void()> call_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace ballcone
