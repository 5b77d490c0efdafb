// Threads that run jobs in order of arrival; a bounded queue before them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ballcone {

class Workers {
 public:
  Workers(int threads, size_t waiting_max);
  ~Workers() { stop(); }

  // False if as many jobs as allowed wait already, or after stop(). Any thread.
  bool add(std::function<void()> job);
  // Runs what waits, then joins. Not from a job.
  void stop();

 private:
  void run();

  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  size_t idle_ = 0;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ballcone
