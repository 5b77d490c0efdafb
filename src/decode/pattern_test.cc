#include "decode/pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "decode/decoded_lines.h"

namespace ballcone {
namespace {

struct Row {
  const char* pattern;
  std::string_view line;
  const char* want;
};

void expect(std::span<const Row> rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(decoded_line(row.line, row.pattern), row.want) << row.pattern << "\n" << row.line;
  }
}

TEST(NginxPattern, ReadsEveryVariableThatMeansSomething) {
  constexpr Row kRows[] = {
      {R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent)",
       R"(192.0.2.7 - a b [23/Nov/2026:12:00:00 +0100] "GET /a b HTTP/1.1" 200 -)",
       "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/a b protocol=HTTP/1.1 "
       "status=200"},
      // The finer of two times, the better of two hosts, headers and body before the body.
      {"$time_local|$msec|$time_iso8601|$server_name|$http_host|$host|$body_bytes_sent|$bytes_sent",
       "23/Nov/2026:12:00:00 +0000|1795435200.250|2026-11-23T12:00:00Z|_|a.example:80|A.example|1|"
       "300",
       "time=2026-11-23T12:00:00.250000Z host=a.example bytes=300"},
      {"$time_iso8601 $scheme://$host$request_uri $server_protocol $ssl_protocol/$ssl_cipher",
       "2026-11-23T12:00:00+00:00 https example", "malformed"},
      {"$time_iso8601 $scheme://$host$request_uri $server_protocol $ssl_protocol/$ssl_cipher",
       "2026-11-23T12:00:00+00:00 https://example.com/a?b HTTP/2.0 TLSv1.3/TLS_AES_256",
       "time=2026-11-23T12:00:00Z host=example.com uri=/a?b protocol=HTTP/2.0 scheme=https"},
      {"$msec $request_method $uri$is_args$args $status", "1795435200.000 GET /a?b=c 200",
       "time=2026-11-23T12:00:00Z method=GET uri=/a?b=c status=200"},
      {"$msec $uri?$args $status", "1795435200.000 /a?- 200",
       "time=2026-11-23T12:00:00Z uri=/a status=200"},
      {"$msec $args $uri", "1795435200.000 b=c /a", "time=2026-11-23T12:00:00Z uri=/a?b=c"},
      // Lists have spaces, and end all the same.
      {"$msec $upstream_addr $upstream_response_time $upstream_status $request_time",
       "1795435200.000 10.0.0.1:80, 10.0.0.2:80 : unix:/x 0.001, - : 0.003 502, 200 : 200 0.010",
       "time=2026-11-23T12:00:00Z generation_time_us=10000 upstream_time_us=4000"},
      {"$msec $http_x_forwarded_for $remote_addr x", "1795435200.000 ::2, 10.0.0.1 10.0.0.9 x",
       "time=2026-11-23T12:00:00Z address=::2"},
      {"$msec \"$http_x_forwarded_for\" $remote_addr", "1795435200.000 \"unknown\" 10.0.0.9",
       "time=2026-11-23T12:00:00Z address=10.0.0.9"},
      {"$msec ${http_sec_gpc}g $http_sec_fetch_dest \"$http_purpose\" $http_range.",
       "1795435200.000 1g image \"prefetch\" bytes=5-.",
       "time=2026-11-23T12:00:00Z fetch_dest=image purpose=prefetch range_start=5 gpc=1"},
      {"$msec $upstream_cache_status $request_id \"$sent_http_content_type\" $geoip_country_code",
       "1795435200.000 Hit 0123456789abcdeffedcba9876543210 \"text/html; charset=utf-8\" DE",
       "time=2026-11-23T12:00:00Z content_type=text/html cache_status=HIT "
       "request_id=0123456789abcdeffedcba9876543210"},
      {"$msec\t$status\t$http_user_agent", "1795435200.000\t200\tcurl with spaces",
       "time=2026-11-23T12:00:00Z user_agent=curl with spaces status=200"},
      {"$msec $status", "1795435200.000 two", "malformed"},
      {"$msec $status $uri", "1795435200.000 000 /", "time=2026-11-23T12:00:00Z uri=/"},
      {"$msec $status \"$request\"", "1795435200.000 000 \"\"", "malformed"},
      {"$msec $status $method", "soon 200 x", "bad_time"},
      {"$msec $status", "- 200", "no_time"},
  };
  expect(kRows);
}

