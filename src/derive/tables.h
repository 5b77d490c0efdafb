// The derived tables, schema `derived`: page views, visits, and totals per service and day. What
// they hold follows from data.hits and the settings alone; each service's day is replaced as a
// whole, or brought up to date by rows that are added to it.
//
//   days         (service, day, from_time, to_time, hits, settings)  one row per derived day
//   bots         (service, day, visitor, bot)  visitors whose behaviour gave them away; the bot is
//                a code of data.text_bot, as in hits
//   page_views   (service, day, time, visitor, visit, host, path, entry_path, exit_path, query,
//                referrer, channel, user_agent, address, is_bounce, duration_s, is_only_view,
//                is_only_of_path, page_query, status, method, protocol, scheme, content_type,
//                fetch_dest, cache_status, via, generation_time_us, browser_facts, props,
//                edge_location, is_confirmed, place, utc_date)  of people; is_bounce and
//                duration_s are its visit's, page_query is its own; is_confirmed: the script ran.
//                What the log and the script both have is one row: the log's, with the script's
//                browser_facts and props, and its edge_location where the log has none
//   visits       (service, day, visitor, visit, start, duration_s, views, is_bounce, host,
//                entry_path, exit_path, query, referrer, channel, user_agent, address,
//                is_only_visit, place)
//   places       (code, country, region, city, asn, network)  the few addresses that stand for all
//                that have the same attributes: what `place` and totals have codes of
//   times, times_by_…  (service, day, its keys …, is_bot, bucket, hits)  histograms of generation
//                times
//   views_by_…   (service, day, its keys …, visitors, visits, page_views, bounces, duration_s)
//   hits_by_…    (service, day, its keys …, is_bot, hits, bytes, timed, time_us, answered,
//                errors_4xx, errors_5xx, not_found, cache_asked, cache_hits)
//
// `day` and `hour` are the service's own: days since 1970-01-01, hours 0 to 23. `visitor` and
// `visit` (1, 2, … within a visitor's day) are 0 for page views whose log had no address: they
// belong to no visitor and to no visit. query, referrer and channel are those of the visit's first
// page view. Texts are codes of data.text_…. Totals of a day are the *sums* of its rows: there may
// be several per key, and negative ones.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ballcone {

// What a totals table adds up.
enum class Family { views, hits, times };

// One column by which totals are kept.
struct TotalsKey {
  std::string_view column;  // in the totals table, and in page_views or visits or hits
  std::string_view text;    // whose codes it holds: "path"; "" for a number (hour, status)
  // The attributes that the key tells apart: each code stands for all that have the same ones, and
  // is one of them: whoever reads groups by the attributes. Empty: the text itself.
  std::vector<std::string_view> attributes;
  // One visitor has one value in a day, so that visitors add up over its values.
  bool is_of_visitor = false;

  // Its codes are those of derived.places.
  bool is_place() const { return text == "address" && !attributes.empty(); }
};

struct Totals {
  std::string_view name;  // "views_by_path"
  Family family;
  std::vector<TotalsKey> keys;
  // views only: whether rows are made of page_views (false: of visits, where all of a visit has one
  // value).
  bool is_of_page_views = false;
};

std::span<const Totals> totals();

// The columns of derived.places after its code.
std::span<const std::string_view> place_attributes();

// Names of the measures of a family, in the order of their columns.
std::span<const std::string_view> measures(Family family);

// Generation times are counted in buckets whose bounds grow by 2 %, so that a percentile is within
// 1 % of the true one. Bucket of a column of microseconds in SQL, and what a bucket stands for.
std::string time_bucket_sql(std::string_view time_us);
double time_of_bucket_us(int64_t bucket);

}  // namespace ballcone
