#include "web/routes.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "web/handlers.h"
#include "web/http.h"

namespace ballcone {
namespace {

enum class Speed { quick, waits };  // quick: never asks the store, never computes for long

struct Route {
  std::string_view method;  // GET stands for HEAD too
  std::string_view pattern;
  HttpResponse (*handler)(const Call&);
  Speed speed;
  std::string_view doc;
  bool is_public = false;
  bool is_unlocked = false;  // without the password, if only from our own pages
  std::string_view content_type = "application/json";  // of a POST
};

constexpr std::string_view kBytes = "application/octet-stream";

HttpResponse go_home(const Call& call) {
  return {.status = 302, .headers = {{"Location", relative(call.request, "/")}}};
}

constexpr Route kRoutes[] = {
    {"GET", "/", get_page, Speed::quick, "All services."},
    {"GET", "/services", go_home, Speed::quick, "As in the Python original; now the first page."},
    {"GET", "/services/", go_home, Speed::quick, "The same."},
    {"GET", "/services/{service}", get_service_page, Speed::waits, "One service; 404 if unknown."},
    {"GET", "/services/{service}/live", get_page, Speed::quick, "Its hits as they arrive."},
    {"GET", "/live", get_page, Speed::quick, "The hits of all services as they arrive."},
    {"GET", "/sql", get_page, Speed::quick, "The SQL console; ?sql=… fills it in."},
    {"POST", "/sql", post_sql_form, Speed::quick, "The original's form: to /sql?sql=…", false,
     false, "application/x-www-form-urlencoded"},
    {"GET", "/setup", get_page, Speed::quick, "How hits come here; ?service=…&way=…"},
    {"GET", "/nginx", get_page, Speed::quick, "The same, with nginx chosen, as in the original."},
    {"GET", "/health", get_page, Speed::quick, "What arrives, what is dropped and why."},
    {"GET", "/favicon.svg", get_asset, Speed::quick, "The icon.", false, true},
    {"GET", "/assets/{file}", get_asset, Speed::quick, "Scripts and styles of the page.", false,
     true},
    {"POST", "/login", post_login, Speed::waits, "The password; answers with a cookie.", false,
     true},
    {"POST", "/logout", post_logout, Speed::waits, "Ends that session.", false, true},

    {"GET", "/services/{service}/count/{field}", get_count, Speed::waits,
     "Distinct values per day, as in the original."},
    {"GET", "/services/{service}/average/{field}", get_average, Speed::waits,
     "Average, sum and count per day, as in the original."},
    {"GET", "/services/{service}/count_group/{group}", get_count_group, Speed::waits,
     "Hits per value and day, as in the original; ?distinct=ip&ascending=1&limit=5."},

    {"GET", "/api/v1/services", get_services, Speed::waits,
     "All services with their last 30 days."},
    {"GET", "/api/v1/reports", get_reports, Speed::quick, "Reports, metrics and dimensions."},
    {"GET", "/api/v1/query", get_query, Speed::waits, "One question as URL parameters."},
    {"POST", "/api/v1/query", post_query, Speed::waits, "One question as JSON, or up to 32."},
    {"POST", "/api/v2/query", post_plausible, Speed::waits,
     "Plausible's Stats API v2, for what Ballcone knows."},
    {"POST", "/api/v1/sql", post_sql, Speed::waits,
     "One read-only statement; ?format=csv or parquet."},
    {"GET", "/api/v1/schema", get_schema, Speed::waits,
     "Views, columns and functions that a statement may name."},
    {"GET", "/api/v1/status", get_status, Speed::waits, "Sources, steps, commits, database."},
    {"GET", "/api/v1/live", get_live, Speed::quick,
     "Hits as they arrive, as server-sent events; ?service=…&show=people."},
    {"GET", "/api/v1/setup", get_setup, Speed::quick,
     "What to copy for each way in; ?service=…&server=…&url=…&with=…"},
    {"GET", "/api/v1/nginx", get_nginx, Speed::quick, "Lines for nginx; ?service=…&server=…"},

    {"GET", "/api/v1/registry", get_registry, Speed::waits,
     "Services that are registered, with their keys."},
    {"POST", "/api/v1/registry", post_registry, Speed::waits,
     "Adds, changes or removes one, or gives it a new key."},

    {"POST", "/api/v1/import", post_import, Speed::waits, "Begins the upload of a log file."},
    {"POST", "/api/v1/import/preview", post_import_preview, Speed::waits,
     "What would become of the file that begins so.", false, false, kBytes},
    {"POST", "/api/v1/import/{id}/piece", post_import_piece, Speed::waits,
     "The next bytes of the file; ?at=…", false, false, kBytes},
    {"POST", "/api/v1/import/{id}", post_import_action, Speed::waits,
     "Imports what was uploaded, or stops it."},
    {"GET", "/api/v1/import/{id}", get_import, Speed::waits, "How far it is."},

    {"GET", "/api/v1/goals", get_goals, Speed::waits, "What visitors are wanted to do; ?service=…"},
    {"POST", "/api/v1/goals", post_goals, Speed::waits, "Adds, changes or removes a goal."},
    {"GET", "/api/v1/markers", get_markers, Speed::waits,
     "Moments that are marked on the time line; ?service=…"},
    {"POST", "/api/v1/markers", post_markers, Speed::waits, "Adds or removes a marker."},
    {"GET", "/api/v1/segments", get_segments, Speed::waits,
     "Filters that are kept under a name; ?service=…"},
    {"POST", "/api/v1/segments", post_segments, Speed::waits,
     "Adds, changes or removes a segment."},
    {"POST", "/api/v1/funnel", post_funnel, Speed::waits,
     "How many visitors did one thing after another."},

    {"GET", "/api/v1/shares", get_shares, Speed::waits, "Links for others; ?service=…"},
    {"POST", "/api/v1/shares", post_shares, Speed::waits, "Makes or removes such a link."},
    {"GET", "/share/{token}", get_share_page, Speed::waits,
     "One service, for who has the link; 404 if it is none.", false, true},
    {"POST", "/share/{token}/login", post_share_login, Speed::waits, "Its password, if it has one.",
     false, true},
    {"GET", "/share/{token}/api/v1/share", get_share, Speed::waits, "Which service it is of.",
     false, true},
    {"GET", "/share/{token}/api/v1/services", get_shared_services, Speed::waits,
     "As /api/v1/services, with that one alone.", false, true},
    {"GET", "/share/{token}/api/v1/reports", get_shared_reports, Speed::waits,
     "As /api/v1/reports.", false, true},
    {"GET", "/share/{token}/api/v1/query", get_shared_query, Speed::waits,
     "As /api/v1/query, about that service and nothing of single persons.", false, true},
    {"POST", "/share/{token}/api/v1/query", post_shared_query, Speed::waits, "The same.", false,
     true},
    {"GET", "/share/{token}/api/v1/markers", get_shared_markers, Speed::waits,
     "As /api/v1/markers, of that service.", false, true},
    {"GET", "/share/{token}/api/v1/goals", get_shared_goals, Speed::waits,
     "As /api/v1/goals, of that service.", false, true},
    {"POST", "/share/{token}/api/v1/funnel", post_shared_funnel, Speed::waits,
     "As /api/v1/funnel, of that service.", false, true},

    {"GET", "/hello.gif", get_pixel, Speed::quick, "A page view or event of a pixel; a GIF.", true},
    {"GET", "/noscript.gif", get_pixel, Speed::quick, "The same, for pages without JavaScript.",
     true},
    {"GET", "/hello.js", get_script, Speed::quick, "The script that counts page views.", true},
    {"GET", "/more.js", get_script, Speed::quick, "What not every site needs of it.", true},
    {"POST", "/api/hello", post_hello, Speed::quick, "What the script sends.", true},
    {"POST", "/api/event", post_event, Speed::quick, "What Plausible's script sends.", true},
    {"POST", "/api/v1/hits", post_hits, Speed::waits,
     "Up to 1,000 hits of a server as JSON lines, with a service's server key.", true},

    {"GET", "/privacy/{service}", get_privacy, Speed::waits,
     "What is kept of that service's visitors, in plain words; for everybody.", true},

    {"GET", "/healthz", get_healthz, Speed::quick, "200, or 503 while commits fail. No password."},
    {"GET", "/metrics", get_metrics, Speed::waits, "Prometheus text."},
};

std::string_view take_segment(std::string_view* path) {
  const std::string_view segment = path->substr(0, path->find('/'));
  path->remove_prefix(std::min(segment.size() + 1, path->size()));
  return segment;
}

// "/services/{service}" and "/services/a" → {"a"}; nothing if they do not match.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  if (std::count(pattern.begin(), pattern.end(), '/') !=
      std::count(path.begin(), path.end(), '/')) {
    return std::nullopt;
  }
  std::vector<std::string> arguments;
  for (auto left = std::count(pattern.begin(), pattern.end(), '/') + 1; left > 0; --left) {
    const std::string_view want = take_segment(&pattern), got = take_segment(&path);
    if (want.substr(0, 1) != "{") {
      if (want != got) return std::nullopt;
    } else if (got.empty()) {
      return std::nullopt;
    } else {
      arguments.emplace_back(got);
    }
  }
  return arguments;
}

