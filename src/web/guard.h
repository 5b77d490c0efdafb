// Keeps other sites' pages away: DNS rebinding (by the Host header) and requests forged across
// sites (by Sec-Fetch-* and Origin).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "web/server.h"

namespace ballcone {

// "Example.org:8080" → {"example.org", "8080"}, "[::1]:80" → {"[::1]", "80"}, "a." → {"a", ""};
// the host is empty if the text is not a host with an optional port.
struct HostPort {
  std::string host;  // lower case, without a final dot
  std::string port;
};
HostPort parse_host_port(std::string_view text);

class Guard {
 public:
  Guard(std::string_view bound_host, std::vector<std::string> allowed_hosts);

  // The answer that turns the request away, or nothing. `host` is the Host header or the authority
  // of the target. Any thread.
  std::optional<HttpResponse> refusal(const HttpRequest& request, std::string_view host) const;

 private:
  bool is_allowed_host(const std::string& host) const;
  bool is_cross_site(const HttpRequest& request, const HostPort& host) const;

  std::vector<std::string> allowed_;
  std::optional<IpAddress> bound_;  // nothing: a name
  bool is_bound_to_all_ = false;    // 0.0.0.0 or ::
};

}  // namespace ballcone
