#include "ingest/tally.h"

#include <algorithm>

#include "base/mask_addresses.h"
#include "base/text.h"
#include "ingest/example.h"

namespace ballcone {

void Tally::drop_line(Drop reason, std::string_view line, std::string_view where) {
  const auto index = static_cast<size_t>(reason);
  ++dropped[index];
  if (examples[index].size() >= kExamplesMax) return;
  std::string example(where);
  if (!example.empty()) example += ": ";
  // It is shown and logged, where it stays longer than any salt.
  append_repaired_utf8(mask_addresses_in(line.substr(0, kExampleBytesMax)), &example);
  examples[index].push_back(std::move(example));
}

void Tally::add(const Tally& other) {
  lines += other.lines;
  bytes += other.bytes;
  stored += other.stored;
  repaired += other.repaired;
  for (size_t i = 0; i < kDropCount; ++i) {
    dropped[i] += other.dropped[i];
    for (const std::string& example : other.examples[i]) {
      if (examples[i].size() < kExamplesMax) examples[i].push_back(example);
    }
  }
  for (const auto& [name, figures] : other.services) {
    auto [it, is_new] = services.try_emplace(name, figures);
    if (is_new) continue;
    it->second.hits += figures.hits;
    it->second.page_views += figures.page_views;
    it->second.first_us = std::min(it->second.first_us, figures.first_us);
    it->second.last_us = std::max(it->second.last_us, figures.last_us);
  }
}

void Counters::receive(size_t lines, size_t bytes, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  received_ += lines;
  received_bytes_ += bytes;
  last_received_us_ = now_us;
}

void Counters::add_decoded(const Tally& tally, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  repaired_ += tally.repaired;
  for (size_t i = 0; i < kDropCount; ++i) {
    dropped_[i] += tally.dropped[i];
    if (!tally.examples[i].empty()) last_examples_[i] = mask_example(tally.examples[i].back());
  }
  if (is_logged_) log_drops(tally, now_us);
}

void Counters::log_drops(const Tally& tally, int64_t now_us) {
  for (size_t i = 0; i < kDropCount; ++i) {
    if (tally.dropped[i] == 0) continue;
    uint64_t held_back = 0;
    if (!limits_[i].allow(now_us, &held_back)) continue;
    const std::string more = tally.dropped[i] > 1 || held_back > 0
                                 ? fmt::format(" and {} like it", tally.dropped[i] - 1 + held_back)
                                 : "";
    log_warning("dropped a line{} ({}): {} Got: {}", more, kDrops[i].name, kDrops[i].help,
                mask_example(tally.examples[i].front()));
  }
}

void Counters::add_committed(const Tally& tally) {
  const std::lock_guard lock(mutex_);
  committed_.add(tally);
}

void Counters::add_given_up(const Tally& tally) {
  const std::lock_guard lock(mutex_);
  dropped_[static_cast<size_t>(Drop::store_failed)] += tally.stored;
}

void Counters::fill(SourceStats* stats) const {
  const std::lock_guard lock(mutex_);
  stats->stored = committed_.stored;
  stats->dropped = dropped_;
  stats->repaired = repaired_;
  stats->received = received_;
  stats->received_bytes = received_bytes_;
  stats->last_received_us = last_received_us_;
  stats->examples = last_examples_;
}

Tally Counters::committed() const {
  const std::lock_guard lock(mutex_);
  return committed_;
}

}  // namespace ballcone