bool has_method(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

// Neither a form nor a script of another site can send these types without asking first (CORS), and
// we never say yes; but for the original's form, which changes nothing.
std::optional<HttpResponse> refuse_type(const Route& route, const HttpRequest& request) {
  if (route.method != "POST" || route.is_public) return std::nullopt;
  const std::string_view want = route.content_type;
  const std::string_view header = request.header("content-type");
  if (equal_ignoring_case(trim(header.substr(0, header.find(';'))), want)) return std::nullopt;
  return error_response(request.path, 415,
                        "expected Content-Type: " + std::string(want) + ", got \"" +
                            std::string(header.substr(0, 100)) + "\"");
}

HttpResponse refuse_method(const HttpRequest& request, std::string allowed, bool is_public) {
  allowed += "OPTIONS";
  const bool is_options = request.method == "OPTIONS";
  auto response =
      is_options
          ? HttpResponse{.status = 204}
          : error_response(request.path, 405,
                           "expected one of " + allowed + ", got " + request.method.substr(0, 50));
  response.headers.emplace_back("Allow", allowed);
  response.is_public = is_public;
  if (is_options && is_public) {  // what a browser asks before it sends application/json elsewhere
    response.headers.emplace_back("Access-Control-Allow-Methods", allowed);
    response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type");
    response.headers.emplace_back("Access-Control-Max-Age", "86400");
  }
  return response;
}

}  // namespace

