#include "ingest/workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "base/time.h"
#include "ingest/enrichers.h"
#include "ingest/line_decoder.h"
#include "ingest/live_sample.h"

namespace ballcone {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kSaltsPeriod_us = 3600 * kSecond_us;
constexpr std::string_view kAppend = "append";
constexpr std::string_view kDecode = "decode";

void add_times(const std::vector<StepTime>& times, std::vector<StepTime>* sums) {
  for (const StepTime& time : times) {
    const auto sum = std::find_if(sums->begin(), sums->end(),
                                  [&](const StepTime& s) { return s.name == time.name; });
    sum->rows += time.rows;
    sum->ns += time.ns;
  }
}

// Which of a batch's rows are page views of people.
class PageViews {
 public:
  explicit PageViews(const HitBatch& batch) : batch_(batch) {
    const auto& kinds = batch.kind.distinct();
    page_ = static_cast<uint32_t>(std::find(kinds.begin(), kinds.end(), "page") - kinds.begin());
  }
  bool at(size_t row) const {
    return batch_.kind.codes()[row] == page_ && batch_.bot.codes()[row] == 0 &&
           batch_.purpose.codes()[row] == 0;
  }

 private:
  const HitBatch& batch_;
  uint32_t page_;
};

}  // namespace

// One thread's part. `pending_` is what its batch's rows are of.
class IngestWorkers::Worker {
 public:
  explicit Worker(IngestWorkers& workers)
      : workers_(workers),
        options_(workers.options_),
        period_ns_(static_cast<int64_t>(options_.config.period_s * 1e9)),
        enrichers_(options_.config, options_.data_dir, workers.salts_),
        decoder_(workers.gate_),
        live_(options_.live) {
    for (const EnrichStep& step : enrich_steps()) times_.push_back({std::string(step.name), 0, 0});
  }

  void run() {
    while (!workers_.blocks_.is_finished()) {
      if (auto block = workers_.blocks_.pop_within(std::chrono::nanoseconds(wait_ns())))
        take(std::move(*block));
      if (monotonic_ns() >= live_.due_ns()) show_live();
      if (!pending_.empty() && monotonic_ns() >= commit_ns_) commit();
      enrichers_.reload(now_us());
      workers_.expire_salts();
      workers_.note_size();
    }
    commit();
  }

 private:
  struct Pending {
    std::shared_ptr<const Feed> feed;
    Range range;
    size_t rows_end;  // in the batch; they begin where those of the one before end
    Tally tally;
  };

  // Until there is something to do, if nothing comes.
  int64_t wait_ns() const {
    const int64_t now_ns = monotonic_ns();
    const int64_t until_ns = pending_.empty() ? now_ns + 1'000'000'000 : commit_ns_;
    return std::max<int64_t>(0, std::min(until_ns, live_.due_ns()) - now_ns);
  }

  void take(BlockPtr block) {
    workers_.queue_bytes_ -= block->lines.bytes();
    for (size_t line = 0; line < block->lines.count() && !workers_.is_over();) {
      const bool is_divisible = block->has_positions();
      if (!is_divisible && batch_.rows() + block->lines.count() > kBatchRowsMax) commit();
      line = decode(*block, line, is_divisible ? kBatchRowsMax : SIZE_MAX);
      if (batch_.rows() >= kBatchRowsMax) commit();
    }
    workers_.recycle(std::move(block));
  }

  // The lines from `first` on, as many as make `rows_max` rows; returns the one to go on with.
  size_t decode(const Block& block, size_t first, size_t rows_max) {
    const int64_t begun_ns = monotonic_ns();
    const size_t rows = batch_.rows();
    if (pending_.empty()) commit_ns_ = begun_ns + period_ns_;
    Pending pending{block.feed, block.range, 0, {}};
    if (options_.services) decoder_.set_services(options_.services->now());
    const size_t next = decoder_.decode(block, first, rows_max, &batch_, &pending.tally);
    if (first > 0) pending.range.begin = block.range.begin + block.lines.offset(first);
    if (next < block.lines.count())
      pending.range.end = block.range.begin + block.lines.offset(next);
    pending.rows_end = batch_.rows();
    workers_.batch_rows_ += batch_.rows() - rows;
    block.feed->counters->add_decoded(pending.tally, now_us());
    if (live_.is_watched(begun_ns)) {
      live_.add(batch_, rows);
      live_.add_drops(pending.tally, block.feed->name, now_us());
    }
    pending_.push_back(std::move(pending));
    const std::lock_guard lock(workers_.mutex_);
    add_times(
        {{std::string(kDecode), next - first, static_cast<uint64_t>(monotonic_ns() - begun_ns)}},
        &workers_.stats_.steps);
    return next;
  }

