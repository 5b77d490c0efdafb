#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace ballcone {
namespace {

constexpr std::array<uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// "192.0.2.1" as inet_pton takes it, several times faster: four numbers up to 255 without leading
// zeros. Every hit's address comes through here.
bool parse_v4(std::string_view text, uint8_t* bytes) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == end || *at++ != '.')) return false;
    const char* const start = at;
    unsigned value = 0;
    while (at != end && at - start < 3 && *at >= '0' && *at <= '9')
      value = value * 10 + static_cast<unsigned>(*at++ - '0');
    const bool has_leading_zero = at - start > 1 && *start == '0';
    if (at == start || has_leading_zero || value > 255) return false;
    bytes[part] = static_cast<uint8_t>(value);
  }
  return at == end;
}

bool parse_v6(std::string_view text, uint8_t* bytes) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof buffer) return false;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  return inet_pton(AF_INET6, buffer, bytes) == 1;
}

char* write_v4(const uint8_t* bytes, char* out) {
  for (int part = 0; part < 4; ++part) {
    const unsigned value = bytes[part];
    if (part > 0) *out++ = '.';
    if (value >= 100) *out++ = static_cast<char>('0' + value / 100);
    if (value >= 10) *out++ = static_cast<char>('0' + value / 10 % 10);
    *out++ = static_cast<char>('0' + value % 10);
  }
  return out;
}

char* write_hex(unsigned group, char* out) {
  int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0;
  for (; shift >= 0; shift -= 4) *out++ = "0123456789abcdef"[group >> shift & 15];
  return out;
}

// The longest run of two or more zero groups, the first of equals, becomes "::" (RFC 5952, 4.2).
char* write_v6(const uint8_t* bytes, char* out) {
  unsigned groups[8];
  for (int i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(bytes[i * 2] << 8 | bytes[i * 2 + 1]);
  int gap = 8;
  int gap_length = 1;
  for (int i = 0; i < 8; ++i) {
    int length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > gap_length) gap = i, gap_length = length;
    i += length;
  }
  for (int i = 0; i < 8; ++i) {
    if (i == gap) {
      *out++ = ':';
      *out++ = ':';
      i += gap_length - 1;
    } else {
      if (i > 0 && i != gap + gap_length) *out++ = ':';
      out = write_hex(groups[i], out);
    }
  }
  return out;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  IpAddress address;
  if (text.find(':') != text.npos) {
    if (!parse_v6(text, address.bytes.data())) return std::nullopt;
  } else {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
    if (!parse_v4(text, address.bytes.data() + 12)) return std::nullopt;
  }
  return address;
}

std::string format_ip(const IpAddress& address) {
  char buffer[INET6_ADDRSTRLEN];
  const char* const end = address.is_v4() ? write_v4(address.bytes.data() + 12, buffer)
                                          : write_v6(address.bytes.data(), buffer);
  return {buffer, static_cast<size_t>(end - buffer)};
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
