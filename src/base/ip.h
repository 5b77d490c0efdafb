// Internet addresses as values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ballcone {

// IPv4 is kept as ::ffff:a.b.c.d, so that every address is 16 bytes in network order.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  bool is_v4() const;
  bool operator==(const IpAddress&) const = default;
};

// "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" (becomes IPv4), "[2001:db8::1]"; zone ("%eth0")
// and port are not accepted.
std::optional<IpAddress> parse_ip(std::string_view text);
// RFC 5952 text.
std::string format_ip(const IpAddress& address);
// The network the address lies in: the first `v4_bits` or `v6_bits` bits kept, the rest 0.
IpAddress mask_ip(const IpAddress& address, int v4_bits, int v6_bits);
// 127.0.0.0/8 and ::1.
bool is_loopback(const IpAddress& address);

}  // namespace ballcone
