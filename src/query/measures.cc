#include "query/measures.h"

namespace ballcone {
namespace {

constexpr Measure kMeasures[] = {
    {"visitors", Tally::people, "", ""},
    {"visits", Tally::people, "", ""},
    {"page_views", Tally::people, "", ""},
    {"bounces", Tally::people, "", ""},
    {"duration_s", Tally::people, "", ""},

    {"hits", Tally::hits, "count(*){where}", "sum(t.hits){where}"},
    {"bytes", Tally::hits, "sum(h.bytes){where}", "sum(t.bytes){where}"},
    {"timed", Tally::hits, "count(h.generation_time_us){where}", "sum(t.timed){where}"},
    {"time_us", Tally::hits, "sum(h.generation_time_us){where}", "sum(t.time_us){where}"},
    {"answered", Tally::hits, "count(h.status){where}", "sum(t.answered){where}"},
    {"errors_4xx", Tally::hits, "count(*) FILTER (WHERE h.status BETWEEN 400 AND 499{and})",
     "sum(t.errors_4xx){where}"},
    {"errors_5xx", Tally::hits, "count(*) FILTER (WHERE h.status >= 500{and})",
     "sum(t.errors_5xx){where}"},
    {"not_found", Tally::hits, "count(*) FILTER (WHERE h.status = 404{and})",
     "sum(t.not_found){where}"},
    {"cache_asked", Tally::hits, "count(*) FILTER (WHERE h.cache_status <> 0{and})",
     "sum(t.cache_asked){where}"},
    // nginx answers from its cache for HIT, STALE, UPDATING and REVALIDATED
    // ($upstream_cache_status).
    {"cache_hits", Tally::hits,
     "count(*) FILTER (WHERE h.cache_status IN (SELECT code FROM data.text_cache_status WHERE "
     "upper(cache_status) IN ('HIT', 'STALE', 'UPDATING', 'REVALIDATED')){and})",
     "sum(t.cache_hits){where}"},

    {"all_hits", Tally::everyone, "count(*)", "sum(t.hits)"},
    {"bot_hits", Tally::everyone, "count(*) FILTER (WHERE {bot})",
     "sum(t.hits) FILTER (WHERE t.is_bot)"},

    {"page_hits", Tally::crawlers, "count(*) FILTER (WHERE {bot} AND h.kind = {page})", ""},
    {"robots_unasked", Tally::crawlers, "count(*) FILTER (WHERE {bot} AND asked.bot IS NULL)", ""},

    {"generation_time_p50", Tally::times, "", "", 50},
    {"generation_time_p95", Tally::times, "", "", 95},
    {"generation_time_p99", Tally::times, "", "", 99},

    {"live_visitors", Tally::live, "", ""},
};

}  // namespace

const Measure* find_measure(std::string_view name) {
  for (const Measure& measure : kMeasures) {
    if (measure.name == name) return &measure;
  }
  return nullptr;
}

}  // namespace ballcone
