// Who gets what: each route for who has not logged in, who has, whose session has ended, and who
// has a link to one service.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "base/check.h"
#include "base/clock.h"
#include "base/time.h"
#include "query/test_derive.h"
#include "query/test_hits.h"
#include "web/digest.h"
#include "web/http.h"
#include "web/responder.h"
#include "web/routes.h"
#include "web/shares.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");
constexpr auto kPassword = R"({"password": "pa:ss"})";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kBytesType = "application/octet-stream";

std::string token_of(int number) { return fmt::format("{:032x}", number); }

Share share_of(int number, const char* service) {
  return {.id = number,
          .service = service,
          .token_digest = hex(digest_of(token_of(number))),
          .embed_on = "*",
          .created_us = kNow_us - kDay_us};
}

constexpr int kOwn = 1, kOther = 2, kEnded = 3, kLocked = 4, kAlsoLocked = 5, kFewSites = 6,
              kEmpty = 7, kRevoked = 8;

std::vector<Share> test_shares() {
  static const std::string kHash = hash_password("shared");
  std::vector<Share> all = {share_of(kOwn, "blog"),        share_of(kOther, "order"),
                            share_of(kEnded, "blog"),      share_of(kLocked, "blog"),
                            share_of(kAlsoLocked, "blog"), share_of(kFewSites, "blog"),
                            share_of(kEmpty, "nothing")};
  all[2].ends_us = kNow_us;
  all[3].password_hash = all[4].password_hash = kHash;
  all[5].embed_on = "https://a.example https://b.example";
  return all;
}

struct Reply {
  int status = 0;
  std::string head, body;

  std::string header(std::string_view name) const {
    const std::string start = fmt::format("\r\n{}: ", name);
    const size_t at = head.find(start);
    if (at == head.npos) return "";
    return head.substr(at + start.size(), head.find("\r\n", at + 2) - at - start.size());
  }
};

struct Ask {
  std::string method, target, body;
  std::string_view type = kJsonType;
  Pairs headers = {};
};

class AccessTest : public testing::Test {
 protected:
  static Store& store() {
    static Store* const kStore = [] {
      auto opened = open_store({});
      CHECK(opened.has_value());
      HitBatch batch;
      append_test_hits({kNow_us - 4 * kDay_us, 4 * kDay_us, 400}, &batch);
      CHECK((*opened)->append(batch).has_value());
      derive_test_hits(**opened);
      return opened->release();
    }();
    return *kStore;
  }

  AccessTest()
      : door_(*make_door({.user = "admin", .password_hash = hash(), .local_token = "token"})),
        shares_(std::make_shared<ShareRegistry>()),
        context_{.store = &store(),
                 .ingest = [] { return IngestStats{}; },
                 .now_us = [] { return kNow_us; },
                 .syslog_host = "127.0.0.1",
                 .syslog_port = 65'140,
                 .collect = [](const CollectRequest&, CollectOutcome*) {},
                 .door = door_,
                 .shares = shares_},
        responder_({.door = door_,
                    .is_quick = is_quick,
                    .is_public = is_public,
                    .is_unlocked = is_unlocked},
                   [this](const HttpRequest& request) { return handle(context_, request); }) {
    shares_->set(test_shares());
  }

  Reply ask(const Ask& one) {
    auto target = parse_target(one.target);
    CHECK(target.has_value());
    HttpRequest request{.method = one.method,
                        .path = target->path,
                        .query = target->query,
                        .headers = one.headers,
                        .body = one.body,
                        .peer = "127.0.0.1"};
    if (one.method == "POST") request.headers.emplace_back("content-type", one.type);
    const Wire wire = responder_.serve(request, true);
    return {std::atoi(wire.head.c_str() + 9), wire.head, std::string(wire.bytes())};
  }
  int status(Ask one, const std::string& cookie) {
    if (!cookie.empty()) one.headers.emplace_back("cookie", cookie);
    return ask(one).status;
  }

