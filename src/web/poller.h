// epoll: which sockets are ready, and what other threads want done by the thread that waits.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "base/log.h"

namespace ballcone {

// What is thrown here is std::bad_alloc: the connection that wanted too much ends by its deadline,
// and the others go on.
template <class Job>
void run_guarded(const Job& job) {
  try {
    job();
  } catch (const std::exception& error) {
    log_error("serving: {}", error.what());
  }
}

// What is told of its socket. It stays where it is until the wait() that may tell it is over.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_ready(uint32_t events) = 0;  // EPOLLIN | …
};

class Poller {
 public:
  // Throws std::system_error where there are no files left.
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // `events` as epoll_ctl(2) has them. False if the kernel has no memory for it. Closing the socket
  // removes it.
  bool add(int socket, uint32_t events, Watcher* watcher);
  void remove(int socket);
  // Any thread.
  void post(std::function<void()> job);
  // Waits for something, at most so long; tell() then says so to those it is about, and runs what
  // was posted.
  void wait(int64_t timeout_ns);
  void tell();

 private:
  static constexpr size_t kEventsMax = 256;  // at once

  void run_posted();

  int epoll_ = -1;
  int wakeup_ = -1;  // an eventfd
  std::array<epoll_event, kEventsMax> events_;
  size_t count_ = 0;  // of events_ that are to be told
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace ballcone
