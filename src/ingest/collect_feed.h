// What scripts, pixels and servers send, as blocks for the workers: a source like any other.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "collect/request.h"
#include "hit/stats.h"
#include "ingest/workers.h"

namespace ballcone {

class CollectFeed {
 public:
  // `workers` outlives it.
  explicit CollectFeed(IngestWorkers& workers);
  ~CollectFeed() { stop(); }

  // Counts what was refused, and passes the lines on. Never waits for the store: what does not fit
  // into kBlocksMax blocks becomes a refusal, queue_full. Any thread.
  void take(CollectOutcome* outcome, size_t bytes, int64_t now_us);
  // Passes on what is left. What comes later is dropped.
  void stop();
  void fill(SourceStats* stats) const;

 private:
  // Of kLinesBytesMax each: some 40,000 hits, so the better part of a second at the worst.
  static constexpr size_t kBlocksMax = 16;

  bool add(std::string_view line);
  void add_lines(CollectOutcome* outcome);
  void run();

  IngestWorkers& workers_;
  std::shared_ptr<Feed> feed_;
  const Decoder decoder_;
  std::mutex mutex_;
  std::condition_variable is_full_;
  std::deque<BlockPtr> blocks_;  // the last one has room
  bool is_stopping_ = false;
  std::jthread thread_;
};

}  // namespace ballcone