  // "a=b", as a browser sends it.
  static std::string cookie_of(const std::string& set) { return set.substr(0, set.find(';')); }
  std::string log_in() {
    return cookie_of(ask({"POST", "/login", kPassword}).header("Set-Cookie"));
  }
  // Of a login so long ago that it is over.
  std::string ended_session() {
    const HttpRequest request{.method = "POST", .path = "/login", .peer = "127.0.0.1"};
    return cookie_of(door_->log_in(request, "pa:ss", now_us() - kSession_us).cookie);
  }
  std::string unlock(int share) {
    const auto target = fmt::format("/share/{}/login", token_of(share));
    return cookie_of(ask({"POST", target, R"({"password": "shared"})"}).header("Set-Cookie"));
  }

  static const std::string& hash() {
    static const std::string kHash = hash_password("pa:ss");
    return kHash;
  }

  const std::shared_ptr<Door> door_;
  const std::shared_ptr<ShareRegistry> shares_;
  const WebContext context_;
  Responder responder_;
};

// A new route has to say here who gets it. {token} is that of a link to the service blog.
struct Row {
  const char* route;  // as in docs/routes.md
  const char* target;
  int nobody, session;
  const char* body = "{}";
  std::string_view type = kJsonType;
};
const Row kRows[] = {
    {"GET /", "/", 401, 200},
    {"GET /services", "/services", 401, 302},
    {"GET /services/", "/services/", 401, 302},
    {"GET /services/{service}", "/services/blog", 401, 200},
    {"GET /sql", "/sql", 401, 200},
    {"POST /sql", "/sql", 401, 303, "sql=SELECT+1", kFormType},
    {"GET /setup", "/setup", 401, 200},
    {"GET /nginx", "/nginx", 401, 200},
    {"GET /live", "/live", 401, 200},
    {"GET /services/{service}/live", "/services/blog/live", 401, 200},
    {"GET /health", "/health", 401, 200},
    {"GET /favicon.svg", "/favicon.svg", 200, 200},
    {"GET /assets/{file}", "/assets/none.js", 404, 404},
    {"POST /login", "/login", 400, 400},
    {"GET /services/{service}/count/{field}", "/services/blog/count/path", 401, 200},
    {"GET /services/{service}/average/{field}", "/services/blog/average/length", 401, 200},
    {"GET /services/{service}/count_group/{group}", "/services/blog/count_group/path", 401, 200},
    {"GET /api/v1/services", "/api/v1/services", 401, 200},
    {"GET /api/v1/reports", "/api/v1/reports", 401, 200},
    {"GET /api/v1/query", "/api/v1/query?service=blog&range=7d&metrics=hits", 401, 200},
    {"POST /api/v1/query", "/api/v1/query", 401, 200, R"({"service":"blog","metrics":["hits"]})"},
    {"POST /api/v2/query", "/api/v2/query", 401, 200,
     R"({"site_id":"blog","date_range":"day","metrics":["pageviews"]})"},
    {"POST /api/v1/sql", "/api/v1/sql", 401, 200, R"({"sql":"SELECT 1"})"},
    {"GET /api/v1/status", "/api/v1/status", 401, 200},
    {"GET /api/v1/setup", "/api/v1/setup?service=blog", 401, 200},
    {"GET /api/v1/nginx", "/api/v1/nginx?service=blog", 401, 200},
    // Here are neither hits to watch nor a place for uploads.
    {"GET /api/v1/live", "/api/v1/live", 401, 503},
    {"POST /api/v1/import", "/api/v1/import", 401, 503, R"({"name":"a.log","bytes":1})"},
    {"POST /api/v1/import/preview", "/api/v1/import/preview?name=a.log", 401, 503, "a", kBytesType},
    {"POST /api/v1/import/{id}/piece", "/api/v1/import/1/piece?at=0", 401, 503, "a", kBytesType},
    {"POST /api/v1/import/{id}", "/api/v1/import/1", 401, 503, R"({"action":"stop"})"},
    {"GET /api/v1/import/{id}", "/api/v1/import/1", 401, 503},
    {"GET /api/v1/registry", "/api/v1/registry", 401, 200},
    {"POST /api/v1/registry", "/api/v1/registry", 401, 200, R"({"action":"list"})"},
    {"GET /api/v1/goals", "/api/v1/goals", 401, 200},
    {"POST /api/v1/goals", "/api/v1/goals", 401, 200, R"({"action":"list"})"},
    {"POST /api/v1/funnel", "/api/v1/funnel", 401, 200,
     R"({"service":"blog","steps":[{"path":"/"},{"path":"/a"}]})"},
    {"GET /api/v1/schema", "/api/v1/schema", 401, 200},
    {"GET /api/v1/markers", "/api/v1/markers", 401, 200},
    {"POST /api/v1/markers", "/api/v1/markers", 401, 200, R"({"action":"list"})"},
    {"GET /api/v1/segments", "/api/v1/segments", 401, 200},
    {"POST /api/v1/segments", "/api/v1/segments", 401, 200, R"({"action":"list"})"},
    {"GET /api/v1/shares", "/api/v1/shares", 401, 200},
    {"GET /share/{token}", "/share/{token}", 200, 200},
    {"POST /share/{token}/login", "/share/{token}/login", 400, 400},
    {"GET /share/{token}/api/v1/share", "/share/{token}/api/v1/share", 200, 200},
    {"GET /share/{token}/api/v1/services", "/share/{token}/api/v1/services", 200, 200},
    {"GET /share/{token}/api/v1/reports", "/share/{token}/api/v1/reports", 200, 200},
    {"GET /share/{token}/api/v1/query", "/share/{token}/api/v1/query?metrics=hits", 200, 200},
    {"POST /share/{token}/api/v1/query", "/share/{token}/api/v1/query", 200, 200,
     R"({"metrics":["hits"]})"},
    {"GET /share/{token}/api/v1/markers", "/share/{token}/api/v1/markers?service=order", 200, 200},
    {"GET /share/{token}/api/v1/goals", "/share/{token}/api/v1/goals", 200, 200},
    {"POST /share/{token}/api/v1/funnel", "/share/{token}/api/v1/funnel", 200, 200,
     R"({"steps":[{"path":"/"},{"path":"/a"}]})"},
    {"GET /hello.gif", "/hello.gif", 200, 200},
    {"GET /noscript.gif", "/noscript.gif", 200, 200},
    {"GET /hello.js", "/hello.js", 200, 200},
    {"GET /more.js", "/more.js", 200, 200},
    {"POST /api/hello", "/api/hello", 202, 202},
    {"POST /api/event", "/api/event", 202, 202},
    {"POST /api/v1/hits", "/api/v1/hits", 200, 200},
    {"GET /privacy/{service}", "/privacy/blog", 200, 200},
    {"GET /healthz", "/healthz", 200, 200},
    {"GET /metrics", "/metrics", 401, 200},
    // The last two: the store has none of these shares, and then the session ends.
    {"POST /api/v1/shares", "/api/v1/shares", 401, 200, R"({"action":"list"})"},
    {"POST /logout", "/logout", 204, 204},
};

