// Blocks of lines → decode → enrich → store, by as many threads as there are cores.
//
//   readers ──push──> queue ──> worker: decode a block into its batch; when the batch is full, or
//                               the period is over: enrich it, append it with the pieces it is of
//
// Each worker has a batch, a decoder's memory and enrichers of its own; only the queue, the store
// and the counters are shared. While the store is slow the queue fills and push() waits.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "config.h"
#include "hit/live_tail.h"
#include "hit/services.h"
#include "hit/stats.h"
#include "ingest/block.h"
#include "ingest/service_gate.h"
#include "store/salts.h"
#include "store/store.h"

namespace ballcone {

struct IngestOptions {
  Config config;
  std::string data_dir;
  int threads = 1;
  size_t blocks_max = 64;  // waiting to be decoded
  // When the store refuses: again and again until stop() and stop_time_max_us after it, or not.
  bool keeps_trying = true;
  // What services want kept; null: all are as the settings say.
  std::shared_ptr<const ServiceRegistry> services = nullptr;
  LiveTail* live = nullptr;  // where hits are shown as they arrive; null: nowhere
};

// As many as there are cores.
int worker_count();

class IngestWorkers {
 public:
  // `store` and `salts` outlive it.
  IngestWorkers(const IngestOptions& options, Store& store, Salts& salts);
  ~IngestWorkers();

  // An empty block to fill. Any thread.
  BlockPtr spare();
  // One that is not needed after all.
  void recycle(BlockPtr block);
  // Waits while the queue is full. False if all is over: the store failed and keeps_trying is off.
  bool push(BlockPtr block);

  // No more blocks will come: decodes and commits what is there, ends the threads. The error is the
  // store's, if rows had to be given up.
  Result<void> finish();
  // The store has failed and keeps_trying is off: nothing more will be stored.
  bool is_over() const { return has_failed_ && !options_.keeps_trying; }
  // Null: hits are shown nowhere.
  LiveTail* live() const { return options_.live; }

  // All but sources and started_us. Any thread.
  IngestStats stats() const;

 private:
  class Worker;

  bool may_try_again() const;
  void expire_salts();
  void note_size();

  const IngestOptions options_;
  Store& store_;
  Salts& salts_;
  ServiceGate gate_;

  Queue<BlockPtr> blocks_;
  std::mutex spares_mutex_;
  std::vector<BlockPtr> spares_;

  std::atomic<int64_t> expire_us_{0};
  std::atomic<int64_t> size_day_{-1};
  std::atomic<bool> is_finishing_{false};
  std::atomic<int64_t> finishing_since_ns_{0};
  std::atomic<bool> has_failed_{false};
  std::atomic<uint64_t> queue_bytes_{0};
  std::atomic<uint64_t> batch_rows_{0};

  mutable std::mutex mutex_;  // of what follows
  IngestStats stats_;
  Error error_;

  std::vector<std::jthread> threads_;
};

}  // namespace ballcone
