#include "web/routes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/check.h"
#include "base/time.h"
#include "query/test_derive.h"
#include "query/test_hits.h"
#include "web/assets.h"
#include "web/gzip.h"
#include "web/http.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::StartsWith;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");

Store& test_store() {
  // Never closed: the engine uses variables of threads, which exit() has destroyed before statics.
  static Store* const kStore = [] {
    auto store = open_store({});
    CHECK(store.has_value());
    HitBatch batch;
    append_test_hits({kNow_us - 40 * kDay_us, 40 * kDay_us, 4'000}, &batch);
    CHECK((*store)->append(batch).has_value());
    derive_test_hits(**store);
    return store->release();
  }();
  return *kStore;
}

IngestStats sample_stats() {
  SourceStats source{.name = "syslog \"127.0.0.1\":65140",
                     .received = 12,
                     .received_bytes = 5'000,
                     .stored = 10,
                     .repaired = 1};
  source.dropped[static_cast<size_t>(Drop::malformed)] = 2;
  source.examples[static_cast<size_t>(Drop::malformed)] = "<b>\xff\x1b";
  source.buffer_bytes = 212'992;
  source.last_received_us = kNow_us;
  return {.sources = {source},
          .steps = {{"decode", 10, 4'000}, {"append", 0, 0}},
          .commits = 3,
          .last_commit_us = kNow_us - kSecond_us,
          .last_commit_took_us = 1'500,
          .started_us = kNow_us - 61 * kSecond_us,
          .derive = {.pending_days = 2,
                     .oldest_change_us = kNow_us - 1'500'000,
                     .derived_days = 7,
                     .increments = 40,
                     .failures = 1,
                     .last_us = kNow_us - 3 * kSecond_us,
                     .last_took_us = 250'000,
                     .trouble = "disk full"}};
}

WebContext context() {
  return {.store = &test_store(),
          .ingest = sample_stats,
          .now_us = [] { return kNow_us; },
          .syslog_host = "::",
          .syslog_port = 65'140,
          .version = "1.2.3",
          .geoip_attribution = "Places by A, \"CC BY\"",
          .console_rows = 100,
          .console_file_rows = 100};
}

HttpResponse ask(std::string method, std::string_view target, std::string body = {},
                 Pairs headers = {}) {
  auto parsed = parse_target(target);
  CHECK(parsed.has_value());
  if (method == "POST") headers.emplace_back("content-type", "application/json; charset=utf-8");
  return handle(context(), {.method = std::move(method),
                            .path = parsed->path,
                            .query = parsed->query,
                            .headers = std::move(headers),
                            .body = std::move(body)});
}
HttpResponse get(std::string_view target, Pairs headers = {}) {
  return ask("GET", target, "", std::move(headers));
}
Json json_of(const HttpResponse& response) {
  EXPECT_EQ(response.content_type, "application/json") << response.body;
  return Json::parse(response.body, nullptr, false);
}
std::string sql_body(std::string_view statement) { return Json{{"sql", statement}}.dump(); }
std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}
std::string keys(const Json& json) {
  std::string text;
  for (const auto& [key, value] : json.items()) text += (text.empty() ? "" : " ") + key;
  return text;
}

TEST(Routes, AnswerWithTheRightStatus) {
  const struct {
    const char* method;
    const char* target;
    int status;
  } kRows[] = {
      {"GET", "/", 200},
      {"HEAD", "/", 200},
      {"GET", "/services", 302},
      {"GET", "/services/", 302},
      {"GET", "/services/blog", 200},
      {"GET", "/services/order", 200},
      {"GET", "/services/nobody", 404},
      {"GET", "/services/blog/", 404},
      {"GET", "/sql?sql=SELECT%201", 200},
      {"GET", "/nginx", 200},
      {"GET", "/setup?way=script", 200},
      {"GET", "/health", 200},
      {"GET", "/favicon.svg", 200},
      {"GET", "/assets/nothing.js", 404},
      {"GET", "/assets/../index.html", 404},
      {"GET", "/nothing", 404},
      {"GET", "//", 404},
      {"POST", "/nothing", 404},
      {"GET", "/services/blog/count/path", 200},
      {"GET", "/services/blog/count/shoe_size", 400},
      {"GET", "/services/nobody/count/path", 404},
      {"GET", "/services/blog/count/", 404},
      {"GET", "/services/blog/average/length", 200},
      {"GET", "/services/blog/average/path", 400},
      {"GET", "/services/blog/count_group/browser_name?distinct=ip&ascending=1&limit=5", 200},
      {"GET", "/services/blog/count_group/browser_name?limit=many", 400},
      {"GET", "/api/v1/services", 200},
      {"GET", "/api/v1/reports", 200},
      {"GET", "/api/v1/query?service=blog&range=7d&metrics=visitors&by=path", 200},
      {"GET", "/api/v1/query?service=nobody&range=7d&metrics=visitors", 404},
      {"GET", "/api/v1/query?service=blog&range=7d&metrics=smiles", 400},
      {"GET", "/api/v1/sql", 405},
      {"GET", "/api/v1/status", 200},
      {"GET", "/api/v1/nginx", 200},
      {"GET", "/api/v1/setup", 200},
      {"GET", "/api/v1/setup?url=x", 400},
      {"GET", "/api/v1/import/x", 503},
      {"GET", "/api/v1/nothing", 404},
      {"GET", "/api/v1/registry", 200},
      {"POST", "/hello.gif", 405},
      {"OPTIONS", "/api/event", 204},
      {"GET", "/healthz", 200},
      {"GET", "/metrics", 200},
      {"DELETE", "/api/v1/services", 405},
      {"PUT", "/", 405},
      {"TRACE", "/sql", 405},
      {"OPTIONS", "/api/v1/sql", 204},
      {"OPTIONS", "*", 204},
      {"GET", "*", 405},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ask(row.method, row.target).status, row.status) << row.method << " " << row.target;
  }
}

TEST(Routes, AreInTheDocuments) {
  const std::string path = BALLCONE_SOURCE_DIR "/docs/routes.md";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << routes_markdown();
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), routes_markdown()) << "run with UPDATE_GOLDEN=1 and look at the diff";
}