HttpResponse handle(const WebContext& context, const HttpRequest& request) {
  std::string allowed;
  bool is_public = false;
  for (const Route& route : kRoutes) {
    auto arguments = match(route.pattern, request.path);
    if (!arguments) continue;
    is_public |= route.is_public;
    allowed += route.method == "GET" ? "GET, HEAD, " : std::string(route.method) + ", ";
    if (!has_method(route, request.method)) continue;
    if (auto refusal = refuse_type(route, request)) return std::move(*refusal);
    auto response = route.handler({context, request, std::move(*arguments)});
    response.is_public = route.is_public;
    return response;
  }
  if (request.path == "*") allowed = "GET, HEAD, POST, ";
  if (!allowed.empty()) return refuse_method(request, std::move(allowed), is_public);
  if (request.path.substr(0, 5) == "/api/") {
    return error_response(request.path, 404, "there is no such route; docs/api.md lists them");
  }
  return missing_page(request);
}

bool is_quick(const HttpRequest& request) {
  return std::any_of(std::begin(kRoutes), std::end(kRoutes), [&](const Route& route) {
    return route.speed == Speed::quick && has_method(route, request.method) &&
           match(route.pattern, request.path);
  });
}

bool is_public(const HttpRequest& request) {
  return std::any_of(std::begin(kRoutes), std::end(kRoutes), [&](const Route& route) {
    return route.is_public && match(route.pattern, request.path);
  });
}

// Under a share link there is nothing that the password would open: 404 and not 401.
bool is_unlocked(const HttpRequest& request) {
  if (request.path.starts_with("/share/")) return true;
  return std::any_of(std::begin(kRoutes), std::end(kRoutes), [&](const Route& route) {
    return route.is_unlocked && match(route.pattern, request.path);
  });
}

std::string routes_markdown() {
  std::string text =
      "# Routes\n\nHEAD is answered wherever GET is. Shapes of questions and answers: "
      "[api.md](api.md). Where a password is set, \"open\" says what is answered without it: to "
      "everybody and every site's pages, or to our own pages alone.\n\n"
      "| method | path | open | what |\n|---|---|---|---|\n";
  for (const Route& route : kRoutes) {
    const bool is_open = route.pattern == "/healthz" || route.is_public;
    text.append("| ").append(route.method).append(" | `").append(route.pattern).append("` | ");
    text.append(is_open ? "everybody" : route.is_unlocked ? "our pages" : "");
    text.append(" | ").append(route.doc).append(" |\n");
  }
  return text;
}

}  // namespace ballcone