TEST(NginxPattern, UndoesWhatServersEscape) {
  constexpr Row kRows[] = {
      {R"($msec "$http_user_agent" "$uri")",
       R"(1795435200.000 "a \x22b\x22 \xD0\xBF \" \\ \t\u000A\u00e9\q" "/\x5C")",
       "time=2026-11-23T12:00:00Z uri=/\\ user_agent=a \"b\" п \" \\ \\x09\\x0aé\\q"},
      // What is no UTF-8 stays as it is written; of the line itself it is replaced.
      {R"($msec "$http_referer" "$uri")", R"(1795435200.000 "http://\xe4\xe5/" "/\x00")",
       "time=2026-11-23T12:00:00Z uri=/\\x00 referrer=http://\\xe4\\xe5/"},
      {R"($msec "$uri")", "1795435200.000 \"/\xe4\"",
       "time=2026-11-23T12:00:00Z uri=/\ufffd repaired"},
      {R"($msec "$uri")", std::string_view("1795435200.000 \"/\0\"", 19),
       "time=2026-11-23T12:00:00Z uri=/\ufffd repaired"},
      {R"($msec "$uri" $status)",
       "\xef\xbb\xbf"
       "1795435200.000 \"/\" 200 \r",
       "time=2026-11-23T12:00:00Z uri=/ status=200"},
      // escape=none: a quote is the end only where the next text follows.
      {R"($msec "$http_user_agent" "$uri" $status)", R"(1795435200.000 "a "b" c" "/" 200)",
       "time=2026-11-23T12:00:00Z uri=/ user_agent=a \"b\" c status=200"},
      {R"($msec "$http_user_agent" $status)", R"(1795435200.000 "a\" 200)",
       "time=2026-11-23T12:00:00Z user_agent=a\\ status=200"},
  };
  expect(kRows);
}

TEST(NginxPattern, KeepsALastTextThatWasCut) {
  constexpr Row kRows[] = {
      {R"($msec $status "$http_user_agent")", R"(1795435200.000 200 "Mozilla (comp)",
       "time=2026-11-23T12:00:00Z user_agent=Mozilla (comp status=200 repaired"},
      {R"($msec $status "$http_user_agent")", R"(1795435200.000 200 ")",
       "time=2026-11-23T12:00:00Z status=200 repaired"},
      {R"($msec $status "$http_user_agent")", R"(1795435200.000 200 "a \")",
       "time=2026-11-23T12:00:00Z user_agent=a \" status=200 repaired"},
      {R"($msec $status "$http_user_agent")", R"(1795435200.000 200 "a" b)", "malformed"},
      {R"($msec $status "$http_user_agent")", R"(1795435200.000 200 )", "malformed"},
      {R"($msec "$http_user_agent" $status)", R"(1795435200.000 "a)", "malformed"},
  };
  expect(kRows);
}

