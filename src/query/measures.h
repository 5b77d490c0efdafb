// What is added up. A metric is an expression over measures; a measure is a sum, and sums of
// several days, or of several tables, add up.
#pragma once

#include <span>
#include <string_view>

namespace ballcone {

// Where a measure can be had, and of whom.
enum class Basis {
  people,    // page views, visits and visitors
  hits,      // requests; of people, and of bots where the question includes them
  everyone,  // requests of people and bots, whatever the question says
  crawlers,  // like everyone, but no totals are kept of it
  events,    // custom events; of people, and of bots where the question includes them
  all,       // people of the same question without what it asks of events
  times,     // a percentile, of counted times
  live,      // people of the last minutes, whatever the range
};

struct Measure {
  std::string_view name;
  Basis basis;
  // Over rows of `data.hits h`. {where} becomes " FILTER (WHERE …)" and {and} " AND …" where rows
  // are read that the measure does not count, else nothing. Empty for people and times.
  std::string_view hits_sql;
  // Over rows of totals of hits, in the same manner; empty if there are none of it.
  std::string_view totals_sql;
  int percentile = 0;  // 50: the median
};

const Measure* find_measure(std::string_view name);  // null if there is none

}  // namespace ballcone
