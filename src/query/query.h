// A question as a value. parse.cc reads it from JSON or a URL's query, sql.cc makes SQL of it,
// run.cc asks the store; answer.h is what the web server calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"

namespace ballcone {

enum class Grain { none, minute, hour, day, week, month };
enum class Compare { none, previous, year };
enum class FilterOp { is, is_not, contains, contains_not, matches, matches_not, in, not_in };

// is, in: the whole text, letter for letter. contains, matches: ignoring case. matches: * is any
// text, ? is one character, \ takes the meaning from the next one.
struct Condition {
  std::string column;  // a name of dimensions.h
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
  std::vector<std::string> metrics;  // names of metrics.cc; at least one
  std::vector<std::string> by;       // up to two names of dimensions.h
  std::vector<Filter> filters;       // all must hold
  bool include_bots = false;
  bool include_assets = false;  // page views of every kind of request, not only of pages
  bool tells_sql = false;       // the answer says how the console would be asked
  // The same question over the period before, or over the same dates a year earlier, as a second
  // part of the answer.
  Compare compare = Compare::none;
  // "time", a metric or a dimension that is asked for. Default: time for a series without `by`,
  // else the first metric, which with a grain ranks the values over the whole range.
  std::string order;
  bool is_descending = true;
  int64_t limit = 100;  // rows; with a grain and `by`, values of `by`
  int64_t offset = 0;
  int64_t now_us = 0;  // when it was asked: later steps of a series are not filled
  // Of the service: days, weeks and steps are its own. A question over services of several zones
  // has the usual one, and whole days of it are not whole days of theirs.
  TimeZone zone;
  bool is_one_zone = true;

  bool is_filled_series() const { return grain != Grain::none && by.empty() && order == "time"; }
};

// Limits of one question.
constexpr size_t kQueriesMax = 32;  // in one request
constexpr size_t kDimensionsMax = 2;
constexpr size_t kConditionsMax = 100;
constexpr size_t kFilterDepthMax = 8;
constexpr size_t kFilterValuesMax = 1'000;  // of one in or not_in
constexpr size_t kFilterBytesMax = 8 << 10;
constexpr int64_t kStepsMax = 20'000;  // of a series: two weeks of minutes, fifty years of days
constexpr int64_t kRowsMax = 10'000;
constexpr int64_t kOffsetMax = 1'000'000;
// "all" begins here: no hit is older (Drop::bad_time).
constexpr int64_t kBeginning_us = int64_t{7'305} * 86'400 * 1'000'000;  // 1990-01-01

}  // namespace ballcone
