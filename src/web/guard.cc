#include "web/guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "web/http.h"

namespace ballcone {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         (c & 0x80) != 0;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

HostPort parse_host_port(std::string_view text) {
  HostPort result;
  const std::string lower = to_lower_ascii(trim(text));
  const size_t bracket = lower.empty() || lower[0] != '[' ? lower.npos : lower.find(']');
  const size_t host_size =
      bracket == lower.npos ? std::min(lower.find(':'), lower.size()) : bracket + 1;
  std::string_view host = std::string_view(lower).substr(0, host_size);
  const std::string_view rest = std::string_view(lower).substr(host_size);
  if (!rest.empty() && (rest[0] != ':' || !is_port(rest.substr(1)))) return result;
  if (bracket != lower.npos) {
    if (!parse_ip(host)) return result;
  } else {
    if (!std::all_of(host.begin(), host.end(), is_host_character)) return result;
    if (ends_with(host, ".")) host.remove_suffix(1);
  }
  result.host = host;
  if (!rest.empty()) result.port = rest.substr(1);
  return result;
}

Guard::Guard(std::string_view bound_host, std::vector<std::string> allowed_hosts)
    : bound_(parse_ip(bound_host)) {
  allowed_hosts.push_back(bound_ ? "" : std::string(bound_host));
  for (const std::string& host : allowed_hosts) {
    // A port is of no interest: rebinding changes the address behind a name, never the name.
    const std::string name = parse_host_port(host).host;
    if (!name.empty()) allowed_.push_back(name);
  }
  is_bound_to_all_ = bound_ && (*bound_ == parse_ip("::") || *bound_ == parse_ip("0.0.0.0"));
}

// A page of evil.example whose name suddenly leads to 127.0.0.1 still says "Host: evil.example". An
// address cannot be led elsewhere, so where we listen on all of them each is fine.
bool Guard::is_allowed_host(const std::string& host) const {
  if (const auto address = parse_ip(host)) {
    if (is_loopback(*address) || is_bound_to_all_ || address == bound_) return true;
  }
  return host == "localhost" || ends_with(host, ".localhost") ||  // RFC 6761: loopback always
         std::find(allowed_.begin(), allowed_.end(), host) != allowed_.end();
}

// Browsers say where a request comes from: Sec-Fetch-Site, or Origin where they are old or the page
// is not https. Who is not a browser says nothing and cannot be tricked.
bool Guard::is_cross_site(const HttpRequest& request, const HostPort& host) const {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty()) {
    if (site == "same-origin" || site == "none") return false;
    // A link on another site may lead to a page of ours.
    return !(is_read && request.header("sec-fetch-mode") == "navigate");
  }
  const std::string_view origin = request.header("origin");
  if (is_read || origin.empty()) return false;
  const size_t scheme_end = origin.find("://");
  if (scheme_end == origin.npos) return true;  // "null"
  const HostPort from = parse_host_port(origin.substr(scheme_end + 3));
  return !(from.host == host.host && from.port == host.port) &&
         std::find(allowed_.begin(), allowed_.end(), from.host) == allowed_.end();
}

std::optional<HttpResponse> Guard::refusal(const HttpRequest& request,
                                           std::string_view host) const {
  const HostPort parsed = parse_host_port(host);
  if (!host.empty() && parsed.host.empty()) {
    return error_response(request.path, 400, "expected a Host header with a name or an address");
  }
  // HTTP/1.0 knows no Host header; every browser sends one.
  if (!host.empty() && !is_allowed_host(parsed.host)) {
    return error_response(
        request.path, 421,
        fmt::format(
            "expected a Host header that is known here, got \"{}\"; if this server is meant "
            "by that name, add it to web_allowed_hosts (--web-allowed-hosts)",
            parsed.host));
  }
  if (is_cross_site(request, parsed)) {
    return error_response(request.path, 403,
                          "expected a request from one of Ballcone's own pages, got one from "
                          "another site (Sec-Fetch-Site or Origin)");
  }
  return std::nullopt;
}

}  // namespace ballcone