TEST(Routes, SayWhichMethodsTheyTake) {
  EXPECT_EQ(header(ask("DELETE", "/api/v1/query"), "Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(header(ask("OPTIONS", "/api/v1/sql"), "Allow"), "POST, OPTIONS");
  EXPECT_THAT(json_of(ask("PATCH", "/api/v1/sql"))["error"]["message"], HasSubstr("PATCH"));
}

TEST(Routes, FailAsJsonWhereJsonIsAskedFor) {
  for (const char* target :
       {"/api/v1/nothing", "/api/v1/query?metrics=smiles", "/services/blog/count/shoe_size",
        "/services/nobody/average/length", "/api/v1/nginx?service=a%20b"}) {
    const Json json = json_of(get(target));
    EXPECT_EQ(keys(json), "error") << target;
    EXPECT_EQ(keys(json["error"]), "message field position") << target;
  }
  EXPECT_EQ(get("/nothing").content_type, "text/html; charset=utf-8");
}

TEST(Routes, TakeOnlyTheTypeThatOtherSitesCannotSend) {
  const auto post = [](std::string path, std::string type) {
    return handle(context(), {.method = "POST",
                              .path = std::move(path),
                              .headers = {{"content-type", std::move(type)}},
                              .body = R"({"sql": "SELECT 1"})"})
        .status;
  };
  EXPECT_EQ(post("/api/v1/sql", "application/json"), 200);
  EXPECT_EQ(post("/api/v1/sql", "Application/JSON;charset=utf-8"), 200);
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "application/jsonp", "multipart/form-data"}) {
    EXPECT_EQ(post("/api/v1/sql", type), 415) << type;
    EXPECT_EQ(post("/api/v1/query", type), 415) << type;
  }
}

