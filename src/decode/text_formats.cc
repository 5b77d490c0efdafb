#include "decode/text_formats.h"

#include <memory>
#include <string>

#include "base/check.h"
#include "decode/combined.h"
#include "decode/memory.h"
#include "decode/pattern.h"
#include "decode/w3c.h"

namespace ballcone {
namespace {

Decoder open_pattern(const Format& format, std::string_view pattern,
                     DecodeFunction function = decode_pattern) {
  auto compiled = compile_own_pattern(pattern);
  CHECK(compiled);
  return {std::string(format.name), function,
          std::make_shared<const LinePattern>(*std::move(compiled))};
}

Decoder open_w3c(const Format& format) {
  return {std::string(format.name), decode_w3c, nullptr, true};
}

// Where the line of an HAProxy begins behind what a syslog daemon wrote in front of it: before the
// address, which is before the time.
size_t begin_of_haproxy(std::string_view line) {
  for (size_t at = line.find(" ["); at != line.npos; at = line.find(" [", at + 1)) {
    if (line.substr(at).size() > 5 && line[at + 4] == '/') return line.rfind(' ', at - 1) + 1;
  }
  return 0;
}

std::optional<Drop> decode_haproxy(std::string_view line, const Layout* layout,
                                   DecodeMemory& memory, Hit* hit) {
  const size_t begin = begin_of_haproxy(line);
  const auto drop = decode_pattern(line.substr(begin), layout, memory, hit);
  memory.mismatch.position += begin;
  return drop;
}

// A pattern is as compile_own_pattern() reads it: fields by the names of decode/field.h. Detection
// prefers the earlier of two that fit as well.
constexpr Format kFormats[] = {
    {"combined", "what nginx and Apache write unless told otherwise",
     R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316 )"
     R"~("https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)")~",
     [](const Format& format) {
       return open_pattern(format,
                           R"($address $_ $_ [$time_clf] "$request" $status $bytes_body )"
                           R"("$referrer" "$user_agent")",
                           decode_combined);
     }},

