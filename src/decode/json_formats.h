// The JSON that servers, proxies and clouds write, as tables of keys; inside this room only.
#pragma once

#include <string_view>

#include "decode/format.h"

namespace ballcone {

// For the rows of decode/format.cc: each format's open(), and a line of it.

// Caddy 2, also before 2.5 (remote_addr with a port) and with any time_format and duration_format.
// Lines of loggers other than http.log.access are Drop::comment.
Decoder open_caddy(const Format& format);
constexpr std::string_view kCaddyExample =
    R"({"level":"info","ts":1795435200.8155608,"logger":"http.log.access","msg":"handled request",)"
    R"("request":{"remote_ip":"192.0.2.7","remote_port":"64985","client_ip":"192.0.2.7",)"
    R"("proto":"HTTP/2.0","method":"GET","host":"example.com","uri":"/a?b=c","headers":)"
    R"({"User-Agent":["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"],)"
    R"("Referer":["https://example.org/"],"Sec-Fetch-Dest":["document"],"Sec-Gpc":["1"]},)"
    R"("tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2"}},"bytes_read":0,)"
    R"("user_id":"","duration":0.001335486,"size":3609,"status":200,)"
    R"("resp_headers":{"Server":["Caddy"],"Content-Type":["text/html; charset=utf-8"]}})";

// Traefik with accessLog.format json. Which headers there are the configuration decides.
Decoder open_traefik_json(const Format& format);
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

// CloudFront's standard logs of version 2 in JSON, and its real-time logs where they are turned
// into JSON by their field names.
Decoder open_cloudfront_json(const Format& format);
constexpr std::string_view kCloudFrontJsonExample =
    R"~({"date":"2026-11-23","time":"12:00:00","x-edge-location":"FRA56-P4","sc-bytes":"3609",)~"
    R"~("c-ip":"192.0.2.7","cs-method":"GET","cs(Host)":"d111111abcdef8.cloudfront.net",)~"
    R"~("cs-uri-stem":"/a","sc-status":"200","cs(Referer)":"https://example.org/",)~"
    R"~("cs(User-Agent)":"Mozilla/5.0%20(X11;%20Linux%20x86_64)","cs-uri-query":"b=c",)~"
    R"~("x-edge-result-type":"Hit","x-host-header":"example.com","cs-protocol":"https",)~"
    R"~("time-taken":"0.003","cs-protocol-version":"HTTP/2.0","sc-content-type":"text/html",)~"
    R"~("sc-range-start":"-"})~";

// Entries of Google Cloud's load balancers (and of what else writes httpRequest), one a line.
Decoder open_gcp(const Format& format);
constexpr std::string_view kGcpExample =
    R"({"httpRequest":{"cacheHit":true,"cacheLookup":true,"latency":"0.058927s",)"
    R"("protocol":"HTTP/1.1","referer":"https://example.org/","remoteIp":"192.0.2.7",)"
    R"("requestMethod":"GET","requestSize":"257","requestUrl":"https://example.com/a?b=c",)"
    R"("responseSize":"1467","status":302,"userAgent":"curl/8.14.1"},"insertId":"1vzs264g1u90hp5",)"
    R"("resource":{"type":"http_load_balancer"},"timestamp":"2026-11-23T12:00:00.123456Z"})";

// Azure Front Door's access log, standard, premium and classic.
Decoder open_azure_front_door(const Format& format);
constexpr std::string_view kAzureFrontDoorExample =
    R"({"time":"2026-11-23T12:00:00.0000000Z","category":"FrontDoorAccessLog","properties":)"
    R"({"httpMethod":"GET","httpVersion":"2.0.0.0","requestUri":"https://example.com:443/a?b=c",)"
    R"("responseBytes":"3609","userAgent":"curl/8.14.1","clientIp":"192.0.2.7",)"
    R"("timeTaken":"0.003","requestProtocol":"HTTPS","httpStatusCode":"200",)"
    R"("cacheStatus":"HIT","hostName":"example.com","referer":"https://example.org/"}})";

// Any flat JSON with the keys that people mostly give nginx's variables, among them those of
// Logstash and of Apache's recipes.
Decoder open_nginx_json(const Format& format);
constexpr std::string_view kNginxJsonExample =
    R"({"time_local":"23/Nov/2026:12:00:00 +0000","remote_addr":"192.0.2.7",)"
    R"("request":"GET /a?b=c HTTP/1.1","status":"200","body_bytes_sent":"3609",)"
    R"("request_time":"0.003","http_referer":"https://example.org/",)"
    R"("http_user_agent":"curl/8.14.1"})";

}  // namespace ballcone