TEST(ApachePattern, ReadsEveryDirectiveThatMeansSomething) {
  constexpr Row kRows[] = {
      {R"(%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\")",
       R"(example.com:443 ::1 - - [23/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" 200 532 "-" "a")",
       "time=2026-11-23T11:00:00Z host=example.com address=::1 method=GET uri=/ protocol=HTTP/1.1 "
       "user_agent=a status=200 bytes=532"},
      {R"(%h %{c}a %a %t "%!200,304,302{Referer}i" %400,501{User-agent}i. %b %B %D %T %{ms}T)",
       R"(a.example 10.0.0.1 192.0.2.7 [23/Nov/2026:12:00:00 +0000] "http://a/" -. - 5 1500 0 1)",
       "time=2026-11-23T12:00:00Z address=192.0.2.7 referrer=http://a/ generation_time_us=1500"},
      {"%{sec}t %U%q %m %H %V %{Host}i %{X-Forwarded-For}i %X %k %{Content-Type}o",
       "1795435200 /a?b GET HTTP/1.1 v.example h.example 192.0.2.7, 10.0.0.1 + 0 text/html",
       "time=2026-11-23T12:00:00Z host=h.example address=192.0.2.7 method=GET uri=/a?b "
       "protocol=HTTP/1.1 content_type=text/html"},
      {"%{msec}t %>s 100%%", "1795435200250 200 100%",
       "time=2026-11-23T12:00:00.250000Z status=200"},
      {"%{usec}t %{us}T", "1795435200250001 15",
       "time=2026-11-23T12:00:00.250001Z generation_time_us=15"},
      {"[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %s", "[23/Nov/2026:12:00:00.250 +0100] 200",
       "time=2026-11-23T11:00:00.250000Z status=200"},
      {"%{begin:%Y-%m-%d %H:%M:%S}t %{end:usec_frac}t %>s", "2026-11-23 12:00:00 000001 200",
       "time=2026-11-23T12:00:00.000001Z status=200"},
      {"%{%Y-%m-%dT%H:%M:%S%z}t %U", "2026-11-23T12:00:00-0330 /",
       "time=2026-11-23T15:30:00Z uri=/"},
      {"%{%a, %e %B %y %I:%M %p}t|%s", "Mon, 23 November 26 12:05 AM|200",
       "time=2026-11-23T00:05:00Z status=200"},
      {"%{%a, %e %B %y %I:%M %p}t|%s", "Mon, 31 November 26 12:05 AM|200", "bad_time"},
      {"%{%a, %e %B %y %I:%M %p}t|%s", "Mon, 23 Novembre 26 12:05|200", "malformed"},
      {"%t\\t%^FB\\t%s", "[23/Nov/2026:12:00:00 +0000]\t12\t200",
       "time=2026-11-23T12:00:00Z status=200"},
  };
  expect(kRows);
}

TEST(Patterns, AreRefusedWithTheirFault) {
  const struct {
    const char* pattern;
    const char* want;
    int position;
  } kRows[] = {
      {"$remote_addr$status", "expected some text between $remote_addr and $status", -1},
      {"$remote_addr $", "expected the name of a variable behind $", 13},
      {"$remote_addr ${status", "expected the name of a variable behind $", 13},
      {"$remote_addr $status", "expected a date and a time in the pattern", -1},
      {"%h %>s", "expected a date and a time in the pattern", -1},
      {"%h %t %y", "got '%y'", 6},
      {"%h %t %", "got '%'", 6},
      {"%h %t %{Referer", "got '%{Referer'", 6},
      {"%{%d/%Q}t %h", "got %Q in %{%d/%Q}t", 0},
      {"%{%H:%M}t %h", "expected a date and a time", -1},
      {"%h%l %t", "expected some text between %h and %l", -1},
  };
  for (const auto& row : kRows) {
    const auto decoder = open_format(row.pattern);
    ASSERT_FALSE(decoder) << row.pattern;
    EXPECT_NE(decoder.error().message.find(row.want), std::string::npos)
        << row.pattern << ": " << decoder.error().message;
    EXPECT_EQ(decoder.error().position, row.position) << row.pattern;
  }
}

TEST(Patterns, SayWhereALineDoesNotFit) {
  const struct {
    const char* line;
    size_t position;
    const char* expected;
  } kRows[] = {
      {"192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] \"GET / HTTP/1.1\" x 5", 60,
       "a number for $status"},
      {"192.0.2.7 - - 23/Nov/2026", 12, "$_, and ' [' behind it"},
      {"192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] GET / 200 5", 15,
       "$time_clf, and '] \"' behind it"},
      {"192.0.2.7 - - [23/Nov/2026:12:61:00 +0100] \"GET / HTTP/1.1\" 200 5", 15,
       "a time such as 23/Nov/2026:12:00:00 +0100, from 1990 to 2099"},
  };
  for (const auto& row : kRows) {
    Mismatch mismatch;
    decoded_line(row.line, *open_format("common"), &mismatch);
    EXPECT_EQ(mismatch.position, row.position) << row.line;
    EXPECT_EQ(mismatch.expected, row.expected) << row.line;
  }
}

}  // namespace
}  // namespace ballcone
