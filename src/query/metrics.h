// What can be counted: one row per metric.
#pragma once

#include <span>
#include <string_view>

namespace ballcone {

// Which hits a metric looks at; each is a part of the one before.
enum class Scope {
  everyone,    // people and bots, whatever the question says
  hits,        // people; bots too if the question includes them
  page_views,  // pages that people asked for: no assets, no bots, nothing prefetched
};

struct Metric {
  std::string_view name;
  std::string_view title;
  std::string_view unit;  // count, bytes, seconds (SQL gives microseconds) or share
  std::string_view definition;
  Scope scope;
  // Aggregate over `data.hits h`. {where} becomes " FILTER (WHERE …)" and {and} " AND …" where the
  // rows are wider than the scope, else nothing.
  std::string_view sql;
  // The same over rows of (visitor, n hits of theirs); empty if that is not possible.
  std::string_view per_visitor_sql = {};
  int percentile = 0;  // 50: the median
};

std::span<const Metric> metrics();
const Metric* find_metric(std::string_view name);  // null if there is none

}  // namespace ballcone
