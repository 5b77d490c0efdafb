#include "store/ownstats.h"

#include <fmt/format.h>

#include "store/edge_locations.h"

namespace ballcone {
namespace {

// Logs are read without regard to capitals (HIT); here the words are CloudFront's again.
constexpr const char* kResultType =
    "CASE t_cache_status.cache_status WHEN 'HIT' THEN 'Hit' WHEN 'REFRESHHIT' THEN 'RefreshHit'"
    " WHEN 'ORIGINSHIELDHIT' THEN 'OriginShieldHit' WHEN 'MISS' THEN 'Miss' WHEN 'LIMITEXCEEDED'"
    " THEN 'LimitExceeded' WHEN 'CAPACITYEXCEEDED' THEN 'CapacityExceeded' WHEN 'ERROR' THEN"
    " 'Error' WHEN 'REDIRECT' THEN 'Redirect' ELSE t_cache_status.cache_status END";

// concat() leaves out what is NULL. A path of no host is a name, as of a mail.
constexpr const char* kUrl =
    "concat(CASE WHEN t_host.host IS NOT NULL THEN coalesce(t_scheme.scheme, 'https') || '://' ||"
    " t_host.host END, t_path.path, '?' || t_page_query.query)";

// What a browser says of itself is a text, and may be anything.
ViewColumn number_of_browser(const char* name, const char* fact, const char* type) {
  return {name, fmt::format("TRY_CAST(t_browser_facts.{} AS {})", fact, type), {"browser_facts"}};
}

ViewColumn text_column(const char* name, const char* text, const char* column) {
  return {name, fmt::format("t_{}.{}", text, column), {text}};
}

ViewColumn place_column(const char* name, const char* column) {
  return {name, fmt::format("{}.{}", kEdgePlace, column), {"edge_location", kEdgePlace}};
}

ViewColumn nothing(const char* name, const char* type) {
  return {name, fmt::format("CAST(NULL AS {})", type), {}};
}

// Texts of the table are our own and hold no quotes.
std::string edge_row(const EdgeLocation& edge) {
  return fmt::format("('{}', '{}', '{}', '{}', {}, {})", edge.prefix, edge.city, edge.state,
                     edge.country, edge.latitude, edge.longitude);
}

}  // namespace

std::string join_edge_place() {
  return fmt::format(
      "\nLEFT JOIN data.edge_locations {0} ON {0}.prefix = left(t_edge_location.edge_location, 3)",
      kEdgePlace);
}

// event_date and event_hour are UTC, as event_timestamp is: the originals are a CDN log's. The date
// is a column of its own, since the engine skips no rows by what it would have to compute: of five
// million a day's were counted in 1 ms, and by CAST(time AS DATE) in 150.
std::vector<ViewColumn> ownstats_page_columns() {
  return {{"event_timestamp", "h.time", {}},
          place_column("edge_city", "city"),
          place_column("edge_state", "state"),
          place_column("edge_country", "country"),
          place_column("edge_latitude", "latitude"),
          place_column("edge_longitude", "longitude"),
          {"url", kUrl, {"host", "scheme", "path", "page_query"}},
          text_column("device_outer_resolution", "browser_facts", "outer_resolution"),
          text_column("device_inner_resolution", "browser_facts", "inner_resolution"),
          number_of_browser("device_color_depth", "color_depth", "INTEGER"),
          text_column("device_platform", "browser_facts", "platform"),
          number_of_browser("device_memory", "memory", "DOUBLE"),
          number_of_browser("device_cores", "cores", "INTEGER"),
          text_column("browser_language", "browser_facts", "language"),
          text_column("source", "query", "utm_source"),
          {"cloudfront_cache_type", kResultType, {"cache_status"}},
          {"cloudfront_time_taken_ms", "CAST(round(h.generation_time_us / 1e3) AS BIGINT)", {}},
          text_column("cloudfront_http_version", "protocol", "protocol"),
          {"event_date", "h.utc_date", {}},
          {"event_hour", "hour(h.time)", {}},
          text_column("domain_name", "host", "host")};
}

// In CloudFront's order. What is NULL here no log's row keeps.
std::vector<ViewColumn> access_log_columns() {
  return {{"date", "CAST(h.time AS DATE)", {}},
          {"time", "CAST(h.time AS TIME)", {}},
          text_column("location", "edge_location", "edge_location"),
          {"bytes", "h.bytes", {}},
          text_column("request_ip", "address", "address"),
          text_column("method", "method", "method"),
          text_column("host", "host", "host"),
          text_column("uri", "path", "path"),
          {"status", "h.status", {}},
          text_column("referrer", "referrer", "referrer"),
          text_column("useragent", "user_agent", "user_agent"),
          text_column("querystring", "query", "query"),
          nothing("cookie", "VARCHAR"),
          {"result_type", kResultType, {"cache_status"}},
          {"request_id", "replace(CAST(h.request_id AS VARCHAR), '-', '')", {}},
          text_column("host_header", "host", "host"),
          text_column("request_protocol", "scheme", "scheme"),
          nothing("request_bytes", "BIGINT"),
          {"time_taken", "h.generation_time_us / 1e6", {}},
          nothing("forwarded_for", "VARCHAR"),
          nothing("ssl_protocol", "VARCHAR"),
          nothing("ssl_cipher", "VARCHAR"),
          nothing("response_result_type", "VARCHAR"),
          text_column("http_version", "protocol", "protocol"),
          nothing("file_status", "VARCHAR"),
          nothing("encrypted_fields", "INTEGER"),
          nothing("port", "INTEGER"),
          nothing("time_to_first_byte", "DOUBLE"),
          nothing("detailed_result_type", "VARCHAR"),
          text_column("content_type", "content_type", "content_type"),
          nothing("content_length", "BIGINT"),
          {"range_start", "h.range_start", {}},
          nothing("range_end", "BIGINT"),
          text_column("service", "service", "service")};
}

std::string select_edge_locations() {
  std::string rows;
  for (const EdgeLocation& edge : kEdgeLocations)
    rows += (rows.empty() ? "" : ", ") + edge_row(edge);
  return fmt::format(
      "SELECT prefix, city, nullif(state, '') AS state, country, CAST(latitude AS DOUBLE) AS"
      " latitude, CAST(longitude AS DOUBLE) AS longitude\nFROM (VALUES {}) AS edges (prefix, city,"
      " state, country, latitude, longitude)",
      rows);
}

}  // namespace ballcone
