#include "decode/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "decode/decoded_lines.h"

namespace ballcone {
namespace {

TEST(Formats, AreFoundByName) {
  ASSERT_NE(find_format("combined"), nullptr);
  EXPECT_EQ(find_format("combined")->name, "combined");
  EXPECT_EQ(find_format("Combined"), nullptr);
  EXPECT_EQ(find_format(""), nullptr);
}

TEST(Formats, AreReadAsTheirExamplesShow) {
  const struct {
    const char* format;
    const char* want;
  } kRows[] = {
      {"combined",
       "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/a?b protocol=HTTP/1.1 "
       "referrer=https://example.com/ user_agent=Mozilla/5.0 (X11; Linux x86_64) status=200 "
       "bytes=5316"},
      {"common",
       "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/a?b protocol=HTTP/1.1 "
       "status=200 bytes=5316"},
      {"vhost_combined",
       "time=2026-11-23T11:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b "
       "protocol=HTTP/1.1 referrer=https://example.com/ user_agent=Mozilla/5.0 (X11; Linux "
       "x86_64) status=200 bytes=5316"},
      {"vhost_common",
       "time=2026-11-23T11:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b "
       "protocol=HTTP/1.1 status=200 bytes=5316"},
      {"nginx_main",
       "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/a?b protocol=HTTP/1.1 "
       "referrer=https://example.com/ user_agent=Mozilla/5.0 (X11; Linux x86_64) status=200 "
       "bytes=5316"},
      {"icecast",
       "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/radio.ogg protocol=HTTP/1.1 "
       "user_agent=VLC/3.0.21 status=200 bytes=5316000 generation_time_us=1807000000"},
      {"traefik",
       "time=2026-11-23T12:00:00Z address=192.0.2.7 method=GET uri=/a?b protocol=HTTP/1.1 "
       "referrer=https://example.com/ user_agent=Mozilla/5.0 (X11; Linux x86_64) status=200 "
       "bytes=5316 generation_time_us=5000"},
      {"haproxy",
       "time=2026-11-23T12:00:00.584000Z address=192.0.2.7 method=POST uri=/user/ "
       "protocol=HTTP/1.1 status=200 bytes=7456 generation_time_us=73000 upstream_time_us=72000"},
      {"alb",
       "time=2026-11-23T12:00:00.127531Z host=example.com address=192.0.2.7 method=GET uri=/a?b "
       "protocol=HTTP/1.1 scheme=https user_agent=Mozilla/5.0 status=200 bytes=24950 "
       "generation_time_us=103000 upstream_time_us=102000"},
      {"elb",
       "time=2026-11-23T12:00:00.945958Z host=example.com address=192.0.2.7 method=GET uri=/a?b "
       "protocol=HTTP/1.1 scheme=https user_agent=Mozilla/5.0 status=200 bytes=57 "
       "generation_time_us=2471 upstream_time_us=1048"},
      {"s3",
       "time=2026-11-23T12:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b "
       "protocol=HTTP/1.1 referrer=https://example.com/ user_agent=Mozilla/5.0 status=200 "
       "bytes=368 generation_time_us=10000 upstream_time_us=9000"},
      {"combined_more",
       "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/a?b protocol=HTTP/1.1 "
       "referrer=https://example.com/ user_agent=Mozilla/5.0 (X11; Linux x86_64) status=200 "
       "bytes=5316"},
  };
  for (const auto& row : kRows) {
    const Format* format = find_format(row.format);
    ASSERT_NE(format, nullptr) << row.format;
    EXPECT_EQ(decoded_line(format->example, format->open(*format)), row.want) << row.format;
  }
}

TEST(Formats, AreRecognisedByTheirExamples) {
  for (const Format& format : formats()) {
    const Decoder decoder = format.open(format);
    if (decoder.has_directives) continue;  // a line alone says nothing
    const std::array lines{format.example};
    const auto detected = detect_format(lines);
    ASSERT_TRUE(detected) << format.name << ": " << detected.error().message;
    EXPECT_EQ(detected->name, format.name);
  }
}

TEST(HaProxy, ReadsLinesBehindAnyHeader) {
  constexpr std::string_view kLine =
      "[2001:db8::1]:55008 [25/Sep/2018:06:05:27.584] f~ b/abc 0/-1/-1/-1/0 503 212 - - SC-- "
      R"(5/4/0/1/0 0/0 {example.com|curl} {} "GET https://Example.com:8443/a?b HTTP/2.0")";
  const std::string want =
      "time=2018-09-25T06:05:27.584000Z host=example.com address=2001:db8::1 method=GET uri=/a?b "
      "protocol=HTTP/2.0 scheme=https status=503 bytes=212 generation_time_us=0";
  for (const char* header :
       {"", "Sep  5 06:05:27 lb haproxy[6801]: ", "<134>Sep 25 06:05:27 haproxy[6801]: ",
        "2018-09-25T06:05:27.584+02:00 lb haproxy[1]: "}) {
    EXPECT_EQ(decoded_line(header + std::string(kLine), "haproxy"), want) << header;
  }
  EXPECT_EQ(
      decoded_line(R"(192.0.2.7:1 [25/Sep/2018:06:05:27.584] f f/<NOSRV> -1/-1/-1/-1/5 400 0 - - )"
                   R"(PR-- 1/1/0/0/0 0/0 "<BADREQ>")",
                   "haproxy"),
      "time=2018-09-25T06:05:27.584000Z address=192.0.2.7 status=400 bytes=0 "
      "generation_time_us=5000");
}

TEST(LoadBalancers, DropWhatIsNoRequest) {
  EXPECT_EQ(decoded_line("2026-11-23T12:00:00.945958Z lb 192.0.2.7:2817 10.0.0.1:80 0.001 0.002 "
                         R"(0.003 - - 82 305 "- - - " "-" - -)",
                         "elb"),
            "malformed");
  EXPECT_EQ(decoded_line("http 2026-11-23T12:00:00.127531Z app/b/a 192.0.2.7:2817 - -1 -1 -1 502 - "
                         R"(225 0 "GET http://example.com:80/ HTTP/1.1" "-" - - arn "r" "-" "-" 0)",
                         "alb"),
            "time=2026-11-23T12:00:00.127531Z host=example.com address=192.0.2.7 method=GET uri=/ "
            "protocol=HTTP/1.1 scheme=http status=502 bytes=0");
}

TEST(OpenFormat, TakesNamesPatternsAndMappings) {
  const struct {
    const char* text;
    const char* line;
    const char* want;
  } kRows[] = {
      {"combined_more", R"(::1 - a b [29/Feb/2024:23:59:60 +0000] "-" 408 - "-" "-" "x" 5)",
       "time=2024-02-29T23:59:59Z address=::1 status=408"},
      {"$remote_addr [$time_iso8601] \"$request_uri\"", "192.0.2.7 [2026-11-23T12:00:00Z] \"/a\"",
       "time=2026-11-23T12:00:00Z address=192.0.2.7 uri=/a"},
      {"$msec $args", "1795435200 b=c", "time=2026-11-23T12:00:00Z uri=?b=c"},
      {"%h %t %U", "192.0.2.7 [23/Nov/2026:12:00:00 +0000] /a",
       "time=2026-11-23T12:00:00Z address=192.0.2.7 uri=/a"},
      {"json:time=ts,address=client.ip", R"({"ts": 1795435200, "client": {"ip": "::1"}})",
       "time=2026-11-23T12:00:00Z address=::1"},
      {R"({"at": "$time_iso8601", "ip": "$remote_addr"})",
       R"({"at": "2026-11-23T12:00:00Z", "ip": "::1"})", "time=2026-11-23T12:00:00Z address=::1"},
  };
  for (const auto& row : kRows) EXPECT_EQ(decoded_line(row.line, row.text), row.want) << row.text;
  const auto unknown = open_format("combine");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("got 'combine'"), std::string::npos);
  EXPECT_NE(unknown.error().message.find(" combined "), std::string::npos);
}

std::string detected(std::vector<std::string_view> lines) {
  const auto decoder = detect_format(lines);
  return decoder ? decoder->name : decoder.error().message;
}

constexpr std::string_view kCombined =
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" 200 5316 "-" "curl/8")";
constexpr std::string_view kNoise = "what is this";

TEST(DetectFormat, TakesTheFormatOfMostLines) {
  EXPECT_EQ(detected({kCombined, kNoise, kCombined, "192.0.2.7 - - [23/"}), "combined");
  EXPECT_EQ(detected({"", "# a comment", kCombined, kCombined.substr(0, 30)}), "combined");
  EXPECT_EQ(detected({kCombined}), "combined");
  EXPECT_EQ(detected({"#Version: 1.0", "#Fields: date time c-ip cs-uri-stem sc-status",
                      "2026-11-23 12:00:00 192.0.2.7 /a 200", "2026-1"}),
            "w3c");
  // More behind, and not one of the formats that have more behind.
  const std::string more = std::string(kCombined) + " 0.003 .";
  EXPECT_EQ(detected({more, more}), "combined_more");
}

TEST(DetectFormat, ShowsWhereTheNearestFormatFailed) {
  EXPECT_EQ(
      detected({R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" OK 5 "-" "-")", ""}),
      "no format fits. The nearest is combined, which fits 0 of 1 lines, and of this one not "
      "all:\n"
      "  192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] \"GET / HTTP/1.1\" OK 5 \"-\" \"-\"\n"
      "                                                              ^ expected a number for "
      "$status\n"
      "Say what it is: --format with a name, with nginx's log_format ('$remote_addr …'), "
      "Apache's LogFormat ('%h …'), or which JSON key is what "
      "('json:address=client.ip,time=ts,uri=url').");
  EXPECT_NE(detected({R"({"message": "hello"})", ""}).find("{\"message\": \"hello\"}"),
            std::string::npos);
  EXPECT_EQ(detected({}), "expected a line of a log, got none: nothing tells its format");
  EXPECT_EQ(detected({"", "# nothing", ""}),
            "expected a line of a log, got none: nothing tells its format");
  constexpr std::string_view kBinary(
      "\x7f"
      "ELF\0\0",
      6);
  EXPECT_EQ(detected({kBinary, kBinary}),
            "expected lines of text, got bytes that are 0: is it a binary file, or UTF-16?");
}

}  // namespace
}  // namespace ballcone
