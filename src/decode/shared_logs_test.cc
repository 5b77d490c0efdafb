// Logs that real servers wrote, if they lie beside the checkout. What each line says was read by a
// person.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "decode/decoded_lines.h"
#include "decode/format.h"

namespace ballcone {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = BALLCONE_SOURCE_DIR "/../shared/data/logs";

class SharedLogs : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kFolder)) GTEST_SKIP() << "expected the logs of servers in ../shared/data/logs";
  }
};

std::vector<std::string> lines_of(const char* name) {
  std::ifstream file(kFolder / name, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  EXPECT_FALSE(lines.empty()) << name;
  return lines;
}

// The format by its lines, and what each of those becomes.
std::vector<std::string> decoded(const char* name) {
  const std::vector<std::string> lines = lines_of(name);
  auto decoder = detect_format(std::vector<std::string_view>(lines.begin(), lines.end()));
  if (!decoder) return {decoder.error().message};
  std::vector<std::string> out{decoder->name};
  for (const std::string& line : lines) {
    if (const auto next = after_directive(*decoder, line)) decoder = *next;
    out.push_back(decoded_line(line, *decoder));
  }
  return out;
}

constexpr const char* kChrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/535.11 (KHTML, like Gecko) Chrome/17.0.963.56 "
    "Safari/535.11";

TEST_F(SharedLogs, OfTextAreReadAsAPersonReadsThem) {
  const std::string chrome = std::string(" user_agent=") + kChrome;
  const std::string home = "address=1.2.3.4 method=GET uri=/ protocol=HTTP/1.0";
  const std::string when = "time=2012-02-10T21:42:07Z ";
  const std::string host = "host=www.example.com ";
  const struct {
    const char* file;
    std::vector<std::string> want;
  } kRows[] = {
      {"sample_common.log", {"common", when + home + " status=301 bytes=368"}},
      {"sample_common_vhost.log", {"vhost_common", when + host + home + " status=301 bytes=368"}},
      {"sample_common_complete.log",
       {"vhost_combined", when + host + home + chrome + " status=301 bytes=368"}},
      {"sample_ncsa_extended.log", {"combined", when + home + chrome + " status=301 bytes=368"}},
      {"sample_icecast2.log",
       {"icecast", when + home + chrome + " status=301 bytes=368 generation_time_us=1807000000"}},
      {"sample_s3.log",
       {"s3", when + host + "address=1.2.3.4 method=GET uri=/index protocol=HTTP/1.1" + chrome +
                  " status=200 bytes=368 generation_time_us=10000 upstream_time_us=9000"}},
      {"sample_haproxy.log",
       {"haproxy",
        "time=2018-09-25T06:05:27.584000Z address=4.3.2.1 method=POST uri=/user/ protocol=HTTP/1.1 "
        "status=200 bytes=7456 generation_time_us=72000 upstream_time_us=72000"}},
      {"sample_alb.log",
       {"alb", "time=2020-01-01T00:55:04.127531Z " + host +
                   "address=1.2.3.4 method=GET uri=/path/index.html protocol=HTTP/1.1 "
                   "scheme=https" +
                   chrome +
                   " status=200 bytes=24950 generation_time_us=103000 upstream_time_us=102000"}},
      {"sample_elb.log",
       {"elb",
        "time=2015-05-13T23:39:43.945958Z " + host +
            "address=1.2.3.4 method=GET uri=/path/index.html protocol=HTTP/1.1 scheme=https" +
            chrome + " status=200 bytes=57 generation_time_us=2471 upstream_time_us=1048",
        "comment", "malformed"}},
      {"sample_iis.log",
       {"w3c", "comment", "comment", "comment", "comment",
        "time=2012-04-01T00:00:13Z host=example.com address=1.2.3.4 method=GET "
        "uri=/foo/bar?topCat1=divinity&submit=Search protocol=HTTP/1.1 user_agent=Mozilla/5.0 "
        "(X11; U; Linux i686; en-US; rv:1.9.2.7) Gecko/20100722 Firefox/3.6.7 status=200 "
        "bytes=27028 generation_time_us=1687000"}},
      {"sample_amazon_cloudfront_web.log",
       {"w3c", "comment", "comment",
        "time=2014-05-23T01:13:11Z host=example.com address=192.0.2.10 method=GET "
        "uri=/view/my/file.html protocol=HTTP/1.1 scheme=https referrer=https://example.com/ "
        "user_agent=Mozilla/5.0 (Windows; U; Windows NT 6.1; de-DE) AppleWebKit/534.17 (KHTML, "
        "like Gecko) Chrome/10.0.649.0 Safari/534.17 cache_status=MISS edge_location=FRA2 "
        "status=200 bytes=182 generation_time_us=1000"}},
  };
  for (const auto& row : kRows) EXPECT_EQ(decoded(row.file), row.want) << row.file;
}

TEST_F(SharedLogs, OfStaticFilesKeepWhoAskedForThem) {
  const std::vector<std::string> got = decoded("sample_static_ignores.log");
  ASSERT_EQ(got.size(), 5);
  EXPECT_EQ(got[0], "vhost_combined");
  const char* const kUris[] = {"/", "/robots.txt", "/image.png", "/font.woff2"};
  for (size_t i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(got[i + 1], "time=2012-02-10T21:4" + std::to_string(i + 1) +
                              ":07Z host=www.example.com address=" + std::to_string(i + 1) +
                              ".2.3.4 method=GET uri=" + kUris[i] +
                              " protocol=HTTP/1.0 user_agent=Mozilla/5.0 (X11; Linux x86_64) "
                              "AppleWebKit/535.11 (KHTML, like Gecko) Chrome/17." +
                              n + ".963.56 Safari/535.11 status=200 bytes=368");
  }
}

TEST_F(SharedLogs, OfJsonAreRecognised) {
  EXPECT_EQ(decoded("sample_nginx_json.log")[0], "ballcone");
  EXPECT_EQ(decoded("sample_caddy_json.log")[0], "caddy");
  EXPECT_EQ(decoded("sample_traefik_json.log")[0], "traefik_json");
}

// The sums are those that GoAccess 1.7 gives.
TEST_F(SharedLogs, OfTenThousandLinesLoseNone) {
  const std::vector<std::string> lines = lines_of("apache_combined_real.log");
  ASSERT_EQ(lines.size(), 10'000);
  const auto decoder = detect_format(std::vector<std::string_view>(lines.begin(), lines.end()));
  ASSERT_TRUE(decoder) << decoder.error().message;
  ASSERT_EQ(decoder->name, "combined");
  const DecodeMemoryPtr memory = make_decode_memory();
  std::set<std::string> addresses;
  std::array<int, 6> classes{};
  std::vector<size_t> repaired;
  int64_t bytes = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string padded = lines[i] + std::string(kLinePadding, '"');
    Hit hit;
    const auto drop =
        decoder->decode(std::string_view(padded).substr(0, lines[i].size()), *memory, &hit);
    ASSERT_FALSE(drop) << i + 1 << ": " << lines[i];
    if (hit.is_repaired) repaired.push_back(i + 1);
    addresses.emplace(hit.address);
    ASSERT_LT(hit.status, 600) << i + 1;
    ++classes[hit.status / 100];
    bytes += hit.bytes == kAbsent<int64_t> ? 0 : hit.bytes;
  }
  EXPECT_EQ(repaired, std::vector<size_t>{8899});  // its User-Agent has no end
  EXPECT_EQ(addresses.size(), 1753);
  EXPECT_EQ(classes, (std::array<int, 6>{0, 0, 9171, 609, 217, 3}));
  EXPECT_EQ(bytes, 2'747'282'740);
}

}  // namespace
}  // namespace ballcone