  void show_live() {
    if (options_.services) enrichers_.context().services = options_.services->now();
    live_.publish(enrichers_.context(), monotonic_ns());
  }

  void commit() {
    if (pending_.empty()) return;
    enrich_batch();
    add_services();
    const bool is_stored = append();
    for (const Pending& pending : pending_) {
      if (is_stored)
        pending.feed->counters->add_committed(pending.tally);
      else
        pending.feed->counters->add_given_up(pending.tally);
    }
    workers_.batch_rows_ -= batch_.rows();
    batch_.clear();
    pending_.clear();
  }

  void enrich_batch() {
    for (StepTime& time : times_) time.rows = time.ns = 0;
    if (options_.services) enrichers_.context().services = options_.services->now();
    enrich(batch_, enrichers_.context(), &times_, monotonic_ns);
    const std::lock_guard lock(workers_.mutex_);
    add_times(times_, &workers_.stats_.steps);
  }

  // What an import tells a person at its end.
  void add_services() {
    const PageViews page_views(batch_);
    size_t row = 0;
    std::vector<ServiceTally> tallies;
    for (Pending& pending : pending_) {
      if (pending.feed->import == kAbsent<uint32_t>) {
        row = pending.rows_end;
        continue;
      }
      tallies.assign(batch_.service.distinct().size(), {});
      for (; row < pending.rows_end; ++row) {
        ServiceTally& tally = tallies[batch_.service.codes()[row]];
        const int64_t time = batch_.time[row];
        tally.first_us = tally.hits == 0 ? time : std::min(tally.first_us, time);
        tally.last_us = tally.hits == 0 ? time : std::max(tally.last_us, time);
        ++tally.hits;
        tally.page_views += page_views.at(row);
      }
      for (uint32_t code = 0; code < tallies.size(); ++code) {
        if (tallies[code].hits > 0)
          pending.tally.services.emplace(batch_.service.distinct()[code], tallies[code]);
      }
    }
  }

  // Neighbouring blocks of an input make one piece.
  std::vector<Piece> pieces() const {
    std::vector<Piece> pieces;
    for (const Pending& pending : pending_) {
      if (pending.feed->import == kAbsent<uint32_t>) continue;
      Piece piece{pending.feed->import, pending.feed->input, pending.range, pending.tally.lines,
                  pending.tally.stored};
      Piece* last = pieces.empty() ? nullptr : &pieces.back();
      if (last != nullptr && last->import == piece.import && last->input == piece.input &&
          last->bytes.end == piece.bytes.begin) {
        last->bytes.end = piece.bytes.end;
        last->lines += piece.lines;
        last->stored += piece.stored;
      } else {
        pieces.push_back(piece);
      }
    }
    return pieces;
  }

  // Until the store has taken the batch, or it has to be given up.
  bool append() {
    const std::vector<Piece> pieces = this->pieces();
    if (batch_.rows() == 0 && pieces.empty()) return true;
    for (auto pause = 100ms;; pause = std::min<std::chrono::milliseconds>(pause * 2, 5s)) {
      const int64_t begun_ns = monotonic_ns();
      auto result = workers_.salts_.save();
      if (result) result = workers_.store_.append(batch_, pieces);
      if (result) {
        count_commit(monotonic_ns() - begun_ns);
        return true;
      }
      count_failed_commit(result.error());
      if (!workers_.may_try_again()) return give_up(result.error());
      std::this_thread::sleep_for(pause);
    }
  }

  void count_commit(int64_t took_ns) {
    const std::lock_guard lock(workers_.mutex_);
    IngestStats& stats = workers_.stats_;
    ++stats.commits;
    stats.last_commit_us = now_us();
    stats.last_commit_took_us = took_ns / 1000;
    stats.recent_commits.push_back({stats.last_commit_us, took_ns / 1000, batch_.rows()});
    if (stats.recent_commits.size() > kRecentCommitsMax) stats.recent_commits.pop_front();
    add_times({{std::string(kAppend), batch_.rows(), static_cast<uint64_t>(took_ns)}},
              &stats.steps);
  }