Ask ask_of(const Row& row, int share = kOwn) {
  const std::string route = row.route;
  std::string target = row.target;
  if (const size_t at = target.find("{token}"); at != target.npos)
    target.replace(at, 7, token_of(share));
  return {route.substr(0, route.find(' ')), target, row.body, row.type, {}};
}

// "| GET | `/sql` | …" → "GET /sql"
std::set<std::string> documented_routes() {
  std::set<std::string> routes;
  const std::string text = routes_markdown();
  for (size_t at = text.find("\n| "); at != text.npos; at = text.find("\n| ", at + 1)) {
    const size_t tick = text.find('`', at);
    const std::string method = text.substr(at + 3, text.find(' ', at + 3) - at - 3);
    if (method != "method")
      routes.insert(method + " " + text.substr(tick + 1, text.find('`', tick + 1) - tick - 1));
  }
  return routes;
}

TEST_F(AccessTest, IsDecidedForEveryRoute) {
  std::set<std::string> decided;
  for (const Row& row : kRows) decided.insert(row.route);
  EXPECT_EQ(decided, documented_routes()) << "say in kRows who gets the new route";
}

TEST_F(AccessTest, IsAsTheTableSays) {
  const std::string session = log_in(), ended = ended_session(), shared = unlock(kLocked);
  ASSERT_NE(session, "");
  ASSERT_NE(shared, "");
  for (const Row& row : kRows) {
    const Ask one = ask_of(row);
    EXPECT_EQ(status(one, ""), row.nobody) << row.route << " for nobody";
    EXPECT_EQ(status(one, ended), row.nobody) << row.route << " for an ended session";
    EXPECT_EQ(status(one, shared), row.nobody) << row.route << " for who unlocked a share";
    EXPECT_EQ(status(one, session), row.session) << row.route << " for a session";
    Ask basic = one;
    basic.headers.emplace_back("authorization", "Basic YWRtaW46cGE6c3M=");
    EXPECT_EQ(ask(basic).status, row.session) << row.route << " for Basic";
  }
  EXPECT_EQ(status({"POST", "/logout", "{}"}, session), 204);
  EXPECT_EQ(status({"GET", "/", ""}, session), 401) << "after the logout";
}

