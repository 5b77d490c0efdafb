// The page and its files, compressed when the program was built.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "web/assets.h"
#include "web/door.h"
#include "web/handlers.h"
#include "web/http.h"

namespace ballcone {
namespace {

// If-None-Match: "a", W/"b" or *; compared weakly (RFC 9110 13.1.2).
bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::string_view item = if_none_match.substr(0, if_none_match.find(','));
    if_none_match.remove_prefix(std::min(item.size() + 1, if_none_match.size()));
    std::string_view tag = trim(item);
    if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

// Names under /assets/ change with their content; the others are asked for again each time, which
// costs a 304. "private": a cache between us and the browser does not know the password.
HttpResponse send_asset(const Asset& asset, const HttpRequest& request) {
  HttpResponse response{.content_type = std::string(asset.content_type)};
  const bool is_named_by_hash = asset.path.substr(0, 8) == "/assets/";
  response.headers = {{"Cache-Control", is_named_by_hash ? "private, max-age=31536000, immutable"
                                                         : "private, no-cache"},
                      {"ETag", std::string(asset.etag)},
                      {"Vary", "Accept-Encoding"}};
  if (matches_etag(request.header("if-none-match"), asset.etag)) {
    response.status = 304;
    return response;
  }
  response.static_body = asset.bytes;
  if (asset.gzip.size() < asset.bytes.size() && accepts_gzip(request.header("accept-encoding"))) {
    response.static_body = asset.gzip;
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

void replace_all(std::string_view from, std::string_view to, std::string* text) {
  for (size_t at = text->find(from); at != text->npos; at = text->find(from, at + to.size()))
    text->replace(at, from.size(), to);
}

// The page as it is sent: src="/assets/app.js" becomes src="../assets/app.js", which holds wherever
// a proxy mounts us, and <html data-door="…"> says how whoever asks has come in, if not freely:
// "session" (may log out) or "locked" (has to log in).
HttpResponse send_page(const HttpRequest& request, int status, std::string_view door) {
  const Asset* const page = find_asset("/index.html");
  if (!page) return error_response(request.path, 500, "this program was built without its page");
  HttpResponse response{.status = status, .content_type = std::string(page->content_type)};
  response.body = page->bytes;
  replace_all("=\"/", "=\"" + relative(request, "/"), &response.body);
  if (!door.empty())
    replace_all("<html ", fmt::format("<html data-door=\"{}\" ", door), &response.body);
  if (status != 200) return response;
  const std::string_view hash = page->etag.substr(1, page->etag.size() - 2);
  // What differs beside the file: how deep the path is, and the door.
  const std::string etag =
      fmt::format("\"{}-{}{}\"", hash, relative(request, "/").size(), door.substr(0, 1));
  response.headers = {{"Cache-Control", "private, no-cache"}, {"ETag", etag}};
  if (matches_etag(request.header("if-none-match"), etag))
    response = {.status = 304, .headers = response.headers};
  return response;
}

}  // namespace

HttpResponse get_page(const Call& call) {
  const WebContext& context = call.context;
  const bool has_session =
      context.door && context.door->has_session(call.request, context.now_us());
  return send_page(call.request, 200, has_session ? "session" : "");
}

HttpResponse login_page(const HttpRequest& request) { return send_page(request, 401, "locked"); }

HttpResponse missing_page(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD")
    return error_response(request.path, 404, "there is nothing at this path");
  return send_page(request, 404, "");
}

// Of a service that has no hits yet it says so.
HttpResponse get_service_page(const Call& call) {
  const auto services = call.context.store->services();
  const bool is_known =
      std::find(services.begin(), services.end(), call.arguments[0]) != services.end();
  return is_known ? get_page(call) : missing_page(call.request);
}

// A site's pages name it without a version, so a new one is there within the hour; public, since it
// is the same for everybody.
HttpResponse get_script(const Call& call) {
  HttpResponse response = get_asset(call);
  for (auto& [name, value] : response.headers)
    if (name == "Cache-Control") value = "public, max-age=3600";
  return response;
}

HttpResponse get_asset(const Call& call) {
  const Asset* const asset = find_asset(call.request.path);
  if (!asset) return error_response(call.request.path, 404, "there is no such file");
  return send_asset(*asset, call.request);
}

}  // namespace ballcone
