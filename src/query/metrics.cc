#include "query/metrics.h"

#include "query/measures.h"

namespace ballcone {
namespace {

constexpr Metric kMetrics[] = {
    {"visitors",
     "Visitors",
     "count",
     "Distinct people per day who saw a page; days add up, because a visitor is not known again "
     "the next day",
     {"visitors"},
     "visitors"},
    {"page_views",
     "Page views",
     "count",
     "Pages that people asked for: no assets, no bots, nothing prefetched",
     {"page_views"},
     "page_views"},
    {"visits",
     "Visits",
     "count",
     "Page views of a visitor with less than 30 minutes (or what the settings say) between them; "
     "with a filter, those that include a page view that fits",
     {"visits"},
     "visits"},
    {"views_per_visit",
     "Views per visit",
     "ratio",
     "Page views, divided by visits",
     {"page_views", "visits"},
     "page_views / nullif(visits, 0)"},
    {"bounce_rate",
     "Bounce rate",
     "share",
     "Visits of one page view and no event, of all visits",
     {"bounces", "visits"},
     "bounces / nullif(visits, 0)"},
    {"visit_duration",
     "Visit duration",
     "seconds",
     "Mean time from a visit's first page view to its last; a bounce lasts 0 seconds",
     {"duration_s", "visits"},
     "duration_s * 1e6 / nullif(visits, 0)"},
    {"confirmed",
     "Confirmed page views",
     "count",
     "Page views whose script ran, whether a log has them too or not",
     {"confirmed"},
     "confirmed"},
    {"unconfirmed_share",
     "Without the script",
     "share",
     "Page views whose script did not run, of all: blockers, browsers without JavaScript, and bots "
     "that pass for people",
     {"page_views", "confirmed"},
     "(page_views - confirmed) / nullif(page_views, 0)"},
    {"live_visitors",
     "Live visitors",
     "count",
     "Distinct people who saw a page in the last 5 minutes, whatever the range",
     {"live_visitors"},
     "live_visitors"},
    {"hits", "Hits", "count", "Requests of every kind", {"hits"}, "hits"},
    {"bytes", "Traffic", "bytes", "Bytes sent to clients", {"bytes"}, "bytes"},
    {"generation_time_avg",
     "Generation time, average",
     "seconds",
     "Mean time from a request's first byte to the answer's last",
     {"time_us", "timed"},
     "time_us / nullif(timed, 0)"},
    {"generation_time_p50",
     "Generation time, median",
     "seconds",
     "Half of the requests were faster; within 1 %",
     {"generation_time_p50"},
     "generation_time_p50",
     50},
    {"generation_time_p95",
     "Generation time, p95",
     "seconds",
     "95 % of the requests were faster; within 1 %",
     {"generation_time_p95"},
     "generation_time_p95",
     95},
    {"generation_time_p99",
     "Generation time, p99",
     "seconds",
     "99 % of the requests were faster; within 1 %",
     {"generation_time_p99"},
     "generation_time_p99",
     99},
    {"error_rate",
     "Errors",
     "share",
     "Hits answered 4xx or 5xx, of all that were answered",
     {"errors_4xx", "errors_5xx", "answered"},
     "(errors_4xx + errors_5xx) / nullif(answered, 0)"},
    {"error_rate_4xx",
     "Client errors",
     "share",
     "Hits answered 4xx, of all that were answered",
     {"errors_4xx", "answered"},
     "errors_4xx / nullif(answered, 0)"},
    {"error_rate_5xx",
     "Server errors",
     "share",
     "Hits answered 5xx, of all that were answered",
     {"errors_5xx", "answered"},
     "errors_5xx / nullif(answered, 0)"},
    {"not_found", "Not found", "count", "Hits answered 404", {"not_found"}, "not_found"},
    {"cache_hit_rate",
     "Cache hits",
     "share",
     "Hits answered from the server's cache, of those that asked the cache",
     {"cache_hits", "cache_asked"},
     "cache_hits / nullif(cache_asked, 0)"},
    {"bot_share",
     "Bots",
     "share",
     "Hits of bots, of everybody's",
     {"bot_hits", "all_hits"},
     "bot_hits / nullif(all_hits, 0)"},
    {"bot_hits", "Bot hits", "count", "Hits of bots", {"bot_hits"}, "bot_hits"},
    {"bot_pages",
     "Pages of bots",
     "count",
     "Pages that bots asked for: hits of kind page",
     {"page_hits"},
     "page_hits"},
    {"robots_unasked",
     "Without robots.txt",
     "count",
     "Hits of bots on days on which that bot never asked this service for /robots.txt, so that it "
     "cannot have kept to it; what it read and then ignored is not counted",
     {"robots_unasked"},
     "robots_unasked"},
};

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

const Metric* find_metric(std::string_view name) {
  for (const Metric& metric : kMetrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

bool is_of_hits(const Metric& metric) {
  const Basis basis = find_measure(metric.measures[0])->basis;
  return basis != Basis::people && basis != Basis::live;
}

}  // namespace ballcone