TEST_F(AccessTest, OfAShareIsForWhoHasItsLink) {
  const std::string ticket = unlock(kLocked), other_ticket = unlock(kAlsoLocked);
  const std::string session = log_in();
  for (const Row& row : kRows) {
    const std::string route = row.route;
    if (route.find("/share/") == route.npos) continue;
    const bool is_page = route == "GET /share/{token}";
    const bool is_login = route == "POST /share/{token}/login";
    const bool is_info = route == "GET /share/{token}/api/v1/share";
    EXPECT_EQ(status(ask_of(row, kOther), ""), row.nobody) << route;
    for (const int gone : {kEnded, kRevoked, 99})
      for (const std::string& cookie : {std::string(), session, ticket})
        EXPECT_EQ(status(ask_of(row, gone), cookie), 404) << route << " " << gone;
    const int locked = is_page || is_info || is_login ? row.nobody : 401;
    EXPECT_EQ(status(ask_of(row, kLocked), ""), locked) << route;
    EXPECT_EQ(status(ask_of(row, kLocked), other_ticket), locked) << route;
    EXPECT_EQ(status(ask_of(row, kLocked), session), locked) << route;
    EXPECT_EQ(status(ask_of(row, kLocked), ticket), row.nobody) << route;
  }
  for (const char* token : {"", "x", "0000000000000000000000000000000G", "..", "%2e%2e"})
    EXPECT_NE(ask({"GET", fmt::format("/share/{}/api/v1/services", token), ""}).status, 200)
        << token;
}

TEST_F(AccessTest, OfAShareReachesNoOtherRoute) {
  for (const char* path :
       {"sql", "api/v1/sql", "api/v1/status", "api/v1/registry", "api/v1/shares", "api/v2/query",
        "metrics", "services/order", "api/v1/nginx", "api/v1/schema", "api/v1/segments"}) {
    for (const char* method : {"GET", "POST"}) {
      const auto target = fmt::format("/share/{}/{}", token_of(kOwn), path);
      EXPECT_EQ(ask({method, target, "{}"}).status, 404) << method << " " << target;
    }
  }
}

TEST_F(AccessTest, OfAShareEndsAtOnceWhenItIsTakenAway) {
  const auto target = fmt::format("/share/{}/api/v1/services", token_of(kOwn));
  EXPECT_EQ(ask({"GET", target, ""}).status, 200);
  shares_->set({});
  EXPECT_EQ(ask({"GET", target, ""}).status, 404);
}

