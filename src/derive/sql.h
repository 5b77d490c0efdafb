// SQL that makes derived rows of a service's day. Pure text; numbers only, no text from outside.
//
// In order: bots (rules.h), page views with their visits in temporary tables, then those into
// derived.page_views and derived.visits, and one statement per table of totals. Every source has a
// column w: 1 for what counts, -1 for what counted before and no longer does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time_zone.h"
#include "derive/tables.h"

namespace ballcone {

// A day of a service's own calendar, and the codes that its SQL needs.
struct DaySql {
  uint32_t service = 0;
  int64_t day = 0;
  int64_t from_us = 0;  // included
  int64_t to_us = 0;    // excluded
  std::string offset;   // local minus UTC in microseconds, over h.time: "3600000000"
  int64_t visit_gap_us = 0;
  std::vector<int64_t> pardoned = {0};  // derived.pardoned
  int64_t page = 0;                     // code of kind
  int64_t internal = 0, direct = 0;     // of channel
  // Whether the day has page views of the script, and events that are not just engagement; only
  // then are the codes looked at.
  bool has_script = false, has_events = false;
  int64_t script = 0;                 // of via
  int64_t event = 0, engagement = 0;  // of kind; of event
};
// `offset` of a day in which the zone's clock may be changed.
std::string offset_sql(const TimeZone& zone, int64_t from_us, int64_t to_us);

// "h.service = 3 AND h.time >= … AND h.time < …"
std::string hits_of_day(const DaySql& day);
// "service = 3 AND day = 20000", for derived tables.
std::string rows_of_day(const DaySql& day);

std::vector<std::string> derived_tables();  // names of all that have rows per service and day

// Before all that follows: d_places, what each address stands for, of the hits for which
// `condition` on h holds; and what is new of it in derived.places.
std::vector<std::string> make_places(const DaySql& day, const std::string& condition);

// If the day has_script, before make_visits. d_pages: what logs and script have of the hits for
// which `condition` on h holds. d_pairs: which of them are one page view. A visitor's of one path,
// ordered by time, are in clusters without a gap of more than a minute; there the first of the log
// and the first of the script are a pair if they are at most a minute apart, then the second ones,
// and so on.
std::vector<std::string> make_pages(const DaySql& day, const std::string& condition);
// Between the two, if there are rows in tied_pages(): their texts decide which is first.
std::string tied_pages();
std::vector<std::string> order_tied_pages();
std::vector<std::string> make_pairs(const DaySql& day);
// If the day has_events, after make_visits: d_active, visits of one page view and an event.
std::vector<std::string> make_active(const DaySql& day, const std::string& condition);

// Temporary tables d_seen (page views) and d_made (visits) of the hits for which `condition` on h
// holds.
std::vector<std::string> make_visits(const DaySql& day, const std::string& condition);
// Where several page views are of a visit's first or last moment, their texts decide which is
// which. Only if d_seen has any that is_tied.
std::vector<std::string> break_ties();
// d_visits_new and d_rows_new with w = 1.
std::vector<std::string> insert_visits(const DaySql& day);
// What derived.page_views and visits have of the visitors in d_affected goes into d_rows_old and
// d_visits_old with w = -1, and out of those tables.
std::vector<std::string> take_back_visits(const DaySql& day);
// The new ones into derived.page_views and visits; then all that totals are made of is in
// d_rows_new and d_visits_new. `loose` is a condition on the hits of nobody.
std::vector<std::string> finish_visits(const DaySql& day, bool is_of_part,
                                       const std::string& loose);

// INSERT INTO derived.views_by_… from d_rows_new and d_visits_new.
std::string insert_views(const DaySql& day, const Totals& totals);
// INSERT INTO derived.hits_by_… or derived.times… from all hits of the day, or from d_hits.
std::string insert_hits(const DaySql& day, const Totals& totals, bool is_of_part);
// CREATE TEMP TABLE d_hits: hits of `batches` as they are judged now, and those of visitors in
// d_flipped as they were (-1) and are (1).
std::vector<std::string> make_part(const DaySql& day, const std::string& batches, bool has_flipped);

}  // namespace ballcone
