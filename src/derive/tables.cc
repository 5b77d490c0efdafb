#include "derive/tables.h"

#include <fmt/format.h>

#include <cmath>

namespace ballcone {
namespace {

const std::vector<std::string_view> kOfBrowser = {"browser", "browser_version", "os", "os_version",
                                                  "device"};
const std::vector<std::string_view> kOfPlace = {"country", "region", "city", "asn", "network"};

const std::vector<Totals>& all_totals() {
  static const std::vector<Totals> kTotals = {
      {"views_by_day", Family::views, {}},
      {"views_by_hour", Family::views, {{"hour", "", {}}}, true},
      {"views_by_host", Family::views, {{"host", "host", {}}}, true},
      {"views_by_path", Family::views, {{"path", "path", {}}}, true},
      {"views_by_entry_path", Family::views, {{"entry_path", "path", {}}}},
      {"views_by_exit_path", Family::views, {{"exit_path", "path", {}}}},
      {"views_by_channel", Family::views, {{"channel", "channel", {}}}},
      {"views_by_referrer_host", Family::views, {{"referrer", "referrer", {"referrer_host"}}}},
      {"views_by_referrer_name", Family::views, {{"referrer", "referrer", {"referrer_name"}}}},
      {"views_by_utm_source", Family::views, {{"query", "query", {"utm_source"}}}},
      {"views_by_utm_medium", Family::views, {{"query", "query", {"utm_medium"}}}},
      {"views_by_utm_campaign", Family::views, {{"query", "query", {"utm_campaign"}}}},
      {"views_by_utm_content", Family::views, {{"query", "query", {"utm_content"}}}},
      {"views_by_utm_term", Family::views, {{"query", "query", {"utm_term"}}}},
      {"views_by_user_agent", Family::views, {{"user_agent", "user_agent", kOfBrowser, true}}},
      {"views_by_address", Family::views, {{"address", "address", kOfPlace, true}}},
      // For filters by what a visitor has.
      {"views_by_client",
       Family::views,
       {{"address", "address", kOfPlace, true}, {"user_agent", "user_agent", kOfBrowser, true}}},

      {"hits_by_hour", Family::hits, {{"hour", "", {}}}},
      {"hits_by_host", Family::hits, {{"host", "host", {}}}},
      {"hits_by_path",
       Family::hits,
       {{"path", "path", {}}, {"kind", "kind", {}}, {"status", "", {}}, {"bot", "bot", {}}}},
      {"hits_by_user_agent", Family::hits, {{"user_agent", "user_agent", kOfBrowser}}},
      {"hits_by_address", Family::hits, {{"address", "address", kOfPlace}}},
      {"hits_by_status", Family::hits, {{"status", "", {}}, {"kind", "kind", {}}}},
      {"hits_by_method", Family::hits, {{"method", "method", {}}, {"protocol", "protocol", {}}}},
      {"hits_by_cache_status", Family::hits, {{"cache_status", "cache_status", {}}}},
      {"hits_by_bot", Family::hits, {{"bot", "bot", {}}}},
      // For filters: a tenth of the hits' rows and less.
      {"hits_by_channel",
       Family::hits,
       {{"channel", "channel", {}}, {"kind", "kind", {}}, {"status", "", {}}, {"bot", "bot", {}}}},
      {"hits_by_referrer",
       Family::hits,
       {{"referrer", "referrer", {"referrer_host", "referrer_name"}},
        {"kind", "kind", {}},
        {"status", "", {}},
        {"bot", "bot", {}}}},
      {"hits_by_query",
       Family::hits,
       {{"query", "query", {"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"}},
        {"kind", "kind", {}},
        {"status", "", {}},
        {"bot", "bot", {}}}},
      {"hits_by_client",
       Family::hits,
       {{"address", "address", kOfPlace},
        {"user_agent", "user_agent", kOfBrowser},
        {"status", "", {}},
        {"kind", "kind", {}},
        {"bot", "bot", {}}}},

      {"times", Family::times, {{"hour", "", {}}}},
      {"times_by_status",
       Family::times,
       {{"host", "host", {}}, {"status", "", {}}, {"kind", "kind", {}}}},
      {"times_by_user_agent", Family::times, {{"user_agent", "user_agent", kOfBrowser}}},
      {"times_by_address", Family::times, {{"address", "address", kOfPlace}}},
      {"times_by_channel", Family::times, {{"channel", "channel", {}}}},
      {"times_by_referrer",
       Family::times,
       {{"referrer", "referrer", {"referrer_host", "referrer_name"}}}},
      {"times_by_query",
       Family::times,
       {{"query",
         "query",
         {"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"}}}},
  };
  return kTotals;
}

constexpr std::string_view kViewsMeasures[] = {"visitors", "visits", "page_views", "bounces",
                                               "duration_s"};
constexpr std::string_view kHitsMeasures[] = {
    "hits",       "bytes",      "timed",     "time_us",     "answered",
    "errors_4xx", "errors_5xx", "not_found", "cache_asked", "cache_hits"};

constexpr std::string_view kTimesMeasures[] = {"hits"};

constexpr double kBucketGrowth = 1.02;

}  // namespace

std::span<const Totals> totals() { return all_totals(); }

std::span<const std::string_view> place_attributes() { return kOfPlace; }

std::span<const std::string_view> measures(Family family) {
  if (family == Family::views) return kViewsMeasures;
  if (family == Family::times) return kTimesMeasures;
  return kHitsMeasures;
}

std::string time_bucket_sql(std::string_view time_us) {
  return fmt::format("CAST(round(ln(greatest({}, 1)) / {:.17g}) AS USMALLINT)", time_us,
                     std::log(kBucketGrowth));
}

double time_of_bucket_us(int64_t bucket) {
  return std::pow(kBucketGrowth, static_cast<double>(bucket));
}

}  // namespace ballcone
