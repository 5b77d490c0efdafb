// The connections that questions share. Each has a thread of its own, so that the one who asks can
// leave on time even where the engine does not listen (within one call of a slow function).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/engine.h"
#include "store/store.h"

namespace ballcone {

class Readers {
 public:
  // Runs on a reader's thread, after the one who asked may have left: owns all it uses. Ends soon
  // after `is_stopped`.
  using Work =
      std::function<Result<Table>(Connection& connection, const std::atomic<bool>& is_stopped)>;

  explicit Readers(std::vector<std::unique_ptr<Connection>> connections);
  ~Readers();  // stop(), waiting for however long it takes

  // Ends what runs. False if the engine has not given up after `wait_us`: then this must not be
  // destroyed, nor what it uses. To be called again, or the program ends with it.
  bool stop(int64_t wait_us);

  // Waits for a free reader, then for the answer; both at most limits.time_us. Any thread.
  Result<Table> run(Work work, const QueryLimits& limits);

 private:
  struct Job;
  struct Reader;

  void serve(Reader& reader);
  void interrupt_stopped();
  std::optional<Error> stop_reason(const QueryLimits& limits, int64_t end_ns) const;

  std::mutex mutex_;
  std::condition_variable reader_freed_, job_given_, job_done_, watch_;
  std::vector<std::unique_ptr<Reader>> readers_;
  bool is_closing_ = false;
  int running_ = 0;
  std::jthread watchdog_;
};

}  // namespace ballcone
