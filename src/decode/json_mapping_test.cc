#include "decode/json_mapping.h"

#include <gtest/gtest.h>

#include <memory>

#include "decode/decoded_lines.h"
#include "decode/json_keyed.h"

namespace ballcone {
namespace {

std::string decoded(std::string_view line, const JsonTable& table) {
  return decoded_line(line, {"x", decode_keyed_json, std::make_shared<const JsonTable>(table)});
}

TEST(JsonMapping, IsReadAsAPersonWritesIt) {
  const auto json = parse_json_mapping(
      "json:address=client.ip, time=ts,uri=http\\.url,user_agent=headers.User-Agent.0,"
      "duration=took,status=odd\\,key,ip=peer,protocol=v");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(decoded(R"({"ts": 1795435200123, "client": {"ip": "192.0.2.7"}, "http.url": "/a",)"
                    R"( "headers": {"User-Agent": ["curl/8"]}, "took": "5ms", "odd,key": 404,)"
                    R"( "peer": "192.0.2.8", "v": "1.1"})",
                    *json),
            "time=2026-11-23T12:00:00.123000Z address=192.0.2.7 uri=/a protocol=HTTP/1.1 "
            "user_agent=curl/8 status=404 generation_time_us=5000");
}

TEST(JsonMapping, SaysWhatItDoesNotUnderstand) {
  const struct {
    const char* text;
    const char* want;  // is in the message
    int position;
  } kRows[] = {
      {"json:", "expected fields and their keys", -1},
      {"json:time=ts,adress=ip", "got 'adress'", 13},
      {"json:time", "behind 'time'", 5},
      {"json:time=,ip=a", "behind 'time'", 5},
      {"json:time=a..b", "'a..b'", -1},
      {"json:,", "got ''", 5},
  };
  for (const auto& row : kRows) {
    const auto json = parse_json_mapping(row.text);
    ASSERT_FALSE(json) << row.text;
    EXPECT_NE(json.error().message.find(row.want), std::string::npos) << json.error().message;
    EXPECT_EQ(json.error().position, row.position) << row.text;
  }
}

TEST(JsonPattern, IsDerivedFromALogFormat) {
  const auto json = json_pattern(
      R"({"when": "$time_local", "client": {"ip": "$remote_addr", "agent": "$http_user_agent"}, )"
      R"("what": "$request", "code": $status, "took": ${request_time}, "size": $body_bytes_sent, )"
      R"("site.name": "${host}", "note": "x $args", "cache": "$upstream_cache_status"})");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(decoded(R"({"when": "23/Nov/2026:12:00:00 +0000", "client": {"ip": "192.0.2.7", )"
                    R"("agent": "curl/8"}, "what": "GET /a?b HTTP/1.1", "code": 200, )"
                    R"("took": 0.003, "size": 15, "site.name": "Example.com", "note": "x b", )"
                    R"("cache": "HIT"})",
                    *json),
            "time=2026-11-23T12:00:00Z host=example.com address=192.0.2.7 method=GET uri=/a?b "
            "protocol=HTTP/1.1 user_agent=curl/8 cache_status=HIT status=200 bytes=15 "
            "generation_time_us=3000");
}

TEST(JsonPattern, KeepsTheServiceThatItNames) {
  const auto json = json_pattern(R"({"service": "blog", "t": "$msec", "u": "$request_uri"})");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(decoded(R"({"service": "blog", "t": "1795435200", "u": "/"})", *json),
            "time=2026-11-23T12:00:00Z service=blog uri=/");
}

TEST(JsonPattern, TakesUrisMadeOfSeveralVariables) {
  const auto json =
      json_pattern(R"({"t": "$msec", "u": "$scheme://$host$request_uri", "z": "[$time_local]"})");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(decoded(R"({"t": "1795435200.123", "u": "https://example.com/a?b"})", *json),
            "time=2026-11-23T12:00:00.123000Z host=example.com uri=/a?b scheme=https");
  EXPECT_EQ(decoded(R"({"z": "[23/Nov/2026:12:00:00 +0000]", "u": "/a"})", *json),
            "time=2026-11-23T12:00:00Z uri=/a");
}

TEST(JsonPattern, RefusesWhatMakesNoJson) {
  for (const char* text : {"", "$remote_addr - $status", R"({"a": "$status")", R"({"a": "b"})",
                           R"({"a" "$status"})"}) {
    EXPECT_FALSE(json_pattern(text)) << text;
  }
}

}  // namespace
}  // namespace ballcone
