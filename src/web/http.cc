#include "web/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "base/time.h"
#include "query/json.h"

namespace ballcone {
namespace {

// The page is all our own files: nothing inline, nothing from elsewhere. data: is for images inside
// the style sheet.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors ";
constexpr std::string_view kSecurityHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

// What pages of other sites ask for has to be let in by them, and they may send what is not simple.
constexpr std::string_view kPublicHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Ballcone-Dropped\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n";

bool has_header(const HttpResponse& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

// A header's value must not end its line: what is not printable ASCII is left out.
void append_header(std::string_view name, std::string_view value, std::string* out) {
  out->append(name).append(": ");
  std::copy_if(value.begin(), value.end(), std::back_inserter(*out),
               [](char c) { return c >= ' ' && c <= '~'; });
  out->append("\r\n");
}

// Framed by nobody, unless the answer names somebody; X-Frame-Options is for browsers that do not
// know frame-ancestors, and knows no list.
void append_security_headers(const HttpResponse& response, std::string* out) {
  const bool is_framed = !response.framed_by.empty();
  append_header("Content-Security-Policy",
                std::string(kPolicy) + (is_framed ? response.framed_by : "'none'"), out);
  if (!is_framed) out->append("X-Frame-Options: DENY\r\n");
  out->append(kSecurityHeaders);
}

}  // namespace

std::optional<std::string_view> HttpRequest::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Result<HttpTarget> parse_target(std::string_view target) {
  HttpTarget result;
  const size_t scheme_end = target.find("://");
  if (scheme_end != target.npos && target.front() != '/') {
    const std::string_view scheme = target.substr(0, scheme_end);
    if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
      return failure("expected a target of http or https");
    }
    target.remove_prefix(scheme_end + 3);
    const size_t authority_size = std::min(target.find_first_of("/?"), target.size());
    result.authority = target.substr(0, authority_size);
    if (result.authority.empty()) return failure("expected a host in the request's target");
    target.remove_prefix(authority_size);
  } else if (target != "*" && (target.empty() || target.front() != '/')) {
    return failure("expected a request's target that begins with /");
  }
  target = target.substr(0, target.find('#'));
  const size_t question = target.find('?');
  result.path = repaired_percent_decoded(target.substr(0, question));
  if (result.path.empty()) result.path = "/";
  if (question != target.npos) result.query = parse_form(target.substr(question + 1));
  return result;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kUnreserved = "-._~";
  std::string result;
  for (const char c : text) {
    const bool is_alnum =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_alnum || kUnreserved.find(c) != kUnreserved.npos) {
      result += c;
    } else {
      fmt::format_to(std::back_inserter(result), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string relative(const HttpRequest& request, std::string_view path) {
  const auto slashes = std::count(request.path.begin(), request.path.end(), '/');
  std::string result = slashes <= 1 ? "./" : "";
  for (auto folder = slashes; folder > 1; --folder) result += "../";
  return result.append(path.substr(1));
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::string_view item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
    const size_t semicolon = item.find(';');
    if (!equal_ignoring_case(trim(item.substr(0, semicolon)), "gzip")) continue;
    if (semicolon == item.npos) return true;
    // q=0, q=0.0, q=0.000 refuse; any other weight accepts.
    const size_t weight = item.find_first_of("123456789", semicolon);
    return item.find('=') == item.npos || weight != item.npos;
  }
  return false;
}

std::string format_http_date(int64_t time_us) {
  constexpr std::array kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = format_time(time_us);                         // 2026-11-23T12:00:00…
  const auto weekday = static_cast<size_t>((day_of(time_us) + 3) % 7);  // 1970-01-01: a Thursday
  const auto month = static_cast<size_t>((iso[5] - '0') * 10 + iso[6] - '0' - 1);
  return fmt::format("{}, {} {} {} {} GMT", kDays[weekday], iso.substr(8, 2), kMonths[month],
                     iso.substr(0, 4), iso.substr(11, 8));
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

HttpResponse error_response(std::string_view path, int status, std::string_view message) {
  HttpResponse response{.status = status};
  if (path.substr(0, 5) == "/api/") {
    response.body = error_json({std::string(message)});
  } else {
    response.content_type = "text/plain; charset=utf-8";
    append_repaired_utf8(message, &response.body);
    response.body += '\n';
  }
  return response;
}

HttpResponse mistake_response(std::string_view path) {
  return error_response(path, 500, "the server made a mistake; its log says which");
}

std::string write_head(const HttpResponse& response, size_t length, bool keeps_alive,
                       std::string_view date) {
  std::string head;
  head.reserve(1024);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                 reason_of(response.status), date);
  if (response.status != 304 && response.status != 204) {
    append_header("Content-Type", response.content_type, &head);
    // The end of a stream is the end of the connection (RFC 9112 6.3).
    if (!response.stream)
      fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", length);
  }
  if (!keeps_alive) head += "Connection: close\r\n";
  if (!has_header(response, "Cache-Control")) head += "Cache-Control: no-store\r\n";
  if (response.is_public)
    head += kPublicHeaders;
  else
    append_security_headers(response, &head);
  for (const auto& [name, value] : response.headers) append_header(name, value, &head);
  head += "\r\n";
  return head;
}

}  // namespace ballcone
