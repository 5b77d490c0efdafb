// Many may pass at once, or one is alone. Unlike std::shared_mutex, whoever wants to be alone does
// not wait for ever while others keep passing: those who come after it wait.
#pragma once

#include <condition_variable>
#include <mutex>

namespace ballcone {

class Gate {
 public:
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(gate) {
      std::unique_lock lock(gate_.mutex_);
      gate_.changed_.wait(lock, [&] { return !gate_.is_closed_; });
      ++gate_.passing_;
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      const std::lock_guard lock(gate_.mutex_);
      if (--gate_.passing_ == 0) gate_.changed_.notify_all();
    }

   private:
    Gate& gate_;
  };

  class Alone {
   public:
    explicit Alone(Gate& gate) : gate_(gate) {
      std::unique_lock lock(gate_.mutex_);
      gate_.changed_.wait(lock, [&] { return !gate_.is_closed_; });
      gate_.is_closed_ = true;
      gate_.changed_.wait(lock, [&] { return gate_.passing_ == 0; });
    }
    Alone(const Alone&) = delete;
    Alone& operator=(const Alone&) = delete;
    ~Alone() {
      const std::lock_guard lock(gate_.mutex_);
      gate_.is_closed_ = false;
      gate_.changed_.notify_all();
    }

   private:
    Gate& gate_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int passing_ = 0;
  bool is_closed_ = false;
};

}  // namespace ballcone
