// data.changes: what has changed since it was last derived from (schema `derived`). Written in the
// transaction of the hits it tells of, so that it is never lost and never early.
//
//   (service, batch, first_time, last_time, hits)   one row per service and UTC day of a batch
//
// All hits of a batch have its number in data.hits.batch. Batch 0: derive all of it anew.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"
#include "store/engine.h"
#include "store/texts.h"

namespace ballcone {

struct Change {
  uint32_t service = 0;
  uint32_t batch = 0;
  int64_t first_us = 0;
  int64_t last_us = 0;
  uint32_t hits = 0;
};

std::vector<Change> changes_of(const HitBatch& batch, const Coding& services, uint32_t number);
Result<void> append_changes(Connection& connection, const std::vector<Change>& changes);

// INSERT INTO data.changes …: everything of the days of hits `h` for which the condition holds.
std::string mark_hits(const std::string& condition);

}  // namespace ballcone
