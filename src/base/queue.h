// A bounded queue between threads: push waits while it is full, pop while it is empty.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace ballcone {

template <class T>
class Queue {
 public:
  explicit Queue(size_t items_max) : items_max_(items_max) {}

  void push(T item) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return items_.size() < items_max_; });
    items_.push_back(std::move(item));
    has_items_.notify_one();
  }

  // Nothing once the queue is closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    has_items_.wait(lock, [&] { return !items_.empty() || is_closed_; });
    return take();
  }

  // Nothing also when `wait` is over; is_finished() tells the two apart.
  std::optional<T> pop_within(std::chrono::nanoseconds wait) {
    std::unique_lock lock(mutex_);
    has_items_.wait_for(lock, wait, [&] { return !items_.empty() || is_closed_; });
    return take();
  }

  // No more will be pushed.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    has_items_.notify_all();
  }

  bool is_finished() const {
    const std::lock_guard lock(mutex_);
    return is_closed_ && items_.empty();
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  std::optional<T> take() {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    has_room_.notify_one();
    return item;
  }

  mutable std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_items_;
  std::deque<T> items_;
  size_t items_max_;
  bool is_closed_ = false;
};

}  // namespace ballcone
