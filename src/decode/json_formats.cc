#include "decode/json_formats.h"

#include <memory>
#include <span>

#include "base/check.h"
#include "decode/json_ballcone.h"
#include "decode/json_keyed.h"
#include "decode/json_usual_keys.h"

namespace ballcone {
namespace {

using enum JsonReading;

// Caddy 2, also before 2.5 (remote_addr with a port) and with any time_format and duration_format.
constexpr std::string_view kCaddyExample =
    R"({"level":"info","ts":1795435200.8155608,"logger":"http.log.access","msg":"handled request",)"
    R"("request":{"remote_ip":"192.0.2.7","remote_port":"64985","client_ip":"192.0.2.7",)"
    R"("proto":"HTTP/2.0","method":"GET","host":"example.com","uri":"/a?b=c","headers":)"
    R"({"User-Agent":["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"],)"
    R"("Referer":["https://example.org/"],"Sec-Fetch-Dest":["document"],"Sec-Gpc":["1"]},)"
    R"("tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2"}},"bytes_read":0,)"
    R"("user_id":"","duration":0.001335486,"size":3609,"status":200,)"
    R"("resp_headers":{"Server":["Caddy"],"Content-Type":["text/html; charset=utf-8"]}})";
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

// With accessLog.format json. Which headers there are the configuration decides.
constexpr std::string_view kTraefikJsonExample =
    R"({"ClientAddr":"172.20.0.1:52458","ClientHost":"192.0.2.7","ClientPort":"52458",)"
    R"("DownstreamContentSize":15,"DownstreamStatus":200,"Duration":10425284,)"
    R"("OriginDuration":10302842,"OriginStatus":200,"RequestHost":"example.com",)"
    R"("RequestMethod":"GET","RequestPath":"/a?b=c","RequestProtocol":"HTTP/1.1",)"
    R"("RequestScheme":"https","RouterName":"site@file",)"
    R"("StartLocal":"2026-11-23T13:00:00.773360139+01:00",)"
    R"("StartUTC":"2026-11-23T12:00:00.773360139Z","request_Referer":"https://example.org/",)"
    R"("request_User-Agent":"curl/8.14.1","level":"info","msg":"",)"
    R"("time":"2026-11-23T12:00:00Z"})";
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

// Standard logs of version 2 in JSON, and real-time logs where they are turned into JSON by their
// field names.
constexpr std::string_view kCloudFrontJsonExample =
    R"~({"date":"2026-11-23","time":"12:00:00","x-edge-location":"FRA56-P4","sc-bytes":"3609",)~"
    R"~("c-ip":"192.0.2.7","cs-method":"GET","cs(Host)":"d111111abcdef8.cloudfront.net",)~"
    R"~("cs-uri-stem":"/a","sc-status":"200","cs(Referer)":"https://example.org/",)~"
    R"~("cs(User-Agent)":"Mozilla/5.0%20(X11;%20Linux%20x86_64)","cs-uri-query":"b=c",)~"
    R"~("x-edge-result-type":"Hit","x-host-header":"example.com","cs-protocol":"https",)~"
    R"~("time-taken":"0.003","cs-protocol-version":"HTTP/2.0","sc-content-type":"text/html",)~"
    R"~("sc-range-start":"-"})~";
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
    {"x-edge-location", Field::edge_location},
    {"sc-range-start", Field::range_start},
};

// Entries of Google Cloud's load balancers (and of what else writes httpRequest), one a line.
constexpr std::string_view kGcpExample =
    R"({"httpRequest":{"cacheHit":true,"cacheLookup":true,"latency":"0.058927s",)"
    R"("protocol":"HTTP/1.1","referer":"https://example.org/","remoteIp":"192.0.2.7",)"
    R"("requestMethod":"GET","requestSize":"257","requestUrl":"https://example.com/a?b=c",)"
    R"("responseSize":"1467","status":302,"userAgent":"curl/8.14.1"},"insertId":"1vzs264g1u90hp5",)"
    R"("resource":{"type":"http_load_balancer"},"timestamp":"2026-11-23T12:00:00.123456Z"})";
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

// Standard, premium and classic.
constexpr std::string_view kAzureFrontDoorExample =
    R"({"time":"2026-11-23T12:00:00.0000000Z","category":"FrontDoorAccessLog","properties":)"
    R"({"httpMethod":"GET","httpVersion":"2.0.0.0","requestUri":"https://example.com:443/a?b=c",)"
    R"("responseBytes":"3609","userAgent":"curl/8.14.1","clientIp":"192.0.2.7",)"
    R"("timeTaken":"0.003","requestProtocol":"HTTPS","httpStatusCode":"200",)"
    R"("cacheStatus":"HIT","hostName":"example.com","referer":"https://example.org/"}})";
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

constexpr std::string_view kUsualExample =
    R"({"time_local":"23/Nov/2026:12:00:00 +0000","remote_addr":"192.0.2.7",)"
    R"("request":"GET /a?b=c HTTP/1.1","status":"200","body_bytes_sent":"3609",)"
    R"("request_time":"0.003","http_referer":"https://example.org/",)"
    R"("http_user_agent":"curl/8.14.1"})";

JsonTable compiled(std::span<const JsonKey> keys) {
  auto table = JsonTable::compile(keys);
  CHECK(table);
  return *std::move(table);
}

Decoder keyed(const Format& format, JsonTable table) {
  return {std::string(format.name), decode_keyed_json,
          std::make_shared<const JsonTable>(std::move(table))};
}

template <const auto& keys>
Decoder open_keyed(const Format& format) {
  return keyed(format, compiled(keys));
}

// Lines of other loggers are Drop::comment. Those that a site's block names are below:
// http.log.access.log0.
Decoder open_caddy(const Format& format) {
  auto table = compiled(kCaddy).only("logger", "http.log.access");
  CHECK(table);
  return keyed(format, *std::move(table));
}

// What collect/line.cc writes.
constexpr JsonKey kCollected[] = {
    {"service", Field::service},
    {"time_us", Field::time_epoch_us},
    {"address", Field::address},
    {"host", Field::host},
    {"uri", Field::uri},
    {"scheme", Field::scheme},
    {"method", Field::method},
    {"status", Field::status},
    {"referrer", Field::referrer},
    {"user_agent", Field::user_agent},
    {"gpc", Field::gpc},
    {"request_id", Field::request_id},
    {"via", Field::via},
    {"event", Field::event},
    {"props", Field::props},
    {"engaged_us", Field::engaged_us},
    {"browser_facts", Field::browser_facts},
};

Decoder open_ballcone(const Format& format) {
  return {std::string(format.name), decode_ballcone_json, nullptr};
}

// Detection prefers the earlier of two that fit as well.
constexpr Format kFormats[] = {
    {"ballcone", "JSON from nginx, the original log_format or the extended one of the /nginx page",
     R"({"service": "example", "ip": "192.0.2.7", "host": "example.com", "path": "/a?b=c", )"
     R"("status": "200", "referrer": "", "user_agent": "curl/8", "length": 142, )"
     R"("generation_time_milli": 0.003, "date": "2026-11-23T13:20:33+01:00"})",
     open_ballcone},
    {"caddy", "Caddy's JSON", kCaddyExample, open_caddy},
    {"traefik_json", "Traefik's JSON", kTraefikJsonExample, open_keyed<kTraefik>},
    {"cloudfront_json", "CloudFront's real-time and version 2 logs as JSON", kCloudFrontJsonExample,
     open_keyed<kCloudFront>},
    {"gcp", "Google Cloud load balancers, as JSON", kGcpExample, open_keyed<kGcp>},
    {"azure_front_door", "Azure Front Door, as JSON", kAzureFrontDoorExample,
     open_keyed<kAzureFrontDoor>},
    {"nginx_json", "any flat JSON with keys as people name them, or as the variables are named",
     kUsualExample, open_keyed<kUsualKeys>},
};

}  // namespace

std::span<const Format> json_formats() { return kFormats; }

Decoder collected_decoder() {
  static const Decoder kDecoder{"collected", decode_keyed_json,
                                std::make_shared<const JsonTable>(compiled(kCollected))};
  return kDecoder;
}

}  // namespace ballcone
