// A worker's part of the live tail: hits are shown as they are decoded, not when their batch is
// committed seconds later. Those to be shown are copied into a small batch of their own, which goes
// through the same enrichment; so somebody who watches costs each hit that is looked at a second
// enrichment, and nobody who watches nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "enrich/enrich.h"
#include "hit/batch.h"
#include "hit/live_tail.h"
#include "ingest/tally.h"

namespace ballcone {

// One thread.
class LiveSample {
 public:
  static constexpr int64_t kPeriod_ns = 250'000'000;
  // Of a period, so a thousand a second of each worker. The first ones; the others are counted.
  static constexpr size_t kRowsMax = 250;

  // `tail` outlives it; null: nobody can watch.
  explicit LiveSample(LiveTail* tail) : tail_(tail) {}

  bool is_watched(int64_t now_ns) const { return tail_ != nullptr && tail_->is_watched(now_ns); }
  // The rows from `first` on, before the enrichment steps have seen them.
  void add(const HitBatch& batch, size_t first);
  void add_drops(const Tally& tally, const std::string& source, int64_t now_us);
  // When there is something to publish; INT64_MAX while there is nothing.
  int64_t due_ns() const { return is_empty() ? INT64_MAX : published_ns_ + kPeriod_ns; }
  void publish(EnrichContext& context, int64_t now_ns);

 private:
  bool is_empty() const { return arrived_.empty() && drops_.empty(); }

  LiveTail* tail_;
  HitBatch rows_;
  std::map<std::string, uint64_t, std::less<>> arrived_;
  std::vector<LiveItem> drops_;
  int64_t published_ns_ = 0;
};

// What was dropped of `tally`, one per reason.
std::vector<LiveItem> live_drops(const Tally& tally, const std::string& source, int64_t now_us);
// A row after the enrichment steps.
LiveHit live_hit(const HitBatch& batch, size_t row);

}  // namespace ballcone
