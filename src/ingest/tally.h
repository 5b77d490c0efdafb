// What became of lines: added up by worker threads, read by those who show it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "hit/drop.h"
#include "hit/stats.h"

namespace ballcone {

struct ServiceTally {
  uint64_t hits = 0;
  uint64_t page_views = 0;  // of people
  int64_t first_us = 0;
  int64_t last_us = 0;
};

// Of one block, or of many. At rest, lines = stored + Σ dropped.
struct Tally {
  static constexpr size_t kExamplesMax = 2;  // per reason: the first ones
  static constexpr size_t kExampleBytesMax = 512;

  uint64_t lines = 0;
  uint64_t bytes = 0;
  uint64_t stored = 0;
  uint64_t repaired = 0;
  std::array<uint64_t, kDropCount> dropped{};
  std::array<std::vector<std::string>, kDropCount> examples;
  std::map<std::string, ServiceTally, std::less<>> services;

  // `where` ("access.log:17") may be empty.
  void drop_line(Drop reason, std::string_view line, std::string_view where);
  void add(const Tally& other);
};

// The counters of one source. Any thread.
class Counters {
 public:
  // Drops are told to the log, but not each of a million.
  explicit Counters(bool is_logged) : is_logged_(is_logged) {}

  void receive(size_t lines, size_t bytes, int64_t now_us);
  // What the decoder dropped is known at once, what is stored after the commit.
  void add_decoded(const Tally& tally, int64_t now_us);
  void add_committed(const Tally& tally);
  // Rows that the store refused until the program had to stop.
  void add_given_up(const Tally& tally);

  void fill(SourceStats* stats) const;
  // Of what is committed: lines, bytes, stored, dropped, …
  Tally committed() const;

 private:
  void log_drops(const Tally& tally, int64_t now_us);

  const bool is_logged_;
  mutable std::mutex mutex_;
  uint64_t received_ = 0;
  uint64_t received_bytes_ = 0;
  int64_t last_received_us_ = 0;
  std::array<uint64_t, kDropCount> dropped_{};  // also of lines not committed yet
  uint64_t repaired_ = 0;
  std::array<std::string, kDropCount> last_examples_;
  Tally committed_;
  std::vector<RateLimit> limits_ = std::vector<RateLimit>(kDropCount, {1, 10 * kSecond_us});
};

}  // namespace ballcone
