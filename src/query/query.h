// A question as a value. parse.cc reads it from JSON or a URL's query, sql.cc makes SQL of it,
// run.cc asks the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

enum class Grain { none, minute, hour, day, week, month };
enum class FilterOp { is, is_not, contains, contains_not, matches, matches_not, in, not_in };

struct Condition {
  std::string column;  // a name of the schema
  FilterOp op = FilterOp::is;
  std::vector<std::string> values;  // one, but for in and not_in; "" means absent
};
struct Filter {  // exactly one of the three is used
  std::optional<Condition> condition;
  std::vector<Filter> all;
  std::vector<Filter> any;
  bool is_negated = false;
};

struct TimeRange {
  int64_t from_us = 0;  // included
  int64_t to_us = 0;    // excluded
};

struct Query {
  std::string service;  // empty: all
  TimeRange range;
  Grain grain = Grain::none;         // not none: first column is the time
  std::vector<std::string> metrics;  // names of query/metrics.cc
  std::vector<std::string> by;       // up to two columns of the schema
  std::vector<Filter> filters;       // all must hold
  bool include_bots = false;
  std::string order;  // a metric or a dimension; default: first metric
  bool is_descending = true;
  int64_t limit = 100;
  int64_t offset = 0;
};

}  // namespace ballcone