TEST(Routes, KnowWhichOfThemWait) {
  const auto quick = [](std::string_view target) {
    return is_quick({.method = "GET", .path = parse_target(target)->path});
  };
  EXPECT_TRUE(quick("/healthz"));
  EXPECT_TRUE(quick("/"));
  EXPECT_TRUE(quick("/assets/app.js"));
  EXPECT_FALSE(quick("/services/blog"));
  EXPECT_FALSE(quick("/api/v1/query"));
  EXPECT_FALSE(quick("/nothing"));
  EXPECT_FALSE(is_quick({.method = "POST", .path = "/api/v1/sql"}));
}

TEST(Routes, SendThePageAndItsFiles) {
  const auto page = get("/sql");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<!doctype html>"));
  EXPECT_EQ(header(page, "Cache-Control"), "private, no-cache");
  for (const Asset& asset : all_assets()) {
    if (asset.path == "/index.html") continue;
    const std::string target(asset.path);
    const auto plain = get(target);
    EXPECT_EQ(plain.status, 200) << target;
    EXPECT_EQ(plain.static_body, asset.bytes) << target;
    EXPECT_EQ(header(plain, "Vary"), "Accept-Encoding");
    const auto zipped = get(target, {{"accept-encoding", "gzip, br"}});
    if (header(zipped, "Content-Encoding") == "gzip") {
      EXPECT_EQ(gunzip(zipped.static_body, asset.bytes.size()), asset.bytes) << target;
    }
    const bool is_tracker = asset.path == "/hello.js" || asset.path == "/more.js";
    EXPECT_EQ(header(plain, "Cache-Control"), target.starts_with("/assets/")
                                                  ? "private, max-age=31536000, immutable"
                                              : is_tracker ? "public, max-age=3600"
                                                           : "private, no-cache");
  }
}

TEST(Routes, DoNotSendAFileThatIsThereAlready) {
  const std::string etag = header(get("/"), "ETag");
  ASSERT_FALSE(etag.empty());
  for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const auto answer = get("/", {{"if-none-match", known}});
    EXPECT_EQ(answer.status, 304) << known;
    EXPECT_TRUE(answer.static_body.empty());
    EXPECT_EQ(header(answer, "ETag"), etag);
  }
  EXPECT_EQ(get("/", {{"if-none-match", "\"x\""}}).status, 200);
  EXPECT_EQ(get("/services/nobody", {{"if-none-match", etag}}).status, 404);
}

