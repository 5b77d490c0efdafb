#include "decode/json_formats.h"

#include <memory>
#include <span>

#include "base/check.h"
#include "decode/json_keyed.h"

namespace ballcone {
namespace {

using enum JsonReading;

// {"ts": 1795435200.8, "request": {"client_ip": "192.0.2.7", "uri": "/", "headers": {…}}, …}
constexpr JsonKey kCaddy[] = {
    {"ts", Field::time_iso, any_time},
    {"common_log", Field::time_iso, clf_line},  // before 2.5
    // Behind a proxy that Caddy trusts client_ip is the visitor's, and remote_ip the proxy's.
    {"request.client_ip", Field::address},
    {"request.remote_ip", Field::address},
    {"request.remote_addr", Field::address},  // before 2.5, with a port
    {"request.method", Field::method},
    {"request.uri", Field::uri},
    {"request.proto", Field::protocol},
    {"request.host", Field::host},
    {"request.tls", Field::scheme, https_if_there},
    {"request.headers.User-Agent", Field::user_agent},
    {"request.headers.Referer", Field::referrer},
    {"request.headers.Sec-Gpc", Field::gpc},
    {"request.headers.Sec-Fetch-Dest", Field::fetch_dest},
    {"request.headers.Sec-Purpose", Field::sec_purpose},
    {"request.headers.Purpose", Field::purpose},
    {"request.headers.Range", Field::range},
    {"status", Field::status},
    {"size", Field::bytes_body},
    {"duration", Field::duration_s, duration},
    {"resp_headers.Content-Type", Field::content_type},
};

// {"ClientHost": "192.0.2.7", "DownstreamStatus": 200, "Duration": 10425284, …}
constexpr JsonKey kTraefik[] = {
    {"StartUTC", Field::time_iso, any_time},
    {"StartLocal", Field::time_iso, any_time},
    {"time", Field::time_iso, any_time},  // when the line was written, behind the answer
    {"ClientAddr", Field::address},
    {"ClientHost", Field::forwarded_for},  // X-Forwarded-For as it came, if it came
    {"RequestMethod", Field::method},
    {"RequestPath", Field::uri},
    {"RequestProtocol", Field::protocol},
    {"RequestScheme", Field::scheme},
    {"RequestHost", Field::host},
    {"DownstreamStatus", Field::status},
    {"DownstreamContentSize", Field::bytes_body},
    {"Duration", Field::duration_ns},
    {"OriginDuration", Field::upstream_ns},
    {"request_User-Agent", Field::user_agent},
    {"request_Referer", Field::referrer},
    {"request_Sec-Gpc", Field::gpc},
    {"request_Sec-Fetch-Dest", Field::fetch_dest},
    {"request_Sec-Purpose", Field::sec_purpose},
    {"request_Purpose", Field::purpose},
    {"request_Range", Field::range},
    {"downstream_Content-Type", Field::content_type},
    {"origin_Content-Type", Field::content_type},
};

// {"date": "2026-11-23", "time": "12:00:00", "c-ip": "192.0.2.7", "cs-uri-stem": "/a", …}
constexpr JsonKey kCloudFront[] = {
    {"timestamp(ms)", Field::time_iso, any_time},
    {"timestamp", Field::time_iso, any_time},  // 1795435200.123
    {"date", Field::time_iso, any_time},
    {"time", Field::time_of_day},
    {"c-ip", Field::address},
    {"cs-method", Field::method},
    {"cs-uri-stem", Field::path},
    {"cs-uri-query", Field::query},
    {"cs-protocol-version", Field::protocol},
    {"cs-protocol", Field::scheme},
    // The name that was asked for; the others may be the distribution's.
    {"x-host-header", Field::host},
    {"cs-host", Field::host},
    {"cs(Host)", Field::host},
    {"cs(User-Agent)", Field::user_agent_encoded},
    {"cs-user-agent", Field::user_agent_encoded},
    {"cs(Referer)", Field::referrer_encoded},
    {"cs-referer", Field::referrer_encoded},
    {"sc-status", Field::status},
    {"sc-bytes", Field::bytes},
    {"sc-content-type", Field::content_type},
    {"time-taken", Field::duration_s},
    {"x-edge-result-type", Field::cache_status},
};

// {"httpRequest": {"requestUrl": "https://example.com/", "latency": "0.058927s", …}, …}
constexpr JsonKey kGcp[] = {
    {"timestamp", Field::time_iso, any_time},
    {"receiveTimestamp", Field::time_iso, any_time},
    {"httpRequest.remoteIp", Field::address},
    {"httpRequest.requestMethod", Field::method},
    {"httpRequest.requestUrl", Field::uri},
    {"httpRequest.protocol", Field::protocol},
    {"httpRequest.status", Field::status},
    {"httpRequest.responseSize", Field::bytes},
    {"httpRequest.userAgent", Field::user_agent},
    {"httpRequest.referer", Field::referrer},
    {"httpRequest.latency", Field::duration_s, duration},
    {"httpRequest.cacheHit", Field::cache_status, cache_hit},
    {"httpRequest.cacheLookup", Field::cache_status, cache_lookup},
};

// {"time": "2026-11-23T12:00:00.0000000Z", "properties": {"httpStatusCode": "200", …}}
constexpr JsonKey kAzureFrontDoor[] = {
    {"time", Field::time_iso, any_time},
    {"properties.clientIp", Field::address},
    {"properties.httpMethod", Field::method},
    {"properties.requestUri", Field::uri},
    {"properties.httpVersion", Field::protocol, http_version},
    {"properties.hostName", Field::host},
    {"properties.httpStatusCode", Field::status},
    {"properties.responseBytes", Field::bytes},
    {"properties.userAgent", Field::user_agent},
    {"properties.referer", Field::referrer},
    {"properties.referrer", Field::referrer},
    {"properties.timeTaken", Field::duration_s},
    {"properties.cacheStatus", Field::cache_status},
    {"properties.contentType", Field::content_type},
};

// {"time_local": "23/Nov/2026:12:00:00 +0000", "remote_addr": "192.0.2.7", "request": "GET …", …}
// Of the names for one thing the surest come first.
constexpr JsonKey kNginx[] = {
    {"service", Field::service},
    {"time_iso8601", Field::time_iso, any_time},
    {"msec", Field::time_iso, any_time},
    {"time_local", Field::time_iso, any_time},
    {"@timestamp", Field::time_iso, any_time},
    {"timestamp", Field::time_iso, any_time},
    {"event_datetime", Field::time_iso, any_time},
    {"datetime", Field::time_iso, any_time},
    {"date_time", Field::time_iso, any_time},
    {"request_date", Field::time_iso, any_time},
    {"ts", Field::time_iso, any_time},
    {"date", Field::time_iso, any_time},
    {"time", Field::time_iso, any_time},
    {"clientip", Field::address},
    {"client_ip", Field::address},
    {"clientIp", Field::address},
    {"remote_addr", Field::address},
    {"remote_ip", Field::address},
    {"remote_address", Field::address},
    {"client", Field::address},
    {"client_addr", Field::address},
    {"ip", Field::address},
    {"remote_host", Field::address},
    {"remote", Field::address},
    {"address", Field::address},
    {"http_cf_connecting_ip", Field::forwarded_for},
    {"http_x_real_ip", Field::forwarded_for},
    {"http_x_forwarded_for", Field::forwarded_for},
    {"x_forwarded_for", Field::forwarded_for},
    {"x-forwarded-for", Field::forwarded_for},
    {"xff", Field::forwarded_for},
    {"http_user_agent", Field::user_agent},
    {"user_agent", Field::user_agent},
    {"useragent", Field::user_agent},
    {"user-agent", Field::user_agent},
    {"userAgent", Field::user_agent},
    {"agent", Field::user_agent},
    {"ua", Field::user_agent},
    {"http_referer", Field::referrer},
    {"http_referrer", Field::referrer},
    {"referrer", Field::referrer},
    {"referer", Field::referrer},
    // What a request line says is said better by the keys below, where they are.
    {"request", Field::request},
    {"request_line", Field::request},
    {"request_method", Field::method},
    {"method", Field::method},
    {"http_method", Field::method},
    {"verb", Field::method},
    {"request_uri", Field::uri},
    {"requestUri", Field::uri},
    {"uri", Field::path},
    {"url", Field::path},
    {"path", Field::path},
    {"request_path", Field::path},
    {"document_uri", Field::path},
    {"args", Field::query},
    {"query_string", Field::query},
    {"query", Field::query},
    {"server_protocol", Field::protocol},
    {"protocol", Field::protocol},
    {"http_version", Field::protocol, http_version},
    {"httpversion", Field::protocol, http_version},
    {"scheme", Field::scheme},
    {"http_x_forwarded_proto", Field::scheme},
    {"http_host", Field::host},
    {"host", Field::host},
    {"vhost", Field::host},
    {"domain", Field::host},
    {"server_name", Field::host},
    {"virtual_host", Field::host},
    {"status", Field::status},
    {"status_code", Field::status},
    {"response_code", Field::status},
    {"http_status", Field::status},
    {"statusCode", Field::status},
    {"response", Field::status},
    {"code", Field::status},
    {"bytes_sent", Field::bytes},
    {"bytes", Field::bytes},
    {"length", Field::bytes},
    {"body_bytes_sent", Field::bytes_body},
    {"size", Field::bytes_body},
    {"body_bytes", Field::bytes_body},
    {"response_size", Field::bytes_body},
    {"request_time", Field::duration_s, loose_duration},
    {"request_duration", Field::duration_s, loose_duration},
    {"response_time", Field::duration_s, loose_duration},
    {"responsetime", Field::duration_s, loose_duration},
    {"duration", Field::duration_s, loose_duration},
    {"latency", Field::duration_s, loose_duration},
    {"elapsed", Field::duration_s, loose_duration},
    {"time_taken", Field::duration_s, loose_duration},
    {"generation_time_milli", Field::duration_s},  // seconds, for all its name
    {"duration_ms", Field::duration_ms},
    {"latency_ms", Field::duration_ms},
    {"request_time_ms", Field::duration_ms},
    {"upstream_response_time", Field::upstream_s},
    {"upstream_time", Field::upstream_s},
    {"upstreamtime", Field::upstream_s},
    {"upstream_cache_status", Field::cache_status},
    {"cache_status", Field::cache_status},
    {"cache", Field::cache_status},
    {"sent_http_content_type", Field::content_type},
    {"response_content_type", Field::content_type},
    {"request_id", Field::request_id},
    {"http_sec_gpc", Field::gpc},
    {"gpc", Field::gpc},
    {"http_sec_fetch_dest", Field::fetch_dest},
    {"fetch_dest", Field::fetch_dest},
    {"http_sec_purpose", Field::sec_purpose},
    {"sec_purpose", Field::sec_purpose},
    {"http_purpose", Field::purpose},
    {"purpose", Field::purpose},
    {"http_range", Field::range},
    {"range", Field::range},
};

JsonTable compiled(std::span<const JsonKey> keys) {
  auto json = JsonTable::compile(keys);
  CHECK(json);
  return *std::move(json);
}

Decoder decoder(const Format& format, JsonTable json) {
  return {std::string(format.name), decode_keyed_json,
          std::make_shared<const JsonTable>(std::move(json))};
}

}  // namespace

Decoder open_caddy(const Format& format) {
  // Loggers that a site's block names are below: http.log.access.log0.
  auto json = compiled(kCaddy).only("logger", "http.log.access");
  CHECK(json);
  return decoder(format, *std::move(json));
}
Decoder open_traefik_json(const Format& format) { return decoder(format, compiled(kTraefik)); }
Decoder open_cloudfront_json(const Format& format) {
  return decoder(format, compiled(kCloudFront));
}
Decoder open_gcp(const Format& format) { return decoder(format, compiled(kGcp)); }
Decoder open_azure_front_door(const Format& format) {
  return decoder(format, compiled(kAzureFrontDoor));
}
Decoder open_nginx_json(const Format& format) { return decoder(format, compiled(kNginx)); }

}  // namespace ballcone
