#include "decode/json_formats.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "decode/decoded_lines.h"

namespace ballcone {
namespace {

std::string_view example_of(std::string_view format) { return find_format(format)->example; }

TEST(JsonFormats, ReadTheirExamples) {
  const struct {
    const char* format;
    const char* want;
  } kRows[] = {
      {"caddy",
       "time=2026-11-23T12:00:00.815560Z host=example.com address=192.0.2.7 method=GET uri=/a?b=c "
       "protocol=HTTP/2.0 scheme=https content_type=text/html referrer=https://example.org/ "
       "user_agent=Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0 "
       "fetch_dest=document status=200 bytes=3609 generation_time_us=1335 gpc=1"},
      {"traefik_json",
       "time=2026-11-23T12:00:00.773360Z host=example.com address=192.0.2.7 method=GET uri=/a?b=c "
       "protocol=HTTP/1.1 scheme=https referrer=https://example.org/ user_agent=curl/8.14.1 "
       "status=200 bytes=15 generation_time_us=10425 upstream_time_us=10302"},
      {"cloudfront_json",
       "time=2026-11-23T12:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b=c "
       "protocol=HTTP/2.0 scheme=https content_type=text/html referrer=https://example.org/ "
       "user_agent=Mozilla/5.0 (X11; Linux x86_64) cache_status=HIT edge_location=FRA56-P4 "
       "status=200 bytes=3609 generation_time_us=3000"},
      {"gcp",
       "time=2026-11-23T12:00:00.123456Z host=example.com address=192.0.2.7 method=GET uri=/a?b=c "
       "protocol=HTTP/1.1 scheme=https referrer=https://example.org/ user_agent=curl/8.14.1 "
       "cache_status=HIT status=302 bytes=1467 generation_time_us=58927"},
      {"azure_front_door",
       "time=2026-11-23T12:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b=c "
       "protocol=HTTP/2.0 scheme=https referrer=https://example.org/ user_agent=curl/8.14.1 "
       "cache_status=HIT status=200 bytes=3609 generation_time_us=3000"},
      {"nginx_json",
       "time=2026-11-23T12:00:00Z address=192.0.2.7 method=GET uri=/a?b=c protocol=HTTP/1.1 "
       "referrer=https://example.org/ user_agent=curl/8.14.1 status=200 bytes=3609 "
       "generation_time_us=3000"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(decoded_line(example_of(row.format), row.format), row.want) << row.format;
}

// Which of them a line is of is found by trying them; only the last takes many.
TEST(JsonFormats, LeaveTheLinesOfOthers) {
  for (const Format& format : json_formats()) {
    if (format.name == "ballcone") continue;  // needs no URI
    for (const Format& other : json_formats()) {
      if (other.name == format.name || other.name == "ballcone") continue;
      EXPECT_EQ(decoded_line(other.example, format.open(format)), "malformed")
          << format.name << " of a line of " << other.name;
    }
  }
}

TEST(JsonFormats, AreRecognised) {
  for (const Format& format : json_formats()) {
    const std::vector<std::string_view> lines(3, format.example);
    const auto decoder = detect_format(lines);
    ASSERT_TRUE(decoder) << decoder.error().message;
    EXPECT_EQ(decoder->name, format.name);
  }
}

TEST(JsonFormats, NameTheKeyThatALineLacks) {
  Mismatch mismatch;
  EXPECT_EQ(
      decoded_line(R"({"ts": 1795435200, "msg": "started"})", *open_format("caddy"), &mismatch),
      "malformed");
  EXPECT_EQ(mismatch.expected, "the key request.uri or its like");
}

TEST(Caddy, ReadsOlderLinesAndOtherTimes) {
  const struct {
    const char* line;
    const char* want;
  } kRows[] = {
      // 2.4
      {R"({"ts":1646861401.5241024,"logger":"http.log.access","request":{"remote_addr":)"
       R"("[2001:db8::7]:41342","proto":"HTTP/2.0","method":"GET","host":"localhost","uri":"/"},)"
       R"("common_log":"2001:db8::7 - - [09/Mar/2022:21:30:01 +0000] \"GET / HTTP/2.0\" 200 33",)"
       R"("duration":0.000929675,"size":33,"status":200})",
       "time=2022-03-09T21:30:01.524102Z host=localhost address=2001:db8::7 method=GET uri=/ "
       "protocol=HTTP/2.0 status=200 bytes=33 generation_time_us=929"},
      {R"({"request":{"uri":"/"},"common_log":"a - - [09/Mar/2022:22:30:01 +0100] \"GET /\""})",
       "time=2022-03-09T21:30:01Z uri=/"},
      {R"({"ts":"2026-11-23T12:00:00.815Z","request":{"uri":"/"},"duration":"1.5ms"})",
       "time=2026-11-23T12:00:00.815000Z uri=/ generation_time_us=1500"},
      {R"({"ts":"2026-11-23T12:00:00.815+0000","request":{"uri":"/"},"duration":2})",
       "time=2026-11-23T12:00:00.815000Z uri=/ generation_time_us=2000000"},
      {R"({"ts":"2026/11/23 12:00:00.815","request":{"uri":"/"}})",
       "time=2026-11-23T12:00:00.815000Z uri=/"},
      {R"({"ts":1795435200815.5608,"request":{"uri":"/","remote_ip":"10.0.0.1",)"
       R"("client_ip":"192.0.2.7"}})",
       "time=2026-11-23T12:00:00.815000Z address=192.0.2.7 uri=/"},
      {R"({"level":"info","ts":1795435200.5,"logger":"tls.obtain","msg":"lock acquired"})",
       "comment"},
      {R"({"level":"info","ts":1795435200.5,"logger":"http.log.access.blog",)"
       R"("request":{"uri":"/"}})",
       "time=2026-11-23T12:00:00.500000Z uri=/"},
      {R"({"level":"info","ts":1795435200.5,"msg":"serving initial configuration"})", "malformed"},
  };
  for (const auto& row : kRows) EXPECT_EQ(decoded_line(row.line, "caddy"), row.want) << row.line;
}

TEST(CloudFrontJson, ReadsRealTimeLines) {
  EXPECT_EQ(
      decoded_line(R"({"timestamp":"1795435200.123","c-ip":"192.0.2.7","sc-status":"200",)"
                   R"("sc-bytes":"48","cs-method":"GET","cs-protocol":"https","cs-host":)"
                   R"("example.com","cs-uri-stem":"/a","cs-user-agent":"curl/8","cs-uri-query":)"
                   R"("-","time-taken":"0.001"})",
                   "cloudfront_json"),
      "time=2026-11-23T12:00:00.123000Z host=example.com address=192.0.2.7 "
      "method=GET uri=/a scheme=https user_agent=curl/8 status=200 bytes=48 "
      "generation_time_us=1000");
}

TEST(Gcp, TellsAMissFromWhatWasNotLookedUp) {
  const std::string start = R"({"timestamp":"2026-11-23T12:00:00Z","httpRequest":{)"
                            R"("requestUrl":"http://a.b/")";
  const std::string want = "time=2026-11-23T12:00:00Z host=a.b uri=/ scheme=http";
  EXPECT_EQ(decoded_line(start + R"(,"cacheLookup":true}})", "gcp"), want + " cache_status=MISS");
  EXPECT_EQ(decoded_line(start + R"(,"latency":"0.5s"}})", "gcp"),
            want + " generation_time_us=500000");
}

TEST(NginxJsonKeys, AreThoseThatPeopleUse) {
  const struct {
    const char* line;
    const char* want;
  } kRows[] = {
      {R"({"@timestamp":"2026-11-23T12:00:00+00:00","clientip":"192.0.2.7","verb":"GET",)"
       R"("request":"/a?b","httpversion":"1.1","response":200,"bytes":15,"agent":"curl/8"})",
       "time=2026-11-23T12:00:00Z address=192.0.2.7 method=GET uri=/a?b protocol=HTTP/1.1 "
       "user_agent=curl/8 status=200 bytes=15"},
      {R"({"time_iso8601":"2026-11-23T12:00:00+00:00","remote_addr":"10.0.0.1",)"
       R"("http_x_forwarded_for":"192.0.2.7, 10.0.0.9","request_method":"GET","uri":"/a",)"
       R"("args":"b=c","status":200,"request_time":0.012,"upstream_response_time":"0.011",)"
       R"("server_name":"_","host":"Example.com","scheme":"https","upstream_cache_status":"MISS"})",
       "time=2026-11-23T12:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b=c "
       "scheme=https cache_status=MISS status=200 generation_time_us=12000 "
       "upstream_time_us=11000"},
      {R"({"date":"2026-11-23","time":"12:00:00","ip":"192.0.2.7","url":"https://a.b/c?d",)"
       R"("duration":12,"duration_ms":12})",
       "time=2026-11-23T12:00:00Z host=a.b address=192.0.2.7 uri=/c?d scheme=https "
       "generation_time_us=12000"},
      // Metrics and messages are no requests.
      {R"({"time":"2026-11-23T12:00:00Z","level":"info","msg":"started"})", "malformed"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(decoded_line(row.line, "nginx_json"), row.want) << row.line;
  }
}

// Logs of real servers, if they lie beside the sources.
std::vector<std::string> decoded_file(const std::string& name, std::string_view format) {
  std::vector<std::string> hits;
  std::ifstream file(BALLCONE_SOURCE_DIR "/../shared/data/logs/" + name);
  for (std::string line; std::getline(file, line);) hits.push_back(decoded_line(line, format));
  return hits;
}

TEST(JsonFormats, ReadTheLogsOfRealServers) {
  if (!std::filesystem::exists(BALLCONE_SOURCE_DIR "/../shared/data/logs")) {
    GTEST_SKIP() << "expected the sample logs in ../shared/data/logs";
  }
  const std::string firefox =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:121.0) Gecko/20100101 Firefox/121.0 ";
  const auto caddy = decoded_file("sample_caddy_json.log", "caddy");
  ASSERT_EQ(caddy.size(), 3U);
  EXPECT_EQ(caddy[0],
            "time=2023-12-23T23:17:54.815560Z host=example.com address=1.2.3.4 method=GET "
            "uri=/beta/ protocol=HTTP/2.0 scheme=https content_type=text/html user_agent=" +
                firefox +
                "fetch_dest=document status=200 bytes=3609 generation_time_us=1335 gpc=1");
  EXPECT_EQ(caddy[1],
            "time=2023-12-23T23:17:54.901119Z host=example.com address=1.2.3.4 method=GET "
            "uri=/beta/assets/index-mMaLXldj.css protocol=HTTP/2.0 scheme=https "
            "content_type=text/css referrer=https://example.com/beta/ user_agent=" +
                firefox + "fetch_dest=style status=200 bytes=34534 generation_time_us=1436 gpc=1");
  EXPECT_EQ(caddy[2],
            "time=2023-12-23T23:17:55.141868Z host=example.com address=1.2.3.4 method=GET "
            "uri=/beta/assets/index-HIcRLzdf.js protocol=HTTP/2.0 scheme=https "
            "content_type=application/javascript referrer=https://example.com/beta/ user_agent=" +
                firefox +
                "fetch_dest=script status=200 bytes=217912 generation_time_us=242570 gpc=1");

  const auto traefik = decoded_file("sample_traefik_json.log", "traefik_json");
  ASSERT_EQ(traefik.size(), 1U);
  EXPECT_EQ(traefik[0],
            "time=2023-08-11T11:39:21.773360Z host=localhost address=1.2.3.4 method=GET "
            "uri=/my/app/auth?id=1234&user=dude protocol=HTTP/1.1 scheme=http "
            "referrer=www.example.com user_agent=Prometheus/2.40.5 status=200 bytes=15 "
            "generation_time_us=10002425 upstream_time_us=10002302");

  const auto nginx = decoded_file("sample_nginx_json.log", "ballcone");
  ASSERT_EQ(nginx.size(), 2U);
  const std::string start = "time=2013-10-10T14:52:00Z host=www.piwik.org address=1.2.3.4 uri=";
  const std::string end =
      " referrer=http://clearcode.cc/ user_agent=Mozilla/5.0 (Windows NT 6.1; WOW64) "
      "AppleWebKit/537.17 (KHTML, like Gecko) Chrome/24.0.1312.57 Safari/537.17 status=200 "
      "bytes=192 generation_time_us=8000";
  EXPECT_EQ(
      nginx[0],
      start +
          "/piwik.php?action_name=Clearcode%20-%20Web%20and%20Mobile%20Development%20%7C%20"
          "Technology%20With%20Passion&idsite=1&rec=1&r=983420&h=17&m=31&s=25&url=http%3A%2F%2F"
          "clearcode.cc%2F&urlref=http%3A%2F%2Fclearcode.cc%2Fwelcome&_id=1da79fc743e8bcc4&_idts="
          "1360047661&_idvc=1&_idn=0&_refts=1360047661&_viewts=1360047661&_ref=http%3A%2F%2F"
          "piwik.org%2Fthank-you-all%2F&pdf=1&qt=1&realp=0&wma=1&fla=1&java=1&ag=1&cookie=1&res="
          "1680x1050" +
          end);
  EXPECT_TRUE(nginx[1].starts_with(start + "/piwik.php?action_name=AdviserBrief%20-%20Track"));
  EXPECT_TRUE(nginx[1].ends_with("&cookie=1&res=1680x1050" + end));
  // It is flat, with keys that people use.
  EXPECT_EQ(decoded_file("sample_nginx_json.log", "nginx_json"), nginx);
}

}  // namespace
}  // namespace ballcone