TEST_F(AccessTest, OfAShareAnswersForItsServiceAlone) {
  const std::string own = fmt::format("/share/{}/api/v1/", token_of(kOwn));
  const std::string other = fmt::format("/share/{}/api/v1/", token_of(kOther));
  const Json services = Json::parse(ask({"GET", own + "services", ""}).body)["services"];
  ASSERT_EQ(services.size(), 1u);
  EXPECT_EQ(services[0]["name"], "blog");
  const auto hits = [&](const std::string& target, std::string body) {
    const Json json = Json::parse(ask({"POST", target, std::move(body)}).body);
    return json.is_array() ? json[0]["rows"] : json["rows"];
  };
  const Json of_blog = hits(own + "query", R"({"range":"all","metrics":["hits"]})");
  const Json of_order = hits(other + "query", R"({"range":"all","metrics":["hits"]})");
  ASSERT_NE(of_blog, of_order);
  for (const char* body :
       {R"({"service":"order","range":"all","metrics":["hits"]})",
        R"([{"service":"order","range":"all","metrics":["hits"]}])",
        R"({"service":"blog","service":"order","range":"all","metrics":["hits"]})",
        R"({"service":"","range":"all","metrics":["hits"]})",
        R"({"service":null,"range":"all","metrics":["hits"]})",
        R"({"range":"all","metrics":["hits"],"by":["service"],"limit":1})"}) {
    EXPECT_EQ(hits(own + "query", body).back().back(), of_blog[0][0]) << body;
  }
  const std::string by_url = "query?range=all&metrics=hits&service=order&service=order";
  EXPECT_EQ(Json::parse(ask({"GET", own + by_url, ""}).body)["rows"], of_blog);
  const auto funnel =
      ask({"POST", own + "funnel", R"({"service":"order","steps":[{"path":"/"},{"path":"/a"}]})"});
  EXPECT_EQ(Json::parse(funnel.body)["query"]["service"], "blog");
}

// As a value: "order" is the name of a question's field, too.
MATCHER(NamesNoOther, "") {
  const std::string& body = arg;
  return body.find(":\"order") == body.npos && body.find("[\"order") == body.npos &&
         body.find(",\"order\"]") == body.npos;
}

TEST_F(AccessTest, OfAShareNamesNoOtherService) {
  for (const Row& row : kRows) {
    if (std::string_view(row.route).find("/share/") == std::string_view::npos) continue;
    for (const int share : {kOwn, kEmpty, kLocked, kRevoked}) {
      Ask one = ask_of(row, share);
      EXPECT_THAT(ask(one).body, NamesNoOther()) << row.route;
      one.body = R"({"service":"ordr","metrics":["hits"],"filters":[["is","goal","x"]]})";
      EXPECT_THAT(ask(one).body, NamesNoOther()) << row.route;
    }
  }
  const auto target = fmt::format("/share/{}/api/v1/query", token_of(kEmpty));
  EXPECT_EQ(ask({"POST", target, R"({"metrics":["hits"]})"}).status, 404);
}

