// Brings the derived tables up to date with data.hits: what data.changes says has changed is
// derived from, a service's day at a time, each in one transaction that deletes those changes too.
// So a stop at any moment, power cut included, loses nothing and leaves nothing half done.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "store/store.h"

namespace ballcone {

struct DeriveOptions {
  int64_t visit_gap_us = 30LL * 60 * 1'000'000;
  std::vector<std::string> rules_off;  // names of derive/rules.h
  bool is_always_whole = false;        // never only what was added
  int keep_hits_days = 0;              // 0: for ever
  int keep_totals_days = 0;            // not less than of hits
  const std::atomic<bool>* is_cancelled = nullptr;
};

struct DeriveFigures {
  uint64_t days = 0;        // derived as a whole
  uint64_t increments = 0;  // brought up to date by what was added
  int64_t took_us = 0;
};

// A service's day of which something has changed.
struct DirtyDay {
  uint32_t service = 0;
  std::string name;  // empty: there is no such service any more
  int64_t day = 0;
  uint64_t hits = 0;      // roughly how many came
  bool is_whole = false;  // more has changed than that hits were added
};

// Makes the tables if they are not there or of another shape; days that were derived with other
// settings become dirty. Before the others, and whenever the settings have changed.
Result<void> prepare_derived(Store& store, const TimeZones& zones, const DeriveOptions& options);
// Newest first.
Result<std::vector<DirtyDay>> find_dirty_days(Store& store, const TimeZones& zones);
// One day; adds to `figures`.
Result<void> derive_day(Store& store, const TimeZones& zones, const DeriveOptions& options,
                        const DirtyDay& dirty, DeriveFigures* figures);

// Whole days of a service's own that are older than what is to be kept lose their hits, page views
// and visits, and still older ones their totals: a day per transaction. A day of which something is
// yet to be derived waits. Then the file's blocks are free for others. Returns how many days lost
// something.
Result<uint64_t> forget_old(Store& store, const TimeZones& zones, const DeriveOptions& options,
                            int64_t now_us);

// All of it, until nothing is dirty. One thread at a time.
Result<DeriveFigures> derive_changed(Store& store, const TimeZones& zones,
                                     const DeriveOptions& options = {});

}  // namespace ballcone
