// Who is behind a request that came through proxies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "collect/request.h"

namespace ballcone {

// Proxies that are believed: loopback always, since what stands on this machine is ours.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  // "10.0.0.0/8", "2001:db8::/32", "192.0.2.7". The error names the one that is none.
  static Result<TrustedProxies> parse(const std::vector<std::string>& networks);

  bool has(const IpAddress& address) const;
  // Named by a person, and not only believed since it is on this machine.
  bool names(const IpAddress& address) const;

 private:
  struct Network {
    IpAddress address;
    int v4_bits = 32, v6_bits = 128;
  };
  std::vector<Network> networks_;
};

// The peer, unless that is a trusted proxy: then the last address of X-Forwarded-For that is none;
// without that header CF-Connecting-IP, from a proxy that was named. What clients write into these
// headers stands to the left of what the first trusted proxy adds, and is never reached.
std::string client_address(const CollectRequest& request, const TrustedProxies& proxies);

}  // namespace ballcone