    {"common", "the Common Log Format: combined without referrer and User-Agent",
     R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316)",
     [](const Format& format) {
       return open_pattern(format, R"($address $_ $_ [$time_clf] "$request" $status $bytes_body)",
                           decode_common);
     }},

    // The port is the server's: "%v:%p" of Apache.
    {"vhost_combined", "combined with the host in front, with its port or without",
     R"(example.com:443 192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316 )"
     R"~("https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)")~",
     [](const Format& format) {
       return open_pattern(format,
                           R"($host $address $_ $_ [$time_clf] "$request" $status $bytes )"
                           R"("$referrer" "$user_agent")",
                           decode_vhost_combined);
     }},

    {"vhost_common", "common with the host in front, with its port or without",
     R"(example.com:443 192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316)",
     [](const Format& format) {
       return open_pattern(format,
                           R"($host $address $_ $_ [$time_clf] "$request" $status $bytes_body)",
                           decode_vhost_common);
     }},

    // The packaged nginx.conf of nginx.org calls it "main".
    {"nginx_main", "combined with X-Forwarded-For behind, the main format of nginx.org's packages",
     R"(10.0.0.1 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316 )"
     R"~("https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)" "192.0.2.7, 10.0.0.9")~",
     [](const Format& format) {
       return open_pattern(format, R"($address $_ $_ [$time_clf] "$request" $status $bytes_body )"
                                   R"("$referrer" "$user_agent" "$forwarded_for")");
     }},

    // The last number is how long the listener stayed, in seconds.
    {"icecast", "Icecast's access.log: combined with the duration behind",
     R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /radio.ogg HTTP/1.1" 200 5316000 )"
     R"("-" "VLC/3.0.21" 1807)",
     [](const Format& format) {
       return open_pattern(format, R"($address $_ $_ [$time_clf] "$request" $status $bytes_body )"
                                   R"("$referrer" "$user_agent" $duration_s)");
     }},

    {"traefik", "Traefik's access log in its common format (time and duration included)",
     R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0000] "GET /a?b HTTP/1.1" 200 5316 )"
     R"~("https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)" 17 "blog@docker" )~"
     R"("http://172.18.0.3:80" 5ms)",
     [](const Format& format) {
       return open_pattern(format, R"($address $_ $_ [$time_clf] "$request" $status $bytes_body )"
                                   R"("$referrer" "$user_agent" $_ "$_" "$_" ${duration_ms}ms)");
     }},

    // Timers are Tq/Tw/Tc/Tr/Tt; headers that were captured may stand in braces before the request.
    {"haproxy",
     "HAProxy's option httplog, with or without syslog's header; times without offset "
     "are UTC",
     R"(Nov 23 12:00:00 lb1 haproxy[6801]: 192.0.2.7:55008 [23/Nov/2026:12:00:00.584] https~ )"
     R"(blog/web1 0/0/0/72/73 200 7456 - - ---- 5/4/0/1/0 0/0 "POST /user/ HTTP/1.1")",
     [](const Format& format) {
       return open_pattern(
           format,
           R"($address_and_port [$time_clf] $_ $_ $_/$_/$_/$upstream_ms/$duration_ms )"
           R"($status $bytes $_ $_ $_ $_ $_ "$request")",
           decode_haproxy);
     }},

    // "target processing time" is that of the server behind; the three together are the whole.
    {"alb", "AWS Application Load Balancer",
     R"(https 2026-11-23T12:00:00.127531Z app/blog/abcdef 192.0.2.7:2817 10.0.0.1:80 0.001 0.102 )"
     R"(0.000 200 200 225 24950 "GET https://example.com:443/a?b HTTP/1.1" "Mozilla/5.0" )"
     R"(ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123:tg/a )"
     R"("Root=1-abc" "example.com" "arn:aws:acm:eu-west-1:123:certificate/1" 0 )"
     R"(2026-11-23T12:00:00.023000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-")",
     [](const Format& format) {
       return open_pattern(
           format, R"($_ $time_iso $_ $address_and_port $_ $duration_part_s $upstream_part_s )"
                   R"($duration_part_s $status $_ $_ $bytes "$request" "$user_agent" )"
                   R"($rest)");
     }},

    // Lines of listeners without HTTP have "- - - " for a request, and are none.
    {"elb", "AWS Classic Load Balancer",
     R"(2026-11-23T12:00:00.945958Z blog 192.0.2.7:2817 10.0.0.1:80 0.000086 0.001048 0.001337 )"
     R"(200 200 0 57 "GET https://example.com:443/a?b HTTP/1.1" "Mozilla/5.0" )"
     R"(DHE-RSA-AES128-SHA TLSv1.2)",
     [](const Format& format) {
       return open_pattern(format,
                           R"($time_iso $_ $address_and_port $_ $duration_part_s $upstream_part_s )"
                           R"($duration_part_s $status $_ $_ $bytes_body "$request" "$user_agent" )"
                           R"($rest)");
     }},

    // Owner, bucket, time, address, requester, request id, operation, key, request, status, error,
    // bytes, object's size, total and turn-around time, referrer, User-Agent.
    {"s3", "Amazon S3 server access log; the bucket is the host",
     R"(b659b576cff1e15e example.com [23/Nov/2026:12:00:00 +0000] 192.0.2.7 - EB3502676500C6BE )"
     R"(WEBSITE.GET.OBJECT a "GET /a?b HTTP/1.1" 200 - 368 368 10 9 "https://example.com/" )"
     R"("Mozilla/5.0" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi3)"
     R"(1234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader example.com TLSV1.2 - -)",
     [](const Format& format) {
       return open_pattern(format,
                           R"($_ $host [$time_clf] $address $_ $_ $_ $_ "$request" $status $_ )"
                           R"($bytes_body $_ $duration_ms $upstream_ms "$referrer" "$user_agent" )"
                           R"($rest)");
     }},

    {"w3c", "W3C extended, of which the #Fields lines say what is in it: IIS, CloudFront; UTC",
     "2026-11-23 12:00:00 192.0.2.1 GET /a b=c 443 - 192.0.2.7 Mozilla/5.0+(X11) 200 0 0 15",
     open_w3c},
    {"iis", "as w3c",
     "2026-11-23 12:00:00 192.0.2.1 GET /a b=c 443 - 192.0.2.7 Mozilla/5.0+(X11) "
     "200 0 0 15",
     open_w3c},
    {"cloudfront", "as w3c: CloudFront's standard log",
     "2026-11-23\t12:00:00\tFRA2\t182\t192.0.2.7\tGET\td111.cloudfront.net\t/a\t200\t-\t"
     "Mozilla/5.0%2520(X11)",
     open_w3c},

    {"combined_more", "combined with more behind, which is ignored",
     R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316 )"
     R"~("https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)" rt=0.003 uct=0.001)~",
     [](const Format& format) {
       return open_pattern(format, R"($address $_ $_ [$time_clf] "$request" $status $bytes_body )"
                                   R"("$referrer" "$user_agent" $rest)");
     }},
};

}  // namespace

std::span<const Format> text_formats() { return kFormats; }

}  // namespace ballcone
