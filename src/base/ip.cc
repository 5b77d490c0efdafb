#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace ballcone {
namespace {
constexpr std::array<uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}

bool IpAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  char buffer[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  IpAddress address;
  if (text.find(':') == text.npos) {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
    if (inet_pton(AF_INET, buffer, address.bytes.data() + 12) != 1) return std::nullopt;
  } else if (inet_pton(AF_INET6, buffer, address.bytes.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

std::string format_ip(const IpAddress& address) {
  char buffer[INET6_ADDRSTRLEN];
  const bool is_v4 = address.is_v4();
  inet_ntop(is_v4 ? AF_INET : AF_INET6, address.bytes.data() + (is_v4 ? 12 : 0), buffer,
            sizeof buffer);
  return buffer;
}

IpAddress mask_ip(const IpAddress& address, int v4_bits, int v6_bits) {
  const int bits = address.is_v4() ? 96 + v4_bits : v6_bits;
  IpAddress masked = address;
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(bits - i * 8, 0, 8);
    masked.bytes[i] = static_cast<uint8_t>(masked.bytes[i] & (0xff00 >> kept));
  }
  return masked;
}

bool is_loopback(const IpAddress& address) {
  constexpr IpAddress kV6Loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  return address == kV6Loopback || (address.is_v4() && address.bytes[12] == 127);
}

}  // namespace ballcone
