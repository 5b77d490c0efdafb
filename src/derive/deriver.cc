#include "derive/deriver.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"

namespace ballcone {
namespace {

constexpr int64_t kQuiet_us = 2'000'000;
constexpr int64_t kQuietMax_us = 30'000'000;
constexpr int64_t kShare = 8;
constexpr auto kLook = std::chrono::milliseconds(500);
constexpr auto kUrgentLook = std::chrono::milliseconds(20);
constexpr int64_t kForget_us = 3'600'000'000;
constexpr auto kAfterFailure = std::chrono::seconds(10);

}  // namespace

Deriver::Deriver(Store& store, TimeZones zones, DeriveOptions options, double period_s)
    : store_(store),
      zones_(std::move(zones)),
      options_(std::move(options)),
      period_us_(static_cast<int64_t>(period_s * 1e6)) {
  options_.is_cancelled = &is_stopping_;
  const bool is_prepared = prepare_derived(store_, zones_, options_).has_value();
  thread_ = std::jthread([this, is_prepared] { run(is_prepared); });
}

void Deriver::stop() {
  is_stopping_ = true;
  {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

DeriveStats Deriver::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

bool Deriver::finish(const std::atomic<bool>& is_cancelled, DeriveFigures* figures) {
  const int64_t begin_ns = monotonic_ns();
  std::unique_lock lock(mutex_);
  const DeriveStats before = stats_;
  const uint64_t wanted = begun_ + 1;  // a look that begins after this moment
  ++urgent_;
  changed_.notify_all();
  while (rounds_ < wanted && !is_stopping_ && !is_cancelled)
    changed_.wait_for(lock, std::chrono::milliseconds(50));
  --urgent_;
  figures->days += stats_.derived_days - before.derived_days;
  figures->increments += stats_.increments - before.increments;
  figures->took_us += (monotonic_ns() - begin_ns) / 1000;
  return rounds_ >= wanted;
}

void Deriver::fail(const std::string& message) {
  if (is_stopping_) return;
  log_warning("page views and totals are behind; trying again soon: {}", message);
  std::unique_lock lock(mutex_);
  ++stats_.failures;
  stats_.trouble = message;
  changed_.wait_for(lock, kAfterFailure, [&] { return is_stopping_.load(); });
}

void Deriver::run(bool is_prepared) {
  name_thread("derive");
  give_way();
  while (!is_stopping_) {
    if (!is_prepared) {
      const auto done = prepare_derived(store_, zones_, options_);
      is_prepared = done.has_value();
      if (!done) fail(done.error().message);
      continue;
    }
    std::unique_lock lock(mutex_);
    const bool is_urgent = urgent_ > 0;
    lock.unlock();
    const bool is_more = look(is_urgent);
    if (!is_more && !is_urgent) forget();
    lock.lock();
    if (is_more || is_stopping_) continue;
    changed_.wait_for(lock, is_urgent ? kUrgentLook : kLook,
                      [&] { return is_stopping_ || (urgent_ > 0 && !is_urgent); });
  }
}

// What is too old, once an hour and at the start.
void Deriver::forget() {
  const int64_t now = now_us();
  if (now < forget_next_us_ || is_stopping_) return;
  forget_next_us_ = now + kForget_us;
  const auto days = forget_old(store_, zones_, options_, now);
  if (!days) return fail(days.error().message);
  if (*days > 0)
    log_info("{} {} older than what is kept: the hits are deleted", *days,
             *days == 1 ? "day is" : "days are");
}

// True if there may be more to do at once.
bool Deriver::look(bool is_urgent) {
  uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++begun_;
  }
  const auto days = find_dirty_days(store_, zones_);
  if (!days) {
    fail(days.error().message);
    return false;
  }
  const int64_t now = now_us();
  const DirtyDay* due = nullptr;
  int64_t oldest = 0;
  std::set<Key> dirty;
  for (const DirtyDay& day : *days) {
    dirty.insert({day.service, day.day});
    const bool is_now = is_due(day, now) || is_urgent;
    const Waiting& waiting = waiting_[{day.service, day.day}];
    if (oldest == 0 || waiting.since_us < oldest) oldest = waiting.since_us;
    if (is_now && due == nullptr) due = &day;
  }
  std::erase_if(waiting_, [&](const auto& row) { return dirty.count(row.first) == 0; });
  {
    const std::lock_guard lock(mutex_);
    stats_.pending_days = days->size();
    stats_.oldest_change_us = oldest;
    if (days->empty()) {
      rounds_ = number;
      changed_.notify_all();
    }
  }
  if (due != nullptr) derive(*due);
  return due != nullptr;
}

bool Deriver::is_due(const DirtyDay& dirty, int64_t now_us) {
  const Key key{dirty.service, dirty.day};
  Waiting& waiting = waiting_[key];
  if (waiting.since_us == 0) waiting.since_us = now_us;
  if (waiting.hits != dirty.hits) {
    waiting.hits = dirty.hits;
    waiting.changed_us = now_us;
  }
  const auto not_before = not_before_us_.find(key);
  if (not_before != not_before_us_.end() && now_us < not_before->second) return false;
  if (now_us < waiting.since_us + period_us_) return false;
  // Live hits come in every period; what comes in masses is worth waiting for.
  const bool is_import = dirty.is_whole || dirty.hits > 100'000;
  return !is_import || now_us >= waiting.changed_us + kQuiet_us ||
         now_us >= waiting.since_us + kQuietMax_us;
}

void Deriver::derive(const DirtyDay& dirty) {
  const int64_t begin_ns = monotonic_ns();
  DeriveFigures figures;
  const auto done = derive_day(store_, zones_, options_, dirty, &figures);
  if (!done) return fail(done.error().message);
  const int64_t took_us = (monotonic_ns() - begin_ns) / 1000;
  const int64_t now = now_us();
  const Key key{dirty.service, dirty.day};
  waiting_.erase(key);
  std::erase_if(not_before_us_, [&](const auto& row) { return row.second < now; });
  not_before_us_[key] = now + kShare * took_us;
  const std::lock_guard lock(mutex_);
  stats_.derived_days += figures.days;
  stats_.increments += figures.increments;
  stats_.last_us = now;
  stats_.last_took_us = took_us;
  stats_.trouble.clear();
}

}  // namespace ballcone
