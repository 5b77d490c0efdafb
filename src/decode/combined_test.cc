#include "decode/combined.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

#include "decode/decoded_lines.h"
#include "decode/pattern.h"

namespace ballcone {
namespace {

Decoder plain(Decoder decoder) {
  decoder.function = decode_pattern;
  return decoder;
}

// The fast decoder and the plain one say the same; what they say.
std::string both(std::string_view line, const char* format = "combined") {
  const Decoder decoder = *open_format(format);
  const std::string got = decoded_line(line, decoder);
  EXPECT_EQ(got, decoded_line(line, plain(decoder))) << line;
  return got;
}

constexpr std::string_view kLines[] = {
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a?b HTTP/1.1" 200 5316 "-" "curl/8")",
    R"(2001:db8::1 - frank [29/Feb/2024:00:00:00 -0800] "POST / HTTP/2.0" 404 - "http://a/" "-")",
    R"~(192.0.2.7 id a b [31/Dec/2025:23:59:59 +0530] "PUT /ü HTTP/1.0" 503 0 "-" "Mozilla (ü)")~",
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a HTTP/1.1" 200 5316)",
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "-" 408 0 "-" "-")",
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /\x22 HTTP/1.1" 200 5 "-" "a \"b\" \\ c")",
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "\x16\x03\x01" 400 166 "-" "-")",
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET http://a.example/b HTTP/1.1" 200 5 "-" "-")",
    R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET /a b HTTP/1.1" 200 5 "-" "cut of)",
};

constexpr const char* kFormats[] = {"combined", "common", "vhost_combined", "vhost_common"};

TEST(Combined, ReadsWhatServersWrite) {
  const std::string start = "time=2026-11-23T11:00:00Z address=192.0.2.7 ";
  EXPECT_EQ(
      both(kLines[0]),
      start + "method=GET uri=/a?b protocol=HTTP/1.1 user_agent=curl/8 status=200 bytes=5316");
  EXPECT_EQ(both(kLines[1]),
            "time=2024-02-29T08:00:00Z address=2001:db8::1 method=POST uri=/ protocol=HTTP/2.0 "
            "referrer=http://a/ status=404");
  EXPECT_EQ(both(kLines[2]),
            "time=2025-12-31T18:29:59Z address=192.0.2.7 method=PUT uri=/ü protocol=HTTP/1.0 "
            "user_agent=Mozilla (ü) status=503 bytes=0");
  EXPECT_EQ(both(kLines[4]), start + "status=408 bytes=0");
  EXPECT_EQ(
      both(kLines[5]),
      start + "method=GET uri=/\" protocol=HTTP/1.1 user_agent=a \"b\" \\ c status=200 bytes=5");
  EXPECT_EQ(both(kLines[6]), start + "status=400 bytes=166");
  EXPECT_EQ(both(kLines[7]),
            "time=2026-11-23T11:00:00Z host=a.example address=192.0.2.7 method=GET uri=/b "
            "protocol=HTTP/1.1 scheme=http status=200 bytes=5");
  EXPECT_EQ(both(kLines[8]),
            start +
                "method=GET uri=/a b protocol=HTTP/1.1 user_agent=cut of status=200 bytes=5 "
                "repaired");
}

TEST(Combined, TellsItsLinesFromOthers) {
  const struct {
    std::string_view line;
    const char* want;
  } kRows[] = {
      {"", "empty"},
      {"  \r", "empty"},
      {"# a comment", "comment"},
      {kLines[3], "malformed"},
      {R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-" "x")",
       "malformed"},
      {R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-" 0.5)",
       "malformed"},
      {R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" x)", "malformed"},
      {R"(192.0.2.7 - - [31/Nov/2026:12:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-")", "bad_time"},
      {R"(192.0.2.7 - - [29/Feb/2023:12:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-")", "bad_time"},
      {R"(192.0.2.7 - - [23/Nov/2026:24:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-")", "bad_time"},
      {R"(192.0.2.7 - - [23/Nov/1926:12:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "-")", "bad_time"},
      {R"(192.0.2.7 - - [-] "GET / HTTP/1.1" 200 5 "-" "-")", "no_time"},
      {R"(192.0.2.7 - - [23/Nov/2026:12:00:00 +0100] "-" - - "-" "-")", "malformed"},
  };
  for (const auto& row : kRows) EXPECT_EQ(both(row.line), row.want) << row.line;
  EXPECT_EQ(both(kLines[0], "common"), "malformed");
  EXPECT_EQ(both(kLines[3], "common"),
            "time=2026-11-23T11:00:00Z address=192.0.2.7 method=GET uri=/a protocol=HTTP/1.1 "
            "status=200 bytes=5316");
}

TEST(Combined, SaysOfTheSamplesWhatThePatternSays) {
  int lines = 0;
  for (const char* name : {"combined/nginx.log", "combined/broken.log", "common/nginx.log",
                           "nginx_main/nginx.log", "vhost_combined/nginx.log", "s3/s3.log"}) {
    std::ifstream file(std::string(BALLCONE_SOURCE_DIR "/test/samples/") + name, std::ios::binary);
    for (std::string line; std::getline(file, line); ++lines) {
      for (const char* format : kFormats) both(line, format);
    }
  }
  EXPECT_GE(lines, 70);
}

// A seed that is the same each time; what it does to a line, servers and relays do too.
TEST(Combined, SaysOfAnyLineWhatThePatternSays) {
  std::mt19937 random(20261123);
  constexpr std::string_view kBytes("\" []-\\/:0129GET\t\r\0\xff\xc3x.#+", 25);
  for (int i = 0; i < 10'000; ++i) {
    std::string line(kLines[random() % std::size(kLines)]);
    const std::string_view hosts[] = {"", "", "a.example ", "b-1.example:8080 ", "_ ", "A:1:2 "};
    line.insert(0, hosts[random() % std::size(hosts)]);
    for (size_t edits = random() % 3 + 1; edits > 0 && !line.empty(); --edits) {
      const size_t at = random() % line.size();
      const char byte = kBytes[random() % kBytes.size()];
      switch (random() % 4) {
        case 0:
          line[at] = byte;
          break;
        case 1:
          line.insert(at, 1, byte);
          break;
        case 2:
          line.erase(at, random() % 3 + 1);
          break;
        default:
          if (random() % 8 == 0) line.resize(at);
      }
    }
    for (const char* format : kFormats) both(line, format);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace ballcone
