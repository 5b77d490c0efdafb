// What happened to the lines of one source, as seen at one moment. Conservation: at rest,
// received = stored + the sum of dropped. What the kernel threw away before we could receive it is
// counted apart.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <numeric>
#include <string>
#include <vector>

#include "hit/drop.h"

namespace ballcone {

struct SourceStats {
  std::string name;  // "syslog 127.0.0.1:65140"
  uint64_t received = 0;
  uint64_t received_bytes = 0;
  uint64_t stored = 0;
  uint64_t repaired = 0;  // of those received: kept, though something in the line was wrong
  std::array<uint64_t, kDropCount> dropped{};
  std::array<std::string, kDropCount>
      examples;  // the last line dropped for each reason, at most 512 bytes, UTF-8, masked
  uint64_t lost_in_kernel = 0;       // SO_RXQ_OVFL
  uint64_t buffer_bytes = 0;         // SO_RCVBUF as granted
  uint64_t buffer_wanted_bytes = 0;  // that would have held the largest loss; 0: none was lost
  int64_t last_received_us = 0;      // 0: never
  std::string trouble;               // why nothing can be received at the moment; empty: it can

  uint64_t dropped_total() const {
    return std::accumulate(dropped.begin(), dropped.end(), uint64_t{0});
  }
};

struct StepTime {
  std::string name;  // "decode", an enrichment step's name, "append", "commit"
  uint64_t rows = 0;
  uint64_t ns = 0;
};

// How far page views, visits and totals are behind the hits they are made of.
struct DeriveStats {
  uint64_t pending_days = 0;     // days of services that have changed and wait
  int64_t oldest_change_us = 0;  // since when the longest of them waits; 0: none does
  uint64_t derived_days = 0;     // made anew, as a whole
  uint64_t increments = 0;       // brought up to date by what was added to them
  uint64_t failures = 0;         // tried again later; nothing is lost
  int64_t last_us = 0;           // when the last one ended; 0: none yet
  int64_t last_took_us = 0;
  std::string trouble;  // why the last one failed; empty: it did not
};

struct CommitTime {
  int64_t time_us = 0;
  int64_t took_us = 0;
  uint64_t rows = 0;
};

// How large the database was at a moment.
struct SizeSample {
  int64_t time_us = 0;
  uint64_t file_bytes = 0;
  uint64_t hits = 0;
};

constexpr size_t kRecentCommitsMax = 120;  // ten minutes of one every five seconds
constexpr size_t kSizeSamplesMax = 15;     // two weeks

struct IngestStats {
  std::vector<SourceStats> sources;
  std::vector<StepTime> steps;
  uint64_t queue_bytes = 0;      // received, not yet decoded
  uint64_t queue_bytes_max = 0;  // then readers wait
  uint64_t batch_rows = 0;       // decoded, not yet stored
  uint64_t batch_rows_max = 0;   // of all workers; a batch that is full is stored at once
  uint64_t commits = 0;
  uint64_t failed_commits = 0;        // tried again later; nothing of them is lost
  int64_t last_commit_us = 0;         // 0: none yet
  int64_t last_failed_commit_us = 0;  // 0: none
  int64_t last_commit_took_us = 0;
  std::deque<CommitTime> recent_commits;  // oldest first
  std::deque<SizeSample> sizes;           // at the start, and at the first look of each day (UTC)
  int64_t started_us = 0;
  DeriveStats derive;
};

}  // namespace ballcone
