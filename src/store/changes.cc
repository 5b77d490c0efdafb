#include "store/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/time.h"
#include "store/chunks.h"

namespace ballcone {
namespace {

template <class Number>
Fill fill_with(const std::vector<Change>& changes, Number number) {
  return fill_numbers([&changes, number](size_t i) { return number(changes[i]); });
}

}  // namespace

// Hits of one service and day stand together mostly, so the last one found is the next one wanted.
std::vector<Change> changes_of(const HitBatch& batch, const Coding& services, uint32_t number) {
  std::map<std::pair<uint32_t, int64_t>, size_t> found;
  std::vector<Change> changes;
  std::pair<uint32_t, int64_t> last{0, INT64_MAX};
  size_t at = 0;
  for (size_t row = 0; row < batch.rows(); ++row) {
    const int64_t time = batch.time[row];
    const std::pair key{services.codes[batch.service.codes()[row]], day_of(time)};
    if (key != last) {
      last = key;
      const auto [it, is_new] = found.emplace(key, changes.size());
      if (is_new) changes.push_back({key.first, number, time, time, 0});
      at = it->second;
    }
    Change& change = changes[at];
    change.first_us = std::min(change.first_us, time);
    change.last_us = std::max(change.last_us, time);
    ++change.hits;
  }
  return changes;
}

Result<void> append_changes(Connection& connection, const std::vector<Change>& changes) {
  if (changes.empty()) return {};
  return append_table(connection, "changes",
                      {fill_with(changes, [](const Change& change) { return change.service; }),
                       fill_with(changes, [](const Change& change) { return change.batch; }),
                       fill_with(changes, [](const Change& change) { return change.first_us; }),
                       fill_with(changes, [](const Change& change) { return change.last_us; }),
                       fill_with(changes, [](const Change& change) { return change.hits; })},
                      changes.size());
}

std::string mark_hits(const std::string& condition) {
  return fmt::format(
      "INSERT INTO data.changes SELECT h.service, 0, min(h.time), max(h.time), count(*)"
      " FROM data.hits h WHERE {} GROUP BY h.service, date_trunc('day', h.time)",
      condition);
}

}  // namespace ballcone