  void count_failed_commit(const Error& error) {
    if (options_.keeps_trying)
      log_error("could not store {} hits, trying again: {}", batch_.rows(), error.message);
    const std::lock_guard lock(workers_.mutex_);
    ++workers_.stats_.failed_commits;
    workers_.stats_.last_failed_commit_us = now_us();
  }

  bool give_up(const Error& error) {
    if (options_.keeps_trying)
      log_error("dropped {} hits: {}", batch_.rows(), text_of(Drop::store_failed).help);
    const std::lock_guard lock(workers_.mutex_);
    if (!workers_.has_failed_) workers_.error_ = error;
    workers_.has_failed_ = true;
    return false;
  }

  IngestWorkers& workers_;
  const IngestOptions& options_;
  const int64_t period_ns_;
  Enrichers enrichers_;
  LineDecoder decoder_;
  LiveSample live_;
  HitBatch batch_;
  std::vector<Pending> pending_;
  int64_t commit_ns_ = 0;
  std::vector<StepTime> times_;
};

int worker_count() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
}

IngestWorkers::IngestWorkers(const IngestOptions& options, Store& store, Salts& salts)
    : options_(options),
      store_(store),
      salts_(salts),
      gate_(options.config.services, store.services(), options.config.services_max),
      blocks_(options.blocks_max) {
  stats_.steps.push_back({std::string(kDecode), 0, 0});
  for (const EnrichStep& step : enrich_steps())
    stats_.steps.push_back({std::string(step.name), 0, 0});
  stats_.steps.push_back({std::string(kAppend), 0, 0});
  // The enrichers' files are read in the threads: meanwhile the page is served and lines are
  // received.
  for (int i = 0; i < options.threads; ++i) {
    threads_.emplace_back([this] {
      name_thread("ingest");
      Worker(*this).run();
    });
  }
}

IngestWorkers::~IngestWorkers() { (void)finish(); }

BlockPtr IngestWorkers::spare() {
  const std::lock_guard lock(spares_mutex_);
  if (spares_.empty()) return std::make_unique<Block>(kLinesBytesMax);
  BlockPtr block = std::move(spares_.back());
  spares_.pop_back();
  return block;
}

void IngestWorkers::recycle(BlockPtr block) {
  block->lines.clear();
  block->feed.reset();
  const std::lock_guard lock(spares_mutex_);
  spares_.push_back(std::move(block));
}

bool IngestWorkers::push(BlockPtr block) {
  if (is_over()) return false;
  queue_bytes_ += block->lines.bytes();
  blocks_.push(std::move(block));
  return true;
}

bool IngestWorkers::may_try_again() const {
  if (!options_.keeps_trying) return false;
  const int64_t time_max_ns = options_.config.stop_time_max_us * 1000;
  return !is_finishing_ || monotonic_ns() <= finishing_since_ns_ + time_max_ns;
}

// By whichever worker comes first.
void IngestWorkers::expire_salts() {
  const int64_t now = now_us();
  int64_t due = expire_us_;
  if (now < due || !expire_us_.compare_exchange_strong(due, now + kSaltsPeriod_us)) return;
  if (const auto expired = salts_.expire(now); !expired) log_error("{}", expired.error().message);
}

// By whichever worker comes first on a day; again a second later where the database does not
// answer.
void IngestWorkers::note_size() {
  const int64_t now = now_us();
  int64_t last = size_day_;
  const int64_t today = day_of(now);
  if (last == today || !size_day_.compare_exchange_strong(last, today)) return;
  const auto info = store_.info();
  if (!info) {
    size_day_ = last;
    return;
  }
  const std::lock_guard lock(mutex_);
  stats_.sizes.push_back({now, info->file_bytes, info->hits});
  if (stats_.sizes.size() > kSizeSamplesMax) stats_.sizes.pop_front();
}

Result<void> IngestWorkers::finish() {
  if (!is_finishing_) {
    finishing_since_ns_ = monotonic_ns();
    is_finishing_ = true;
    blocks_.close();
  }
  threads_.clear();
  const std::lock_guard lock(mutex_);
  if (has_failed_) return tl::unexpected(error_);
  return {};
}

IngestStats IngestWorkers::stats() const {
  const std::lock_guard lock(mutex_);
  IngestStats stats = stats_;
  stats.queue_bytes = queue_bytes_;
  stats.queue_bytes_max = options_.blocks_max * kLinesBytesMax;
  stats.batch_rows = batch_rows_;
  stats.batch_rows_max = kBatchRowsMax * static_cast<uint64_t>(options_.threads);
  return stats;
}

}  // namespace ballcone
