#include "web/poller.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

namespace ballcone {
namespace {

int checked(int file) {
  if (file < 0) throw std::system_error(errno, std::generic_category());
  return file;
}

}  // namespace

Poller::Poller() : epoll_(checked(epoll_create1(EPOLL_CLOEXEC))) {
  wakeup_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wakeup_ >= 0 && add(wakeup_, EPOLLIN, nullptr)) return;
  const int error = errno;
  if (wakeup_ >= 0) close(wakeup_);
  close(epoll_);
  throw std::system_error(error, std::generic_category());
}

Poller::~Poller() {
  close(wakeup_);
  close(epoll_);
}

bool Poller::add(int socket, uint32_t events, Watcher* watcher) {
  epoll_event event{.events = events, .data = {.ptr = watcher}};
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
}

void Poller::remove(int socket) { epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr); }

void Poller::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(job));
    if (posted_.size() > 1) return;  // it has been woken
  }
  const uint64_t one = 1;
  (void)!write(wakeup_, &one, sizeof one);
}

void Poller::wait(int64_t timeout_ns) {
  const int64_t timeout_ms = (std::max<int64_t>(timeout_ns, 0) + 999'999) / 1'000'000;
  const int count = epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()),
                               static_cast<int>(std::min<int64_t>(timeout_ms, 60'000)));
  count_ = static_cast<size_t>(std::max(count, 0));
}

void Poller::tell() {
  bool is_posted = false;
  for (const epoll_event& event : std::span(events_).first(count_)) {
    if (auto* const watcher = static_cast<Watcher*>(event.data.ptr))
      run_guarded([&] { watcher->on_ready(event.events); });
    else
      is_posted = true;
  }
  if (is_posted) run_posted();
}

void Poller::run_posted() {
  uint64_t times = 0;
  (void)!read(wakeup_, &times, sizeof times);
  std::vector<std::function<void()>> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs.swap(posted_);
  }
  for (const auto& job : jobs) run_guarded(job);
}

}  // namespace ballcone
