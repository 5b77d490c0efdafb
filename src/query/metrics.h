// What can be counted: one row per metric.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace ballcone {

// Which change of a metric is good news.
enum class Better { more, less, neither };

struct Metric {
  std::string_view name;
  std::string_view title;
  std::string_view unit;  // count, bytes, seconds (SQL gives microseconds) or share; or ratio
  Better better;
  std::string_view definition;
  std::array<std::string_view, 3> measures;  // names of measures.h
  std::string_view sql;                      // over them; a sum that is nothing is 0
  int percentile = 0;                        // 50: the median; SQL gives a bucket of times

  bool is_sum() const { return unit == "count" || unit == "bytes"; }
};

std::span<const Metric> metrics();
const Metric* find_metric(std::string_view name);  // null if there is none
// Whether a metric counts requests: false for visitors, visits and page views.
bool is_of_hits(const Metric& metric);
// Whether it can be asked for any step of any range: false for those of the last minutes and for
// those that ask for events.
bool is_over_time(const Metric& metric);

}  // namespace ballcone
