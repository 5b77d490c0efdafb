#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "decode/decoded_lines.h"
#include "decode/format.h"

namespace ballcone {
namespace {

namespace fs = std::filesystem;

class NginxConf : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("nginx_conf_" +
               std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "conf.d");
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const char* name, std::string_view text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  // "name: pattern" of each, or the error without the folder's name.
  std::string read(const std::string& path) {
    const auto patterns = read_nginx_conf(path);
    std::string out;
    if (!patterns) {
      out = patterns.error().message;
      for (size_t at; (at = out.find(folder_.string())) != out.npos;) {
        out.erase(at, folder_.string().size() + 1);
      }
      return out;
    }
    for (const auto& [name, pattern, is_json] : *patterns) {
      out += name + (is_json ? " (json)" : "") + ": " + pattern + "\n";
    }
    return out;
  }

  fs::path folder_;
};

TEST_F(NginxConf, FindsLogFormats) {
  write("conf.d/a.conf", "log_format from_a '$remote_addr \"$request\"';\n");
  write("conf.d/b.conf", "server { location / { access_log off; } }");
  write("extra.conf", "log_format extra $time_local,${status};");
  EXPECT_EQ(read(write("nginx.conf", R"(
# log_format no '$status';
user nginx; events { worker_connections 1024; }
http {
  include extra.conf;  # relative to this file
  log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status # $body_bytes_sent'
                    "\"$http_referer\" \\ '";
  log_format js escape=json '{"ip": "$remote_addr", '
     '"at": "$time_iso8601"}';
  log_format raw escape=none '$msec\t$uri';
  content_by_lua_block { if a then b = "it's {}" end }
  map $x $y { default 'log_format z $status;'; "~a\d{2}" b; }
  include conf.d/*.conf;
  include none/*.conf;
})")),
            "extra: $time_local,${status}\n"
            "main: $remote_addr - $remote_user [$time_local] \"$request\" $status # "
            "$body_bytes_sent\"$http_referer\" \\ '\n"
            "js (json): {\"ip\": \"$remote_addr\", \"at\": \"$time_iso8601\"}\n"
            "raw: $msec\t$uri\n"
            "from_a: $remote_addr \"$request\"\n");
}

TEST_F(NginxConf, NamesFileAndLineOfAFault) {
  EXPECT_EQ(read((folder_ / "missing.conf").string()),
            "cannot read missing.conf: No such file or directory");
  EXPECT_EQ(read(folder_.string() + "/conf.d"), "cannot read conf.d: Is a directory");
  EXPECT_EQ(read(write("a.conf", "http {\n\n include b.conf;\n}")), "a.conf:3: cannot find b.conf");
  EXPECT_EQ(read(write("a.conf", "http {\n log_format main 'x;\n}\n")),
            "a.conf:2: expected the quote that begins here to end");
  EXPECT_EQ(read(write("a.conf", "\nlog_format main;")),
            "a.conf:2: expected log_format with a name and a text");
  EXPECT_EQ(read(write("a.conf", "include a.conf;")),
            "a.conf:1: files include each other too deeply; is it a circle?");
  write("b.conf", "\n\nlog_format 'x");
  EXPECT_EQ(read(write("a.conf", "include b.conf;")),
            "b.conf:3: expected the quote that begins here to end");
  EXPECT_EQ(read(write("empty.conf", "")), "");
}

TEST_F(NginxConf, ItsPatternsAreFormats) {
  const auto patterns = read_nginx_conf(write(
      "nginx.conf", R"(http { log_format t '$host "$http_x" $msec \'$request\' $status'; })"));
  ASSERT_TRUE(patterns);
  EXPECT_EQ(decoded_line(R"(Example.com "-" 1795435200.250 'GET / HTTP/1.1' 204)",
                         patterns->at(0).pattern),
            "time=2026-11-23T12:00:00.250000Z host=example.com method=GET uri=/ protocol=HTTP/1.1 "
            "status=204");
}

}  // namespace
}  // namespace ballcone
