// Query → SQL. Pure: the same question gives the same text. Everything that came from outside is
// bound as a parameter; what is written into the text is ours: names of the schema, numbers, times.
//
// The parts of the plan are put one under the other and added up by step and key: a measure is in
// one part, or in several that have different days. Then metrics are made of measures, and texts
// are joined to the few rows that are left.
#pragma once

#include <cstdint>
#include <vector>

#include "query/query.h"
#include "store/store.h"

namespace ballcone {

constexpr uint32_t kNoCode = UINT32_MAX;  // no hit has it

// Codes that every question needs, looked up first: as literals they are compared while the table
// is scanned (10 M hits, 2 cores: 22 ms against 35 with subqueries).
struct Codes {
  uint32_t service = kNoCode;
  uint32_t page = kNoCode;               // of the kind "page"
  std::vector<uint32_t> pardoned = {0};  // bots whose rule is off count as people; 0 is no bot
  bool has_caught_bots = true;           // whether any visitor was taken for a bot by its behaviour
  // Days whose hits, page views and visits are no longer kept: from the first to before the second.
  int64_t forgotten_from = 0, forgotten_before = 0;
  uint32_t script = kNoCode;      // of what scripts count: the text via "script"
  uint32_t engagement = kNoCode;  // of the event that is no custom one
};

// One row: the code of the service or NULL, the code of the kind "page" or NULL, the pardoned codes
// with commas between, whether there are bots by behaviour, the code of via "script" or NULL, that
// of the event "engagement" or NULL.
Sql make_codes_sql(const std::string& service);

// Columns: `step` if there is a grain (see steps.h), the dimensions, the metrics (times in
// microseconds, percentiles as buckets), and with both a grain and dimensions `rank`: the place of
// the row's values among all, from 1. One row more than asked for tells that there are more (with
// rank: one value more).
Sql make_sql(const Query& query, const Codes& codes);

}  // namespace ballcone
