// Where the answer to a question is read. Pure. All sources give the same numbers where they
// overlap; the plan takes the smallest that has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "derive/tables.h"
#include "query/measures.h"
#include "query/metrics.h"
#include "query/query.h"

namespace ballcone {

enum class Source {
  totals,   // sums that are kept ready, per day and key
  times,    // the same for counted generation times
  visits,   // derived.visits
  views,    // derived.page_views
  hits,     // data.hits
  linked,   // page views in data.hits, each with its visit: people by what only hits have
  actions,  // page views, and custom events in data.hits: what people did
};

struct Part {
  Source source = Source::hits;
  const Totals* totals = nullptr;  // of Source::totals and times
  TimeRange range;
  // Local days, both included, if the range is made of whole ones; else first > last.
  int64_t first_day = 0;
  int64_t last_day = -1;
  std::vector<const Measure*> measures;
  bool is_of_nobody = false;  // of page views only those that belong to no visitor
  bool is_of_events = false;  // of actions only custom events
  bool is_of_visits = false;  // of actions: each event with the visit that it belongs to

  bool is_of_days() const { return first_day <= last_day; }
};

struct Plan {
  std::vector<Part> parts;
};

// Whether a metric's answer is null, and no part is about it: one of requests, where the question
// asks for visits by their first or last page, which requests do not have; one of what people did,
// where it asks for what page views do not have.
bool is_void(const Query& query, const Metric& metric);

// Whether a question names events or their properties: then people are counted by what they
// did, page views and custom events alike.
bool is_of_actions(const Query& query);
// Whether a filter leaves no page view: they have no event.
bool asks_for_events(const Query& query);

// No parts if every metric is void.
Plan make_plan(const Query& query);

// "views_by_path 2026-11-17..2026-11-23: visitors page_views", a line per part; for tests.
std::string to_string(const Plan& plan);

}  // namespace ballcone
