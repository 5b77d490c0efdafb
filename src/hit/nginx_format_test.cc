#include "hit/nginx_format.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(NginxFormat, WritesTheOriginalByteForByte) {
  EXPECT_EQ(nginx_log_format("example", false), R"(log_format ballcone_json_example escape=json
    '{'
    '"service": "example", '
    '"ip": "$remote_addr", '
    '"host": "$host", '
    '"path": "$request_uri", '
    '"status": "$status", '
    '"referrer": "$http_referer", '
    '"user_agent": "$http_user_agent", '
    '"length": $bytes_sent, '
    '"generation_time_milli": $request_time, '
    '"date": "$time_iso8601"'
    '}';)");
}

TEST(NginxFormat, PutsLongTextsLastInTheExtendedOne) {
  const std::string text = nginx_log_format("пример", true);
  EXPECT_TRUE(
      text.starts_with("log_format ballcone_json_пример escape=json\n    '{'\n"
                       "    '\"service\": \"пример\", '\n    '\"date\": "))
      << text;
  EXPECT_LT(text.find("$http_range"), text.find("$request_uri"));
  EXPECT_LT(text.find("$host"), text.find("$request_uri"));
  EXPECT_TRUE(text.ends_with("'\"user_agent\": \"$http_user_agent\"'\n    '}';"));
}

TEST(NginxFormat, WritesAccessLog) {
  EXPECT_EQ(nginx_access_log("example", "127.0.0.1:65140"),
            "access_log syslog:server=127.0.0.1:65140 ballcone_json_example;");
  EXPECT_EQ(nginx_access_log("example", "[::1]:65140"),
            "access_log syslog:server=[::1]:65140 ballcone_json_example;");
}

TEST(NginxFormat, WritesNothingThatCouldEndItsDirective) {
  for (const char* service : {"", "a b", "a;", "a'", "$host", "A", ".."}) {
    EXPECT_EQ(nginx_log_format(service, true), "") << service;
    EXPECT_EQ(nginx_access_log(service, "127.0.0.1:65140"), "") << service;
  }
  for (const char* server :
       {"", "127.0.0.1", ":65140", "host:", "a b:1", "h;:1", "h,x:1", "h:1x"}) {
    EXPECT_EQ(nginx_access_log("example", server), "") << server;
  }
}

}  // namespace
}  // namespace ballcone
