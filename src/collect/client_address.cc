#include "collect/client_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace ballcone {
namespace {

// "192.0.2.7:1234" and "[2001:db8::1]:1234" too, as some proxies write them.
std::optional<IpAddress> address_of(std::string_view text) {
  text = trim(text);
  if (auto address = parse_ip(text)) return address;
  const size_t colon = text.rfind(':');
  return colon == text.npos ? std::nullopt : parse_ip(text.substr(0, colon));
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const std::string& text : networks) {
    const size_t slash = std::min(text.find('/'), text.size());
    const auto address = parse_ip(trim(std::string_view(text).substr(0, slash)));
    const int bits_max = address && address->is_v4() ? 32 : 128;
    int bits = bits_max;
    bool is_fine = address.has_value();
    if (slash < text.size()) {
      const char* end = text.data() + text.size();
      const auto [at, error] = std::from_chars(text.data() + slash + 1, end, bits);
      is_fine = is_fine && error == std::errc() && at == end && bits >= 0 && bits <= bits_max;
    }
    if (!is_fine)
      return failure(
          fmt::format("expected addresses or networks such as 10.0.0.0/8, got \"{}\"", text));
    Network network{.v4_bits = std::min(bits, 32), .v6_bits = bits};
    network.address = mask_ip(*address, network.v4_bits, network.v6_bits);
    proxies.networks_.push_back(network);
  }
  return proxies;
}

bool TrustedProxies::names(const IpAddress& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return address.is_v4() == network.address.is_v4() &&
           mask_ip(address, network.v4_bits, network.v6_bits) == network.address;
  });
}

bool TrustedProxies::has(const IpAddress& address) const {
  return is_loopback(address) || names(address);
}

std::string client_address(const CollectRequest& request, const TrustedProxies& proxies) {
  const auto peer = parse_ip(request.peer);
  if (!peer || !proxies.has(*peer)) return std::string(request.peer);
  std::string_view list = request.forwarded_for;
  if (trim(list).empty()) {
    const auto told = proxies.names(*peer) ? address_of(request.cf_connecting_ip) : std::nullopt;
    return format_ip(told.value_or(*peer));
  }
  IpAddress last = *peer;
  while (!list.empty()) {
    const size_t comma = list.rfind(',');
    const auto address = address_of(comma == list.npos ? list : list.substr(comma + 1));
    if (!address) break;  // "unknown": nothing to the left of it can be believed
    last = *address;
    if (!proxies.has(last)) break;
    list = comma == list.npos ? std::string_view() : list.substr(0, comma);
  }
  return format_ip(last);
}

}  // namespace ballcone