TEST_F(AccessTest, OfAShareShowsNothingOfSinglePersons) {
  const std::string target = fmt::format("/share/{}/api/v1/query", token_of(kOwn));
  const auto answer = [&](const std::string& body) { return ask({"POST", target, body}); };
  for (const char* name : {"address", "user_agent", "query", "browser_facts", "props"}) {
    for (const char* form :
         {R"({{"metrics":["hits"],"by":["{}"]}})",
          R"({{"metrics":["hits"],"filters":[["is","{}","x"]]}})",
          R"({{"metrics":["hits"],"filters":[["not",["or",[["and",[["contains","{}","1"]]]]]]]}})",
          R"({{"report":"pages","by":["{}"]}})"}) {
      const auto one = answer(fmt::format(fmt::runtime(form), name));
      EXPECT_EQ(one.status, 400) << one.body;
      EXPECT_THAT(one.body, HasSubstr("may tell one person from another"));
    }
  }
  const Json both =
      Json::parse(answer(R"([{"metrics":["hits"],"by":["address"]},{"metrics":["hits"]}])").body);
  EXPECT_TRUE(both[0].contains("error"));
  EXPECT_TRUE(both[1].contains("rows"));
  const auto funnel = fmt::format("/share/{}/api/v1/funnel", token_of(kOwn));
  EXPECT_EQ(ask({"POST", funnel, R"({"steps":[{"path":"/"},{"path":"/a"}],
      "filters":[["is","address","192.0.2.0"]]})"})
                .status,
            400);
  const auto reports =
      ask({"GET", fmt::format("/share/{}/api/v1/reports", token_of(kOwn)), ""}).body;
  EXPECT_THAT(reports, HasSubstr("\"country\""));
  EXPECT_THAT(reports, Not(HasSubstr("\"address\"")));
  const Json listed = Json::parse(reports)["reports"];
  for (const Json& report : listed) {
    const auto one =
        answer(fmt::format(R"({{"report":"{}","range":"7d"}})", report["name"].get<std::string>()));
    EXPECT_EQ(one.status, 200) << report["name"] << one.body;
  }
}

TEST_F(AccessTest, OfThePageIsAskedForInItsPlace) {
  const auto page =
      ask({"GET", "/services/blog?range=7d", "", kJsonType, {{"accept", "text/html,*/*;q=0.8"}}});
  EXPECT_EQ(page.status, 401);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("WWW-Authenticate"), "") << "the browser's own window would open";
  EXPECT_EQ(page.header("Cache-Control"), "no-store");
  EXPECT_THAT(page.body, HasSubstr("<html data-door=\"locked\""));
  EXPECT_THAT(page.body, HasSubstr("src=\"../assets/"));
  const auto challenge = [&](const char* target, Pairs headers) {
    const auto answer = ask({"GET", target, "", kJsonType, std::move(headers)});
    EXPECT_EQ(answer.status, 401);
    return !answer.header("WWW-Authenticate").empty();
  };
  EXPECT_TRUE(challenge("/api/v1/services", {{"accept", "*/*"}}));
  EXPECT_TRUE(challenge("/metrics", {{"accept", "application/openmetrics-text"}}));
  EXPECT_TRUE(challenge("/", {}));
  EXPECT_FALSE(challenge("/api/v1/services", {{"accept", "application/json"}}));
  EXPECT_FALSE(challenge("/api/v1/live", {{"accept", "text/event-stream"}}));
  EXPECT_FALSE(challenge("/api/v1/services", {{"sec-fetch-site", "same-origin"}}));
}

TEST_F(AccessTest, IsGuessedSlowly) {
  const auto guess = [&] { return ask({"POST", "/login", R"({"password": "x"})"}); };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(guess().status, 401);
  // Argon2 may take a second for ten of them on a busy machine: each gives one guess back.
  int refused = 0;
  for (int i = 0; i < 30 && refused == 0; ++i) refused = guess().status == 429;
  EXPECT_EQ(refused, 1);
}

TEST_F(AccessTest, IsNotForOtherSites) {
  for (const char* path : {"/login", "/logout", "/api/v1/shares", "/share/x/login"}) {
    EXPECT_EQ(ask({"POST", path, "{}", "text/plain"}).status == 415 ||
                  ask({"POST", path, "{}", "text/plain"}).status == 401,
              true)
        << path;
    const HttpRequest request{
        .method = "POST", .path = path, .headers = {{"sec-fetch-site", "cross-site"}}};
    const auto refusal = responder_.refusal(request, "localhost");
    ASSERT_TRUE(refusal.has_value()) << path;
    EXPECT_EQ(refusal->status, 403);
  }
}

