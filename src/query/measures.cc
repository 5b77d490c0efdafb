#include "query/measures.h"

namespace ballcone {
namespace {

constexpr Measure kMeasures[] = {
    {"visitors", Basis::people, "", ""},
    {"visits", Basis::people, "", ""},
    {"page_views", Basis::people, "", ""},
    {"bounces", Basis::people, "", ""},
    {"duration_s", Basis::people, "", ""},
    {"confirmed", Basis::people, "", ""},  // no totals are kept of it

    {"hits", Basis::hits, "count(*){where}", "sum(t.hits){where}"},
    {"bytes", Basis::hits, "sum(h.bytes){where}", "sum(t.bytes){where}"},
    {"timed", Basis::hits, "count(h.generation_time_us){where}", "sum(t.timed){where}"},
    {"time_us", Basis::hits, "sum(h.generation_time_us){where}", "sum(t.time_us){where}"},
    {"answered", Basis::hits, "count(h.status){where}", "sum(t.answered){where}"},
    {"errors_4xx", Basis::hits, "count(*) FILTER (WHERE h.status BETWEEN 400 AND 499{and})",
     "sum(t.errors_4xx){where}"},
    {"errors_5xx", Basis::hits, "count(*) FILTER (WHERE h.status >= 500{and})",
     "sum(t.errors_5xx){where}"},
    {"not_found", Basis::hits, "count(*) FILTER (WHERE h.status = 404{and})",
     "sum(t.not_found){where}"},
    {"cache_asked", Basis::hits, "count(*) FILTER (WHERE h.cache_status <> 0{and})",
     "sum(t.cache_asked){where}"},
    // nginx answers from its cache for HIT, STALE, UPDATING and REVALIDATED
    // ($upstream_cache_status).
    {"cache_hits", Basis::hits,
     "count(*) FILTER (WHERE h.cache_status IN (SELECT code FROM data.text_cache_status WHERE "
     "upper(cache_status) IN ('HIT', 'STALE', 'UPDATING', 'REVALIDATED')){and})",
     "sum(t.cache_hits){where}"},

    {"all_hits", Basis::everyone, "count(*)", "sum(t.hits)"},
    {"bot_hits", Basis::everyone, "count(*) FILTER (WHERE {bot})",
     "sum(t.hits) FILTER (WHERE t.is_bot)"},

    {"page_hits", Basis::crawlers, "count(*) FILTER (WHERE {bot} AND h.kind = {page})", ""},
    {"robots_unasked", Basis::crawlers, "count(*) FILTER (WHERE {bot} AND asked.bot IS NULL)", ""},

    {"generation_time_p50", Basis::times, "", "", 50},
    {"generation_time_p95", Basis::times, "", "", 95},
    {"generation_time_p99", Basis::times, "", "", 99},

    {"live_visitors", Basis::live, "", ""},

    {"events", Basis::events, "", ""},
    {"all_visitors", Basis::all, "", ""},
    {"group_visitors", Basis::all, "", ""},  // of the same values of what it is asked by
};

}  // namespace

const Measure* find_measure(std::string_view name) {
  for (const Measure& measure : kMeasures) {
    if (measure.name == name) return &measure;
  }
  return nullptr;
}

}  // namespace ballcone
