#include "enrich/kind.h"

#include <gtest/gtest.h>

#include <set>

namespace ballcone {
namespace {

struct Request {
  std::string_view want;
  std::string_view path;
  uint16_t status = 200;
  std::string_view content_type;
  std::string_view fetch_dest;
  std::string_view method = "GET";
  int64_t range_start = kAbsent<int64_t>;
  std::string_view via = {};
  std::string_view event = {};
};

std::string kind(const Request& request) {
  HitBatch batch;
  EnrichContext context;
  batch.append(Hit{.time_us = 1,
                   .method = request.method,
                   .content_type = request.content_type,
                   .fetch_dest = request.fetch_dest,
                   .via = request.via,
                   .event = request.event,
                   .status = request.status,
                   .range_start = request.range_start});
  batch.path.append(request.path, batch.arena);
  fill_kind(batch, context);
  return std::string(batch.kind.at(0));
}

constexpr uint16_t kNoStatus = kAbsent<uint16_t>;

constexpr Request kRequests[] = {
    // Only scanners ask for these, whatever the answer.
    {"probe", "/.env", 200},
    {"probe", "/.git/config", 301},
    {"probe", "/.GIT/config", 404},
    {"probe", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", 404},
    {"probe", "/lib/phpunit/eval-stdin.php", 200, "text/html"},
    {"probe", "/../../etc/passwd", 400},
    {"probe", "/static/..", 200},
    {"probe", "/cgi-bin/luci/;stok=/locale", 404},
    {"probe", "/HNAP1", 404},
    {"probe", "/boaform/admin/formLogin", 404, "", "", "POST"},
    // These are real somewhere.
    {"probe", "/wp-login.php", 404},
    {"probe", "/blog/wp-login.php", 403},
    {"page", "/wp-login.php", 200},
    {"api", "/wp-login.php", 200, "text/html", "", "POST"},
    {"redirect", "/wp-login.php", 301},
    {"probe", "/xmlrpc.php", 404, "", "", "POST"},
    {"probe", "/phpmyadmin/index.php", 404},
    {"probe", "/PhpMyAdmin/", 404},
    {"probe", "/wp-admin/setup-config.php", 404},
    {"probe", "/cgi-bin/test.sh", 404},
    {"probe", "/backup.sql", 404},
    {"probe", "/app/.env.production", 404},
    {"page", "/user/repo/src/branch/main/.github", 200, "text/html"},
    {"probe", "example.com:443", 400, "", "", "CONNECT"},
    {"probe", "\x16\x03\x01", 400, "", "", ""},
    {"error", "/index.php", 404},
    {"error", "/old-article", 404},

    {"page", "/wp-login.php", kNoStatus, "", "", "", kAbsent<int64_t>, "script"},
    {"page", "/feed.xml", kNoStatus, "", "", "", kAbsent<int64_t>, "pixel"},
    {"error", "/a", 404, "", "", "GET", kAbsent<int64_t>, "server"},
    {"event", "/a", kNoStatus, "", "", "", kAbsent<int64_t>, "script", "Signup"},
    {"event", "/a.css", 404, "", "", "GET", kAbsent<int64_t>, "server", "Order"},

    {"redirect", "/old", 301},
    {"redirect", "/old", 302, "text/html", "document"},
    {"redirect", "/old", 303},
    {"redirect", "/old", 307},
    {"redirect", "/old.png", 308},

    {"error", "/a", 400},
    {"error", "/a.css", 404, "text/html"},
    {"error", "/a", 499},
    {"error", "/a", 503, "text/html", "document"},
    {"error", "/a", 0},

    {"feed", "/feed.xml"},
    {"feed", "/blog/feed/"},
    {"feed", "/rss"},
    {"feed", "/a.atom"},
    {"feed", "/news", 200, "application/rss+xml"},
    {"feed", "/feed", 200, "application/xml"},
    {"feed", "/feed", 304},
    {"feed", "/feed.json", 200, "application/feed+json"},
    {"page", "/feed", 200, "text/html"},

    {"page", "/"},
    {"page", "/", kNoStatus},
    {"page", "/a/b", 200, "", "", ""},
    {"page", "/a/b", 200, "", "", "HEAD"},
    {"page", "/a/b/", 304},
    {"page", "/index.php"},
    {"page", "/a.html"},
    {"page", "/v1.2"},
    {"page", "/user/jane.doe"},
    {"page", "/a", 200, "text/html"},
    {"page", "/a", 200, "text/html; charset=utf-8", "document"},
    {"page", "/a", 200, "application/xhtml+xml"},
    {"page", "/wiki/File:Cat.jpg", 200, "text/html"},
    {"page", "/a", 304, "", "document"},
    {"page", "/a", 200, "text/plain", "document"},
    {"page", "/a", 206, "text/html", "", "GET", 0},
    {"page", "/a", 206},
    {"asset", "/a", 206, "text/html", "", "GET", 500},
    {"asset", "/a", 206, "text/html", "", "GET", -500},
    {"asset", "/a", 200, "text/html", "iframe"},
    {"api", "/a", 200, "text/html", "empty"},
    {"api", "/a", 200, "text/html", "", "POST"},
    {"api", "/a", 204},

    {"download", "/report.pdf"},
    {"download", "/report.pdf", 304, "", "document"},
    {"download", "/a/app-1.2.tar.gz"},
    {"download", "/setup.EXE"},
    {"download", "/get", 200, "application/zip"},
    {"download", "/get", 200, "application/octet-stream", "document"},
    {"download", "/big.iso", 206, "", "", "GET", 1'000'000},
    {"asset", "/report.pdf", 200, "application/pdf", "embed"},

    {"api", "/api/v1/users"},
    {"api", "/a", 200, "application/json"},
    {"api", "/a", 200, "application/ld+json", "document"},
    {"api", "/a", 200, "application/grpc", "", "POST"},
    {"api", "/a", 200, "text/event-stream"},
    {"api", "/data.json"},
    {"api", "/a", 200, "", "empty"},
    {"api", "/a", 200, "", "", "POST"},
    {"api", "/a", 201, "", "", "PUT"},
    {"api", "*", 200, "", "", "OPTIONS"},
    {"api", "/socket", 101},

    {"asset", "/app.css"},
    {"asset", "/app.min.JS"},
    {"asset", "/a.png", 304},
    {"asset", "/a.png", 200, "image/png", "document"},
    {"asset", "/logo", 200, "image/svg+xml"},
    {"asset", "/font", 200, "font/woff2", "font"},
    {"asset", "/a.js", 200, "application/octet-stream"},
    {"asset", "/a", 200, "", "image"},
    {"asset", "/a", 200, "", "script"},
    {"asset", "/a", 200, "", "style"},
    {"asset", "/movie.mp4", 206, "video/mp4", "video", "GET", 4096},
    {"asset", "/robots.txt"},
    {"asset", "/favicon.ico"},
    {"asset", "/sitemap.xml", 200, "text/xml"},
    {"asset", "/sitemap-posts-1.xml.gz"},
    {"asset", "/.well-known/security.txt"},
    {"asset", "/.well-known/assetlinks.json", 200, "application/json"},
    {"asset", "/manifest.json"},
    {"asset", "/a", 200, "text/plain"},
};

std::string show(const Request& r) {
  return std::string(r.method) + " " + std::string(r.path) + " " + std::to_string(r.status) + " " +
         std::string(r.content_type) + " " + std::string(r.fetch_dest);
}

TEST(Kind, FollowsRulesInOrder) {
  for (const Request& request : kRequests) EXPECT_EQ(kind(request), request.want) << show(request);
}

TEST(Kind, HasEveryRuleTested) {
  std::set<std::string_view> wanted;
  for (const Request& request : kRequests) wanted.insert(request.want);
  for (const KindRule& rule : kind_rules()) EXPECT_TRUE(wanted.contains(rule.name)) << rule.name;
}

// The table of verdicts must say what the rules say.
TEST(Kind, GivesEveryCombinationTheFirstRuleThatMatches) {
  for (int bits = 0; bits < 7 * 7 * 4 * 6 * 2 * 3; ++bits) {
    const RequestClass request{static_cast<PathClass>(bits % 7),
                               static_cast<MediaClass>(bits / 7 % 7),
                               static_cast<DestClass>(bits / 49 % 4),
                               static_cast<StatusClass>(bits / 196 % 6),
                               bits / 1176 % 2 != 0,
                               static_cast<OriginClass>(bits / 2352)};
    for (const KindRule& rule : kind_rules()) {
      if (!rule.matches(request)) continue;
      EXPECT_EQ(kind_of(request), rule.name) << bits;
      break;
    }
  }
}

}  // namespace
}  // namespace ballcone