TEST(Api, AnswersQueriesByUrlAndByBody) {
  const Json by_url = json_of(get("/api/v1/query?service=blog&range=30d&metrics=hits"));
  Json by_body = json_of(
      ask("POST", "/api/v1/query", R"({"service":"blog","range":"30d","metrics":["hits"]})"));
  EXPECT_GT(by_url["rows"][0][0], 100);
  EXPECT_EQ(by_url["rows"], by_body["rows"]);
  const Json both = json_of(ask(
      "POST", "/api/v1/query",
      R"([{"service":"blog","range":"30d","metrics":["hits"]},{"service":"nobody","metrics":["hits"]}])"));
  EXPECT_EQ(both[0]["rows"], by_url["rows"]);
  EXPECT_TRUE(both[1].contains("error"));
  EXPECT_EQ(ask("POST", "/api/v1/query", "{").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/query", "").status, 400);
}

TEST(Api, AnswersAsPlausible) {
  const auto post = [](std::string_view members) {
    return ask("POST", "/api/v2/query",
               R"({"site_id":"blog","date_range":"day",)" + std::string(members) + "}");
  };
  const Json json = json_of(post(R"("metrics":["pageviews"],"dimensions":["event:page"])"));
  EXPECT_EQ(keys(json), "results meta query");
  EXPECT_EQ(keys(json["results"][0]), "dimensions metrics");
  const HttpResponse wrong = post(R"("metrics":["pageview"])");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(json_of(wrong)["error"],
            "expected a metric, got \"pageview\"; did you mean \"pageviews\"?");
  const HttpResponse unknown =
      ask("POST", "/api/v2/query",
          R"({"site_id":"nobody","date_range":"day","metrics":["pageviews"]})");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(json_of(unknown)["error"].is_string());
}

TEST(Api, ListsServices) {
  const Json json = json_of(get("/api/v1/services"));
  EXPECT_EQ(json["today"], "2026-11-23");
  ASSERT_EQ(json["services"].size(), 2u);
  EXPECT_EQ(json["services"][0]["days"].size(), 30u);
}

TEST(Api, AnswersAsTheOriginal) {
  EXPECT_EQ(keys(json_of(get("/services/blog/count/ip"))),
            "table field distinct ascending group elements");
  EXPECT_EQ(keys(json_of(get("/services/blog/average/length"))), "table field elements");
  const Json group =
      json_of(get("/services/blog/count_group/path?distinct=ip&ascending=1&limit=2"));
  EXPECT_EQ(group["field"], "ip");
  EXPECT_EQ(group["ascending"], true);
  EXPECT_EQ(group["group"], "path");
  EXPECT_LE(group["elements"].size(), 60u);
}

TEST(Api, DoesNotAskForSomebodyWhoHasGone) {
  const std::atomic<bool> is_cancelled = true;
  const auto answer = handle(
      context(), {.method = "POST",
                  .path = "/api/v1/sql",
                  .headers = {{"content-type", "application/json"}},
                  .body = sql_body("SELECT count(*) FROM range(1000000) a, range(1000000) b"),
                  .is_cancelled = &is_cancelled});
  EXPECT_GE(answer.status, 400);
}

TEST(Console, KeepsNumbersExact) {
  const auto answer = ask(
      "POST", "/api/v1/sql",
      sql_body("SELECT 1 AS a, 'x' AS b, NULL AS c, 0.5::DOUBLE AS d, true AS e, "
               "9007199254740991 AS f, 9007199254740992 AS g, 'nan'::DOUBLE AS h, chr(8232) AS i"));
  const Json json = json_of(answer);
  EXPECT_EQ(keys(json), "columns rows elapsed_ms truncated");
  EXPECT_EQ(json["columns"][6].dump(), R"({"name":"g","type":"BIGINT"})");
  EXPECT_EQ(json["rows"].dump(),
            "[[1,\"x\",null,0.5,true,9007199254740991,\"9007199254740992\",\"NaN\",\"\u2028\"]]");
}

TEST(Console, SaysWhatIsWrongAndWhere) {
  const Json json =
      json_of(ask("POST", "/api/v1/sql", R"({"sql": "SELECT path FROM blog WHERE shoe = 1"})"));
  EXPECT_THAT(json["error"]["message"], HasSubstr("shoe"));
  EXPECT_EQ(json["error"]["position"], 28);
  for (const char* body :
       {"", "{", "[]", "1", R"({"sql": 1})", R"({"query": "SELECT 1"})", R"({"sql": ""})",
        R"({"sql": " ; "})", R"({"sql": "SELECT \u0000 1"})", "{\"sql\": \"\xff\"}"}) {
    const auto answer = ask("POST", "/api/v1/sql", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_TRUE(json_of(answer).contains("error")) << body;
  }
}

TEST(Console, CutsLongAnswersAndSaysSo) {
  const auto csv = ask("POST", "/api/v1/sql?format=csv", sql_body("SELECT * FROM range(1000)"));
  EXPECT_EQ(header(csv, "Ballcone-Truncated"), "true");
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 101);
  const Json json = json_of(ask("POST", "/api/v1/sql", sql_body("SELECT * FROM range(1000)")));
  EXPECT_EQ(json["truncated"], true);
  EXPECT_EQ(json["rows"].size(), 100u);
}

TEST(Console, WritesCsv) {
  const std::string body = sql_body(
      "SELECT 1 AS \"a b\", 'x,y' AS b, NULL AS c, '' AS d, 'say \"hi\"' AS e, "
      "'two\nlines' AS f, 0.5::DOUBLE AS g");
  const std::string want =
      "a b,b,c,d,e,f,g\r\n1,\"x,y\",,\"\",\"say \"\"hi\"\"\",\"two\nlines\",0.5\r\n";
  for (const auto& answer :
       {ask("POST", "/api/v1/sql?format=csv", body),
        ask("POST", "/api/v1/sql", body, {{"accept", "text/csv;q=1, */*;q=0.1"}})}) {
    EXPECT_EQ(answer.body, want);
    EXPECT_EQ(answer.content_type, "text/csv; charset=utf-8");
  }
}

TEST(Console, TakesTheFormOfTheOriginal) {
  const auto post = [](std::string body) {
    return handle(context(), {.method = "POST",
                              .path = "/sql",
                              .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                              .body = std::move(body)});
  };
  const auto answer = post("sql=SELECT+1+%2B+1&x=y");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header(answer, "Location"), "./sql?sql=SELECT%201%20%2B%201");
  EXPECT_EQ(post("x=y").status, 400);
  EXPECT_EQ(post("sql=" + std::string(9'000, 'x')).status, 413);
}

TEST(Status, ShowsBothSidesOfTheConservation) {
  const Json json = json_of(get("/api/v1/status"));
  EXPECT_EQ(keys(json),
            "version uptime_s sources steps queue_bytes queue_bytes_max batch_rows batch_rows_max "
            "commits failed_commits last_commit last_commit_ms derive recent_commits database "
            "memory live attribution");
  // Nobody derives what this test's hits have changed: 41 days of two services.
  EXPECT_GE(json["derive"]["pending_days"], 80);
  EXPECT_EQ(json["derive"].dump().substr(json["derive"].dump().find("\"lag")),
            R"("lag_s":1.5,"derived_days":7,"increments":40,"failures":1,)"
            R"("last":"2026-11-23T12:34:53Z","last_ms":250,"trouble":"disk full"})");
  EXPECT_EQ(json["uptime_s"], 61);
  EXPECT_EQ(json["last_commit"], "2026-11-23T12:34:55Z");
  EXPECT_EQ(json["last_commit_ms"], 1.5);
  EXPECT_EQ(json["database"]["hits"], 4'000);
  EXPECT_EQ(json["attribution"], "Places by A, \"CC BY\"");
  EXPECT_EQ(json["steps"].dump(), R"([{"name":"decode","rows":10,"ns_per_row":400},)"
                                  R"({"name":"append","rows":0,"ns_per_row":0}])");
  const Json source = json["sources"][0];
  EXPECT_EQ(keys(source),
            "name received received_bytes stored repaired dropped examples help lost_in_kernel "
            "buffer_bytes buffer_wanted_bytes last_received trouble");
  EXPECT_EQ(source["dropped"].size(), kDropCount);
  EXPECT_EQ(source["help"].size(), kDropCount);
  EXPECT_EQ(source["examples"].dump(), "{\"malformed\":\"<b>\xEF\xBF\xBD\\u001b\"}");
  int64_t dropped = 0;
  for (const auto& [reason, count] : source["dropped"].items()) dropped += count.get<int64_t>();
  EXPECT_EQ(source["received"], source["stored"].get<int64_t>() + dropped);
}

TEST(Status, IsUnhealthyWhileCommitsFail) {
  WebContext failing = context();
  const HttpRequest request{.method = "GET", .path = "/healthz"};
  EXPECT_EQ(handle(failing, request).body, "ok\n");
  IngestStats stats = sample_stats();
  stats.failed_commits = 1;
  stats.last_failed_commit_us = stats.last_commit_us + 1;
  failing.ingest = [&] { return stats; };
  EXPECT_EQ(handle(failing, request).status, 503);
  stats.last_commit_us += 2;
  EXPECT_EQ(handle(failing, request).status, 200);
}

TEST(Metrics, AreInTheFormatOfPrometheus) {
  const auto answer = get("/metrics");
  EXPECT_THAT(answer.content_type, StartsWith("text/plain; version=0.0.4"));
  const std::string source = R"(source="syslog \"127.0.0.1\":65140")";
  for (const std::string& line :
       {fmt::format("ballcone_lines_received_total{{{}}} 12", source),
        fmt::format("ballcone_lines_stored_total{{{}}} 10", source),
        fmt::format("ballcone_lines_repaired_total{{{}}} 1", source),
        fmt::format("ballcone_lines_dropped_total{{{},reason=\"malformed\"}} 2", source),
        fmt::format("ballcone_lines_dropped_total{{{},reason=\"no_time\"}} 0", source),
        fmt::format("ballcone_kernel_lost_total{{{}}} 0", source),
        fmt::format("ballcone_receive_buffer_bytes{{{}}} 212992", source),
        std::string("ballcone_derive_pending_days 2"),
        std::string("ballcone_derive_lag_seconds 1.5"),
        std::string("ballcone_derive_failed_total 1"), std::string("ballcone_derive_seconds 0.25"),
        std::string("ballcone_commits_total 3"), std::string("ballcone_commit_seconds 0.0015"),
        std::string("ballcone_hits 4000"), std::string("ballcone_database_bytes 0"),
        std::string("ballcone_step_seconds_total{step=\"decode\"} 4e-06"),
        std::string("ballcone_build_info{version=\"1.2.3\"} 1"),
        std::string("# TYPE ballcone_lines_dropped_total counter")}) {
    EXPECT_THAT(answer.body, HasSubstr("\n" + line + "\n"));
  }
  const size_t memory = answer.body.find("\nprocess_resident_memory_bytes ");
  ASSERT_NE(memory, std::string::npos);
  EXPECT_GT(std::atoll(answer.body.c_str() + memory + 31), 1'000'000);
}

HttpResponse ask_privacy(std::string path, const PrivacySettings& server,
                         std::vector<std::string> switches = {}) {
  WebContext with = context();
  ServiceSettings blog{.name = "blog"}, shop{.name = "registered"};
  for (const std::string& text : switches) EXPECT_TRUE(set_switch(text, &blog)) << text;
  with.registry = std::make_shared<ServiceRegistry>();
  with.registry->set({blog, shop});
  with.privacy = server;
  return handle(with, {.method = "GET", .path = std::move(path)});
}

TEST(Privacy, SaysWhatTheSettingsSay) {
  const struct {
    PrivacySettings server;
    std::vector<std::string> switches;
    const char* says;
    const char* says_not;
  } kRows[] = {
      {{}, {}, "what is kept is 192.0.2.0", "Stored in full"},
      {{.addresses = AddressPolicy::full}, {}, "Stored in full.", "nobody can compute"},
      {{.addresses = AddressPolicy::full}, {"ip=none"}, "Internet</dt><dd>Not stored.", "in full"},
      {{}, {"ip=full"}, "can link days", "nobody can compute"},
      {{}, {}, "deleted 48 hours after its last use", "can link days"},
      {{}, {}, "Not looked up.", "country"},
      {{.has_places = true}, {}, "region, city", "Only the country"},
      {{.has_places = true}, {"regions=drop"}, "Only the country", "region, city"},
      {{}, {}, "replaced by ***", "as they were asked for"},
      {{.masks_urls = false}, {}, "as they were asked for", "replaced by ***"},
      {{}, {}, "with the tags of campaigns", "mark</dt><dd>Not stored."},
      {{}, {"query=drop"}, "mark</dt><dd>Not stored.", "with the tags of campaigns"},
      {{}, {"referrer=host"}, "Only the name of its site.", "Its address, without"},
      {{}, {}, "Its address, without", "Only the name"},
      {{}, {}, "(Sec-GPC)</dt><dd>Makes no difference", "Honoured"},
      {{}, {"gpc=honour"}, "(Sec-GPC)</dt><dd>Honoured", "(DNT)</dt><dd>Honoured"},
      {{}, {"dnt=honour"}, "(DNT)</dt><dd>Honoured", "(Sec-GPC)</dt><dd>Honoured"},
      {{}, {}, "no end is set", "then deleted"},
      {{.keep_hits_days = 90}, {}, "kept for 90 days, then deleted", "no end is set"},
      {{.keep_hits_days = 1, .keep_totals_days = 900}, {}, "kept for 900 days.", "for good"},
  };
  for (const auto& row : kRows) {
    const auto answer = ask_privacy("/privacy/blog", row.server, row.switches);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr(row.says));
    EXPECT_THAT(answer.body, testing::Not(HasSubstr(row.says_not)));
  }
}

TEST(Privacy, IsForEverybodyAndHasNoScript) {
  EXPECT_TRUE(is_public({.method = "GET", .path = "/privacy/blog"}));
  EXPECT_FALSE(is_public({.method = "GET", .path = "/services/blog"}));
  const auto answer = ask_privacy("/privacy/blog", {});
  EXPECT_TRUE(answer.is_public);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(header(answer, "Content-Security-Policy"), StartsWith("default-src 'none'"));
  EXPECT_THAT(answer.body, testing::Not(HasSubstr("<script")));
  EXPECT_THAT(answer.body, HasSubstr("What is stored about visits of blog"));
  EXPECT_THAT(answer.body, HasSubstr("2026-11-23"));
}

TEST(Privacy, KnowsServicesThatAreRegisteredOrHaveHits) {
  EXPECT_EQ(ask_privacy("/privacy/registered", {}).status, 200);
  EXPECT_EQ(get("/privacy/blog").status, 200) << "of its hits alone";
  for (const char* path : {"/privacy/nobody", "/privacy/<script>alert(1)<b>"}) {
    const auto answer = ask_privacy(path, {});
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.body, HasSubstr("There is no service of this name here"));
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("alert")));
  }
  EXPECT_EQ(get("/privacy/").status, 404);
}

