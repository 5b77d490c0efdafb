#include "query/metrics.h"

namespace ballcone {
namespace {

// A visitor lives for one day, so distinct hashes of a range are the sum of its days' visitors.
// Equal aggregates are computed once by the engine: asking for three percentiles costs one.
constexpr Metric kMetrics[] = {
    {"visitors", "Visitors", "count",
     "Distinct people per day who saw a page; days add up, because a visitor is not known again "
     "the next day",
     Scope::page_views, "count(DISTINCT h.visitor){where}", "count(visitor)"},
    {"page_views", "Page views", "count",
     "Pages that people asked for: no assets, no bots, nothing prefetched", Scope::page_views,
     "count(*){where}", "coalesce(sum(n), 0)::BIGINT"},
    {"hits", "Hits", "count", "Requests of every kind", Scope::hits, "count(*){where}"},
    {"bytes", "Traffic", "bytes", "Bytes sent to clients", Scope::hits,
     "coalesce(sum(h.bytes){where}, 0)::BIGINT"},
    {"generation_time_avg", "Generation time, average", "seconds",
     "Mean time from a request's first byte to the answer's last", Scope::hits,
     "avg(h.generation_time_us){where}"},
    {"generation_time_p50",
     "Generation time, median",
     "seconds",
     "Half of the requests were faster; three significant digits",
     Scope::hits,
     "(quantile_disc(h.generation_time_us, [0.5, 0.95, 0.99]){where})[1]",
     {},
     50},
    {"generation_time_p95",
     "Generation time, p95",
     "seconds",
     "95 % of the requests were faster; three significant digits",
     Scope::hits,
     "(quantile_disc(h.generation_time_us, [0.5, 0.95, 0.99]){where})[2]",
     {},
     95},
    {"generation_time_p99",
     "Generation time, p99",
     "seconds",
     "99 % of the requests were faster; three significant digits",
     Scope::hits,
     "(quantile_disc(h.generation_time_us, [0.5, 0.95, 0.99]){where})[3]",
     {},
     99},
    {"error_rate", "Errors", "share", "Hits answered 4xx or 5xx, of all hits", Scope::hits,
     "count(*) FILTER (WHERE h.status >= 400{and}) / nullif(count(h.status){where}, 0)"},
    {"error_rate_5xx", "Server errors", "share", "Hits answered 5xx, of all hits", Scope::hits,
     "count(*) FILTER (WHERE h.status >= 500{and}) / nullif(count(h.status){where}, 0)"},
    {"not_found", "Not found", "count", "Hits answered 404", Scope::hits,
     "count(*) FILTER (WHERE h.status = 404{and})"},
    // nginx answers from its cache for HIT, STALE, UPDATING and REVALIDATED
    // ($upstream_cache_status).
    {"cache_hit_rate", "Cache hits", "share",
     "Hits answered from the server's cache, of those that asked the cache", Scope::hits,
     "count(*) FILTER (WHERE h.cache_status IN (SELECT code FROM data.text_cache_status WHERE "
     "upper(cache_status) IN ('HIT', 'STALE', 'UPDATING', 'REVALIDATED')){and}) / "
     "nullif(count(*) FILTER (WHERE h.cache_status <> 0{and}), 0)"},
    {"bot_share", "Bots", "share", "Hits of bots, of everybody's", Scope::everyone,
     "count(*) FILTER (WHERE h.bot <> 0) / nullif(count(*), 0)"},
    {"bot_hits", "Bot hits", "count", "Hits of bots", Scope::everyone,
     "count(*) FILTER (WHERE h.bot <> 0)"},
};

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

const Metric* find_metric(std::string_view name) {
  for (const Metric& metric : kMetrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

}  // namespace ballcone
