// The text of HTTP, without sockets: what comes in a request's target, what goes into an answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/form.h"
#include "base/result.h"
#include "web/server.h"

namespace ballcone {

struct HttpTarget {
  std::string
      authority;     // of an absolute-form target; it outranks the Host header (RFC 9112 3.2.2)
  std::string path;  // percent-decoded, well-formed UTF-8
  Pairs query;
};

// "/services/a?x=1", "http://host:8080/a" and, for OPTIONS, "*".
Result<HttpTarget> parse_target(std::string_view target);
// "SELECT 1 + 1" → "SELECT%201%20%2B%201"
std::string percent_encode(std::string_view text);
// A path of ours as a page or redirect names it, so that it holds under whatever path a proxy
// mounts us: relative to the request's, "/sql" is "../sql" on "/services/a".
std::string relative(const HttpRequest& request, std::string_view path);
// True if an Accept-Encoding header has gzip, and not with q=0.
bool accepts_gzip(std::string_view accept_encoding);
// IMF-fixdate: "Mon, 23 Nov 2026 12:00:00 GMT".
std::string format_http_date(int64_t time_us);
std::string_view reason_of(int status);

// What went wrong: JSON under /api/, a line of text elsewhere.
HttpResponse error_response(std::string_view path, int status, std::string_view message);
// 500, where a handler threw.
HttpResponse mistake_response(std::string_view path);

// The status line and header of an answer of `length` bytes, with the headers that every answer
// has (security, caching). `date` is a format_http_date().
std::string write_head(const HttpResponse& response, size_t length, bool keeps_alive,
                       std::string_view date);

}  // namespace ballcone