TEST_F(AccessTest, GivesVisitorsNoCookieAndReadsNone) {
  const std::string session = log_in();
  for (const Row& row : kRows) {
    const Ask one = ask_of(row);
    const HttpRequest request{.method = one.method, .path = parse_target(one.target)->path};
    if (!is_public(request)) continue;
    Ask with = one;
    with.headers = {{"cookie", session + "; ballcone_share_1=x; a=b"}};
    const auto plain = ask(one), same = ask(with);
    EXPECT_EQ(plain.header("Set-Cookie"), "") << row.route;
    EXPECT_EQ(same.header("Set-Cookie"), "") << row.route;
    EXPECT_EQ(plain.status, same.status) << row.route;
    EXPECT_EQ(plain.body, same.body) << row.route;
    EXPECT_EQ(plain.header("Vary"), same.header("Vary")) << row.route;
  }
}

TEST_F(AccessTest, OfFramesIsForSharedPagesAlone) {
  const auto few = ask({"GET", "/share/" + token_of(kFewSites), ""});
  const std::string session = log_in();
  for (const Row& row : kRows) {
    Ask one = ask_of(row);
    const HttpRequest request{.method = one.method, .path = parse_target(one.target)->path};
    if (is_public(request) || request.path == "/healthz") continue;
    one.headers = {{"cookie", session}};
    const auto answer = ask(one);
    const bool is_shared = std::string_view(row.route) == "GET /share/{token}";
    EXPECT_EQ(answer.header("X-Frame-Options"), is_shared ? "" : "DENY") << row.route;
    EXPECT_THAT(answer.header("Content-Security-Policy"),
                HasSubstr(is_shared ? "frame-ancestors *" : "frame-ancestors 'none'"))
        << row.route;
  }
  EXPECT_THAT(few.header("Content-Security-Policy"),
              HasSubstr("frame-ancestors https://a.example https://b.example"));
  for (const int gone : {kEnded, kRevoked})
    EXPECT_EQ(ask({"GET", "/share/" + token_of(gone), ""}).header("X-Frame-Options"), "DENY");
}

TEST_F(AccessTest, OfALockedShareIsByACookieOfItsOwn) {
  const auto target = fmt::format("/share/{}/login", token_of(kLocked));
  const auto log_in = [&](const char* body, Pairs headers = {}) {
    return ask({"POST", target, body, kJsonType, std::move(headers)});
  };
  EXPECT_EQ(log_in(R"({"password": "pa:ss"})").status, 401) << "the dashboard's opens no share";
  EXPECT_EQ(ask({"POST", "/login", R"({"password": "shared"})"}).status, 401);
  const auto plain = log_in(R"({"password": "shared"})");
  EXPECT_EQ(plain.status, 204);
  EXPECT_THAT(plain.header("Set-Cookie"), HasSubstr("; HttpOnly; SameSite=Lax"));
  const auto secure = log_in(R"({"password": "shared"})", {{"x-forwarded-proto", "https"}});
  EXPECT_THAT(secure.header("Set-Cookie"), HasSubstr("; SameSite=None; Secure; Partitioned"));
  const auto info =
      Json::parse(ask({"GET", fmt::format("/share/{}/api/v1/share", token_of(kLocked)), ""}).body);
  EXPECT_EQ(info, Json({{"is_locked", true}})) << "not even the service is named";
  const auto services = fmt::format("/share/{}/api/v1/services", token_of(kLocked));
  const std::string ticket = cookie_of(plain.header("Set-Cookie"));
  EXPECT_EQ(status({"GET", services, ""}, ticket), 200);
  std::string forged = ticket;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_EQ(status({"GET", services, ""}, forged), 401);
  forged = ticket;
  forged[ticket.find('=') + 1] = '9';  // ends later
  EXPECT_EQ(status({"GET", services, ""}, forged), 401);
}

}  // namespace
}  // namespace ballcone
