#include "web/setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "web/http.h"
#include "web/routes.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

HttpResponse get(const std::string& query, std::vector<ServiceSettings> services = {}) {
  WebContext context{.syslog_host = "0.0.0.0", .syslog_port = 65'140};
  context.registry = std::make_shared<ServiceRegistry>();
  context.registry->set(std::move(services));
  return handle(context, {.method = "GET",
                          .path = "/api/v1/setup",
                          .query = parse_form(query),
                          .headers = {{"host", "stats.example:8080"}}});
}

// All that is to be copied of one way, a blank line between two steps.
std::string code_of(const HttpResponse& response, std::string_view way) {
  std::string code;
  const Json answer = Json::parse(response.body);
  for (const Json& one : answer["ways"]) {
    if (one["name"] != way) continue;
    for (const Json& step : one["steps"])
      if (step["code"] != "") code += step["code"].get<std::string>() + "\n\n";
  }
  return code;
}
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

const ServiceSettings kBlog{.name = "blog",
                            .hosts = {"*.blog.example", "blog.example"},
                            .key = "public0",
                            .server_key = "secret0"};
const ServiceSettings kNoHosts{.name = "blog", .key = "public0", .server_key = "secret0"};

TEST(Setup, OffersEveryWayWithTextAndSomethingToCopy) {
  const Json answer = Json::parse(get("service=Blog", {kBlog}).body);
  EXPECT_EQ(answer["service"], "blog");
  EXPECT_EQ(answer["server"], "127.0.0.1:65140");
  EXPECT_EQ(answer["url"], "http://stats.example:8080");
  std::string names;
  for (const Json& way : answer["ways"]) {
    names += way["name"].get<std::string>() + " ";
    EXPECT_NE(way["text"], "") << way["name"];
    bool has_code = false;
    for (const Json& step : way["steps"]) {
      EXPECT_NE(step["text"], "") << way["name"];
      has_code |= step["code"] != "";
    }
    EXPECT_TRUE(has_code) << way["name"];
  }
  EXPECT_EQ(names,
            "nginx apache caddy traefik haproxy cloudfront files script pixel server plausible ");
}

TEST(Setup, PutsServiceAndAddressIntoEveryWay) {
  const auto response = get("service=shop&server=[2001:db8::1]:514&url=https://s.example/stats/");
  for (const char* way : {"nginx", "apache", "caddy", "traefik", "haproxy", "cloudfront", "files",
                          "script", "plausible"})
    EXPECT_THAT(code_of(response, way), HasSubstr("shop")) << way;
  EXPECT_THAT(code_of(response, "nginx"), HasSubstr("syslog:server=[2001:db8::1]:514 "));
  EXPECT_THAT(code_of(response, "haproxy"), HasSubstr("log [2001:db8::1]:514 len"));
  EXPECT_THAT(code_of(response, "script"), HasSubstr("\"https://s.example/stats/hello.js\""));
  const auto syslog = get("service=shop&server=[2001:db8::1]:514&with=syslog");
  EXPECT_THAT(code_of(syslog, "apache"), HasSubstr("--server 2001:db8::1 --port 514 "));
}

TEST(Setup, WritesTheScriptsTagAsItsOptionsSay) {
  const struct {
    const char* with;
    const std::vector<ServiceSettings> services;
    const char* want;
  } kRows[] = {
      {"", {}, R"(<script defer src="https://s.example/hello.js" data-service="blog"></script>)"},
      {"",
       {kBlog},
       R"(<script defer src="https://s.example/hello.js" data-service="blog"></script>)"},
      {"hash",
       {},
       R"(<script defer src="https://s.example/hello.js" data-service="blog" data-hash></script>)"},
      {"key",
       {kBlog},
       R"(<script defer src="https://s.example/hello.js" data-service="blog" data-key="public0"></script>)"},
      {"key",
       {},
       R"(<script defer src="https://s.example/hello.js" data-service="blog"></script>)"},
      {"",
       {kNoHosts},
       R"(<script defer src="https://s.example/hello.js" data-service="blog" data-key="public0"></script>)"},
      {"more", {}, R"(<script defer src="https://s.example/more.js"></script>)"},
      {"exclude,hash",
       {},
       R"(<script defer src="https://s.example/more.js" data-exclude="/admin/*, /drafts"></script>)"},
  };
  for (const auto& row : kRows) {
    const auto response =
        get("service=blog&url=https://s.example&with=" + std::string(row.with), row.services);
    EXPECT_EQ(first_line(code_of(response, "script")), row.want) << row.with;
  }
}

TEST(Setup, ShowsSecretsOnlyWhenAskedAndOnlyOfThisService) {
  EXPECT_THAT(get("service=blog", {kBlog}).body, Not(HasSubstr("secret0")));
  EXPECT_THAT(code_of(get("service=blog&with=server_key", {kBlog}), "server"),
              HasSubstr("Bearer secret0"));
  const auto other = get("service=shop&with=server_key,key", {kBlog});
  EXPECT_THAT(other.body, Not(HasSubstr("secret0")));
  EXPECT_THAT(other.body, Not(HasSubstr("public0")));
  EXPECT_EQ(code_of(other, "server"), "");
  EXPECT_EQ(Json::parse(other.body)["is_registered"], false);
}

TEST(Setup, NamesAHostOfTheService) {
  EXPECT_THAT(code_of(get("service=blog", {kBlog}), "server"),
              HasSubstr("https://www.blog.example/thanks"));
}

TEST(Setup, RefusesWhatMustNotStandInAPageOrAShell) {
  const struct {
    const char* query;
    const char* field;
  } kRows[] = {
      {"service=a%20b", "service"},
      {"service=", "service"},
      {"server=here", "server"},
      {"server=a:0", "server"},
      {"server=a:514%3B", "server"},
      {"url=stats.example", "url"},
      {"url=ftp://stats.example", "url"},
      {"url=https://", "url"},
      {"url=https:///path", "url"},
      {"url=https://a.example/%22%3E", "url"},
      {"url=https://a.example/$(id)", "url"},
      {"url=https://a.example/a%20b", "url"},
      {"url=https://user@a.example", "url"},
      {"url=https://a.example:99999999", "url"},
  };
  for (const auto& row : kRows) {
    const auto response = get(row.query);
    EXPECT_EQ(response.status, 400) << row.query;
    EXPECT_EQ(Json::parse(response.body)["error"]["field"], row.field) << row.query;
  }
  EXPECT_EQ(get("url=https://" + std::string(300, 'a') + ".example").status, 400);
}

}  // namespace
}  // namespace ballcone
