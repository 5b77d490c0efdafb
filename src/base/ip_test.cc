#include "base/ip.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ballcone {
namespace {

std::string canonical(std::string_view text) {
  const auto address = parse_ip(text);
  return address ? format_ip(*address) : "-";
}

TEST(Ip, ParsesAndFormats) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"2001:DB8::0001", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // the first of equal runs
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // the longest run
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // one group is no run
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"1:2:3:4:5:6::", "1:2:3:4:5:6::"},
      {"::", "::"},
      {"::1", "::1"},
      {"0:0:1::", "0:0:1::"},
      {"", "-"},
      {"1.2.3", "-"},
      {"1.2.3.4.5", "-"},
      {"1.2.3.", "-"},
      {"01.2.3.4", "-"},
      {"1.2.3.256", "-"},
      {"1.2.3.0004", "-"},
      {"1.2.3.4:80", "-"},
      {" 1.2.3.4", "-"},
      {"fe80::1%eth0", "-"},
      {"unix:", "-"},
      {"[]", "-"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(canonical(text), want) << text;
}

// The C library is the plain implementation that ours must agree with.
TEST(Ip, AgreesWithTheCLibraryOnV4) {
  std::mt19937 random(1);
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (size_t length = 1 + random() % 16; length > 0; --length)
      text += "0123456789...."[random() % 14];
    in_addr want{};
    const bool is_address = inet_pton(AF_INET, text.c_str(), &want) == 1;
    const auto got = parse_ip(text);
    ASSERT_EQ(got.has_value(), is_address) << text;
    if (got) {
      ASSERT_EQ(format_ip(*got), text);
    }
  }
}

TEST(Ip, AgreesWithTheCLibraryOnV6) {
  std::mt19937 random(1);
  for (int i = 0; i < 50'000; ++i) {
    IpAddress address;
    for (uint8_t& byte : address.bytes) byte = static_cast<uint8_t>(random() % 3 ? 0 : random());
    // It writes ::/96 with the last 32 bits as IPv4, which RFC 5952 does not ask for.
    if (std::all_of(address.bytes.begin(), address.bytes.begin() + 12,
                    [](int b) { return b == 0; }))
      continue;
    char want[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, address.bytes.data(), want, sizeof want);
    ASSERT_EQ(format_ip(address), want);
    ASSERT_EQ(parse_ip(want), address);
  }
}

TEST(Ip, MasksNetworks) {
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("192.0.2.77"), 24, 48)), "192.0.2.0");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("192.0.2.77"), 0, 48)), "0.0.0.0");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("192.0.2.77"), 32, 48)), "192.0.2.77");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("2001:db8:1:2:3:4:5:6"), 24, 48)), "2001:db8:1::");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("2001:db8:1:2ff::"), 24, 60)), "2001:db8:1:2f0::");
}

TEST(Ip, KnowsLoopback) {
  EXPECT_TRUE(is_loopback(*parse_ip("127.0.0.1")));
  EXPECT_TRUE(is_loopback(*parse_ip("127.9.9.9")));
  EXPECT_TRUE(is_loopback(*parse_ip("::1")));
  EXPECT_FALSE(is_loopback(*parse_ip("128.0.0.1")));
  EXPECT_FALSE(is_loopback(*parse_ip("::")));
}

}  // namespace
}  // namespace ballcone