TEST(Nginx, OffersLinesThatLeadHere) {
  const Json json = json_of(get("/api/v1/nginx"));
  EXPECT_EQ(keys(json), "original extended access_log access_log_extended");
  EXPECT_THAT(json["access_log"], HasSubstr("syslog:server=[::1]:65140"));
  EXPECT_THAT(json["original"], HasSubstr("\"service\": \"example\""));
  const Json other = json_of(get("/api/v1/nginx?service=Blog&server=192.0.2.1:514"));
  EXPECT_THAT(other["access_log"], HasSubstr("syslog:server=192.0.2.1:514 ballcone_json_blog"));
}

TEST(Nginx, RefusesWhatIsNoNameAndNoAddress) {
  const struct {
    const char* query;
    const char* field;
  } kRows[] = {{"service=a%20b", "service"},   {"service=", "service"},
               {"service=a;}", "service"},     {"server=", "server"},
               {"server=127.0.0.1", "server"}, {"server=127.0.0.1:70000", "server"},
               {"server=::1:514", "server"},   {"server=host:514;evil", "server"},
               {"server=a%0ab:514", "server"}};
  for (const auto& row : kRows) {
    const auto answer = get(fmt::format("/api/v1/nginx?{}", row.query));
    EXPECT_EQ(answer.status, 400) << row.query;
    EXPECT_EQ(json_of(answer)["error"]["field"], row.field) << row.query;
  }
}

}  // namespace
}  // namespace ballcone
