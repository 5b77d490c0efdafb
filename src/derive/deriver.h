// Keeps the derived tables up to date while hits arrive, on a thread of its own.
//
// A day is derived kPeriod after it changed, and not before eight times what its last derivation
// took: so it costs an eighth of a core's time at most. A day that is to be derived as a whole and
// still grows (an import) waits until it has been quiet for kQuiet, but for kQuietMax at most.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/time_zone.h"
#include "derive/derive.h"
#include "hit/stats.h"
#include "store/store.h"

namespace ballcone {

class Deriver {
 public:
  // All of `store` outlives it. `period_s`: between a change and its derivation.
  // The tables are there when it returns, so that questions can be asked; where they could not be
  // made, that is tried again.
  Deriver(Store& store, TimeZones zones, DeriveOptions options, double period_s = 5);
  ~Deriver() { stop(); }

  // Ends the derivation that runs, of which nothing remains, and the thread.
  void stop();
  // Any thread.
  DeriveStats stats() const;
  // Waits until what has changed before the call is derived, without the pauses between; false if
  // *is_cancelled or stopped before. Adds what was done meanwhile. Any thread.
  bool finish(const std::atomic<bool>& is_cancelled, DeriveFigures* figures);

 private:
  using Key = std::pair<uint32_t, int64_t>;  // service, day
  struct Waiting {
    int64_t since_us = 0;    // first seen changed
    int64_t changed_us = 0;  // `hits` was another then
    uint64_t hits = 0;
  };

  void run(bool is_prepared);
  bool look(bool is_urgent);
  bool is_due(const DirtyDay& dirty, int64_t now_us);
  void derive(const DirtyDay& dirty);
  void forget();
  void fail(const std::string& message);

  Store& store_;
  const TimeZones zones_;
  DeriveOptions options_;
  const int64_t period_us_;
  std::atomic<bool> is_stopping_ = false;
  std::map<Key, Waiting> waiting_;
  std::map<Key, int64_t> not_before_us_;
  int64_t forget_next_us_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  DeriveStats stats_;
  int urgent_ = 0;       // callers of finish()
  uint64_t rounds_ = 0;  // that left nothing dirty
  uint64_t begun_ = 0;   // looks for what is dirty
  std::jthread thread_;
};

}  // namespace ballcone
