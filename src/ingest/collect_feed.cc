#include "ingest/collect_feed.h"

#include <chrono>

#include "base/clock.h"
#include "base/thread.h"
#include "ingest/live_sample.h"

namespace ballcone {
namespace {

using namespace std::chrono_literals;

// A hit waits for others that long; the period between commits is seconds.
constexpr auto kPause = 50ms;

}  // namespace

CollectFeed::CollectFeed(IngestWorkers& workers)
    : workers_(workers), feed_(std::make_shared<Feed>()), decoder_(collected_decoder()) {
  feed_->name = "script and pixel";
  feed_->counters = std::make_shared<Counters>(true);
  thread_ = std::jthread([this] { run(); });
}

bool CollectFeed::add(std::string_view line) {
  if (is_stopping_) return false;
  if (blocks_.empty() || blocks_.back()->lines.free_bytes() < line.size()) {
    if (line.size() > kLinesBytesMax || blocks_.size() >= kBlocksMax) return false;
    blocks_.push_back(workers_.spare());
    if (blocks_.size() > 1) is_full_.notify_one();
  }
  blocks_.back()->lines.append(line);
  return true;
}

// Those that do not fit go over to the refusals.
void CollectFeed::add_lines(CollectOutcome* outcome) {
  const std::lock_guard lock(mutex_);
  std::erase_if(outcome->lines, [&](const CollectedLine& line) {
    if (add(line.text)) return false;
    outcome->refusals.push_back(
        {Drop::queue_full, "expected fewer hits at a time; try again", line.number, line.id});
    return true;
  });
}

void CollectFeed::take(CollectOutcome* outcome, size_t bytes, int64_t now_us) {
  feed_->counters->receive(outcome->lines.size() + outcome->refusals.size(), bytes, now_us);
  add_lines(outcome);
  if (outcome->refusals.empty()) return;
  Tally tally;
  for (const Refusal& refusal : outcome->refusals)
    tally.drop_line(refusal.reason, refusal.sentence, "");
  feed_->counters->add_decoded(tally, now_us);
  LiveTail* const live = workers_.live();
  if (live != nullptr && live->is_watched(monotonic_ns()))
    live->publish(live_drops(tally, feed_->name, now_us), {});
}

void CollectFeed::run() {
  name_thread("collect");
  for (;;) {
    BlockPtr block;
    {
      std::unique_lock lock(mutex_);
      is_full_.wait_for(lock, kPause, [&] { return blocks_.size() > 1 || is_stopping_; });
      if (blocks_.empty()) {
        if (is_stopping_) return;
        continue;
      }
      block = std::move(blocks_.front());
      blocks_.pop_front();
    }
    block->feed = feed_;
    block->decoder = decoder_;
    block->range = {0, block->lines.bytes()};
    workers_.push(std::move(block));
  }
}

void CollectFeed::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  is_full_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void CollectFeed::fill(SourceStats* stats) const {
  stats->name = feed_->name;
  feed_->counters->fill(stats);
}

}  // namespace ballcone
