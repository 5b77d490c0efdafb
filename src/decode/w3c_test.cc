#include "decode/w3c.h"

#include <gtest/gtest.h>

#include <string>

#include "decode/decoded_lines.h"

namespace ballcone {
namespace {

// The line behind a directive that names `fields`.
std::string decoded(const std::string& fields, std::string_view line) {
  const auto decoder = after_directive(*open_format("w3c"), "#Fields: " + fields);
  if (!decoder) return "no directive";
  return *decoder ? decoded_line(line, **decoder) : decoder->error().message;
}

TEST(W3c, ReadsWhatIisWrites) {
  const std::string fields =
      "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version "
      "cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-bytes time-taken";
  EXPECT_EQ(decoded(fields,
                    "2026-11-23 12:00:00 10.0.0.1 GET /a/b.aspx c=d&e=f 443 - 192.0.2.7 HTTP/1.1 "
                    "Mozilla/5.0+(compatible;+bot/2.1;++http://a.example/bot.html) \"a=b; "
                    "c=\"\"d\"\"\" https://example.com/x%20y Example.com:443 200 27028 1687"),
            "time=2026-11-23T12:00:00Z host=example.com address=192.0.2.7 method=GET "
            "uri=/a/b.aspx?c=d&e=f protocol=HTTP/1.1 referrer=https://example.com/x%20y "
            "user_agent=Mozilla/5.0 (compatible; bot/2.1; +http://a.example/bot.html) status=200 "
            "bytes=27028 generation_time_us=1687000");
  EXPECT_EQ(decoded(fields, "2026-11-23 12:00:00 10.0.0.1 GET /a - 443 - ::1 - - - - - 304 0 0\r"),
            "time=2026-11-23T12:00:00Z address=::1 method=GET uri=/a status=304 bytes=0 "
            "generation_time_us=0");
}

TEST(W3c, ReadsWhatCloudFrontWrites) {
  const std::string fields =
      "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
      "cs(Referer) cs(User-Agent) cs-uri-query x-edge-result-type x-host-header cs-protocol "
      "time-taken x-forwarded-for cs-protocol-version";
  const std::string start = "2026-11-23\t12:00:00\tFRA2\t182\t192.0.2.7\tGET\td1.cloudfront.net\t";
  const std::string hit = "time=2026-11-23T12:00:00Z host=example.com address=";
  EXPECT_EQ(
      decoded(fields, start + "/a\t200\thttps://a.example/?q=b%2520c\tMozilla/5.0%2520(X11;"
                              "%2520+b)\tb=c\tMiss\texample.com\thttps\t0.001\t-\tHTTP/2.0"),
      hit +
          "192.0.2.7 method=GET uri=/a?b=c protocol=HTTP/2.0 scheme=https "
          "referrer=https://a.example/?q=b%20c user_agent=Mozilla/5.0 (X11; +b) "
          "cache_status=MISS edge_location=FRA2 status=200 bytes=182 generation_time_us=1000");
  EXPECT_EQ(decoded(fields, start + "/a\t200\t-\tMozilla/5.0%20(X11;%20%C3%BC)\t-\tRefreshHit\t"
                                    "example.com\thttps\t0.001\t2001:db8::9\tHTTP/2.0"),
            hit +
                "2001:db8::9 method=GET uri=/a protocol=HTTP/2.0 scheme=https "
                "user_agent=Mozilla/5.0 (X11; ü) cache_status=REFRESHHIT edge_location=FRA2 "
                "status=200 bytes=182 generation_time_us=1000");
}

TEST(W3c, DropsWhatIsNoRequest) {
  const std::string fields = "date time c-ip cs-uri-stem sc-status";
  const struct {
    const char* line;
    const char* want;
  } kRows[] = {
      {"", "empty"},
      {"#Date: 2026-11-23 12:00:00", "comment"},
      {"2026-11-23 12:00:00 192.0.2.7 /a", "malformed"},
      {"2026-11-23 12:00:00 192.0.2.7 /a 200 5", "malformed"},
      {"2026-11-31 12:00:00 192.0.2.7 /a 200", "bad_time"},
      {"2026-11-23 12:60:00 192.0.2.7 /a 200", "bad_time"},
      {"- 12:00:00 192.0.2.7 /a 200", "no_time"},
  };
  for (const auto& row : kRows) EXPECT_EQ(decoded(fields, row.line), row.want) << row.line;
}

TEST(W3c, NeedsItsDirective) {
  const Decoder decoder = *open_format("w3c");
  Mismatch mismatch;
  EXPECT_EQ(decoded_line("2026-11-23 12:00:00 192.0.2.7 /a 200", decoder, &mismatch), "malformed");
  EXPECT_EQ(mismatch.expected,
            "a line '#Fields: date time …' first, which says what the others hold");
  EXPECT_TRUE(decoder.has_directives);
  EXPECT_FALSE(after_directive(decoder, "#Software: Microsoft Internet Information Services 10.0"));
  EXPECT_FALSE(after_directive(*open_format("combined"), "#Fields: date time"));
  EXPECT_EQ(decoded("time c-ip", ""), "expected 'date' among the names of #Fields");
  EXPECT_EQ(decoded("", ""), "expected 'date' among the names of #Fields");
  // A second directive in the same file, as after a change of the configuration.
  const auto first = after_directive(decoder, "#Fields: date time c-ip");
  const auto second = after_directive(**first, "#Fields:\tdate\ttime\tcs-uri-stem");
  EXPECT_EQ(decoded_line("2026-11-23 12:00:00 /a", **second), "time=2026-11-23T12:00:00Z uri=/a");
  EXPECT_TRUE((*second)->has_directives);
}

}  // namespace
}  // namespace ballcone
