// What ownstats' columns mean, for the console's side.
#include "store/ownstats.h"

namespace ballcone {
namespace {

struct Row {
  std::string_view view, column;
  OwnstatsDoc doc;
};

constexpr OwnstatsDoc in_hits(std::string_view name) { return {"", name}; }
constexpr OwnstatsDoc text(std::string_view sentence) { return {sentence, ""}; }
constexpr OwnstatsDoc kNotKept = text("Not kept: always NULL");

constexpr Row kRows[] = {
    {"page_views", "event_timestamp", text("When the page was asked for, UTC")},
    {"page_views", "event_date", text("The date of that, UTC")},
    {"page_views", "event_hour", text("The hour of that, UTC")},
    {"page_views", "edge_city", text("City of the CDN's edge that answered")},
    {"page_views", "edge_state", text("State of the edge, in some countries")},
    {"page_views", "edge_country", text("Country of the edge")},
    {"page_views", "edge_latitude", text("Where the edge is, degrees north")},
    {"page_views", "edge_longitude", text("Where the edge is, degrees east")},
    {"page_views", "url", text("Scheme, host, path and query of the page")},
    {"page_views", "device_outer_resolution", in_hits("outer_resolution")},
    {"page_views", "device_inner_resolution", in_hits("inner_resolution")},
    {"page_views", "device_color_depth", in_hits("color_depth")},
    {"page_views", "device_platform", in_hits("platform")},
    {"page_views", "device_memory", in_hits("memory")},
    {"page_views", "device_cores", in_hits("cores")},
    {"page_views", "browser_language", in_hits("language")},
    {"page_views", "source", in_hits("utm_source")},
    {"page_views", "cloudfront_cache_type", text("What the cache said: Hit, RefreshHit, Miss, …")},
    {"page_views", "cloudfront_time_taken_ms",
     text("From the request's first byte to the answer's last, in milliseconds")},
    {"page_views", "cloudfront_http_version", in_hits("protocol")},
    {"page_views", "domain_name", in_hits("host")},

    {"access_logs", "date", text("Date of the request, UTC")},
    {"access_logs", "time", text("Time of day of the request, UTC")},
    {"access_logs", "location", in_hits("edge_location")},
    {"access_logs", "request_ip", in_hits("address")},
    {"access_logs", "uri", in_hits("path")},
    {"access_logs", "useragent", in_hits("user_agent")},
    {"access_logs", "querystring", in_hits("query")},
    {"access_logs", "cookie", kNotKept},
    {"access_logs", "result_type", text("What the cache said: Hit, RefreshHit, Miss, …")},
    {"access_logs", "host_header", in_hits("host")},
    {"access_logs", "request_protocol", in_hits("scheme")},
    {"access_logs", "request_bytes", kNotKept},
    {"access_logs", "time_taken", in_hits("generation_time")},
    {"access_logs", "forwarded_for", kNotKept},
    {"access_logs", "ssl_protocol", kNotKept},
    {"access_logs", "ssl_cipher", kNotKept},
    {"access_logs", "response_result_type", kNotKept},
    {"access_logs", "http_version", in_hits("protocol")},
    {"access_logs", "file_status", kNotKept},
    {"access_logs", "encrypted_fields", kNotKept},
    {"access_logs", "port", kNotKept},
    {"access_logs", "time_to_first_byte", kNotKept},
    {"access_logs", "detailed_result_type", kNotKept},
    {"access_logs", "content_length", kNotKept},
    {"access_logs", "range_end", kNotKept},

    {"edge_locations", "prefix",
     text("The first three letters of the edge's code: FRA of FRA56-P4")},
    {"edge_locations", "city", text("City of the edge")},
    {"edge_locations", "state", text("State of the edge, in some countries")},
    {"edge_locations", "country", text("Country of the edge")},
    {"edge_locations", "latitude", text("Degrees north")},
    {"edge_locations", "longitude", text("Degrees east")},
};

}  // namespace

OwnstatsDoc ownstats_doc(std::string_view view, std::string_view column) {
  for (const Row& row : kRows)
    if (row.view == view && row.column == column) return row.doc;
  return {};
}

}  // namespace ballcone
