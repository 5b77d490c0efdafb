// The rows that a part of a question is about, as the views have them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "query/dimensions.h"
#include "query/metrics.h"
#include "query/query.h"

namespace ballcone {

// Whose rows a metric counts.
enum class Subject {
  people,    // page views; in a question about events, all that people did
  requests,  // hits
  events,    // custom events
  actions,   // page views and custom events
  live,      // people, of the last minutes
};
Subject subject_of(const Metric& metric);

// FROM and WHERE of one part. Columns are asked for first: what is named is what is read.
class ConsoleRows {
 public:
  ConsoleRows(const Query& query, Subject subject, const std::vector<const Metric*>& metrics);

  // Whether there are such rows at all.
  bool is_possible() const;

  // Expressions over the rows.
  std::string column(const Dimension& dimension);
  std::string step();                      // of the question's grain
  std::string local_day();                 // the day in the service's time zone
  std::string use(std::string_view name);  // a column of the view, by its name

  // "FROM page_views\nWHERE service = 'a' AND …", to be asked last.
  std::string from();

  bool has_events() const { return source_ == Source::actions || source_ == Source::events; }
  // Whether bots are left out where each metric says so, since another one counts them.
  bool has_everyone() const { return has_everyone_; }

 private:
  enum class Source { page_views, visits, hits, linked, events, actions };

  Source choose_source(const std::vector<const Metric*>& metrics) const;
  bool needs_visit() const;
  std::string local_time();
  std::string conditions();
  bool is_plain_events() const;
  bool has_bots() const;
  std::string time_condition(std::string_view time) const;
  std::string linked() const;
  std::string page_view_rows() const;
  std::string event_rows() const;
  std::string origin();

  const Query& query_;
  const Subject subject_;
  TimeRange range_;
  bool has_everyone_ = false;
  Source source_;
  std::set<std::string> needed_;
};

}  // namespace ballcone
