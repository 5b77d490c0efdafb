#include "source/syslog_udp.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ballcone {
namespace {

// Sends to a receiver on loopback.
class Sender {
 public:
  Sender(const std::string& host, uint16_t port) {
    const bool is_v6 = host.find(':') != host.npos;
    fd_ = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
    sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_port = htons(port)};
    sockaddr_in v4{.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(is_v6 ? AF_INET6 : AF_INET, host.c_str(),
              is_v6 ? static_cast<void*>(&v6.sin6_addr) : &v4.sin_addr);
    const auto* address =
        is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
    EXPECT_EQ(connect(fd_, address, is_v6 ? sizeof v6 : sizeof v4), 0);
  }
  ~Sender() { close(fd_); }
  void send(const std::string& text) const {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

 private:
  int fd_;
};

std::unique_ptr<SyslogUdp> open_on(const std::string& host, size_t buffer_bytes = 1 << 20) {
  auto receiver = SyslogUdp::open({.host = host, .port = 0, .buffer_bytes = buffer_bytes});
  EXPECT_TRUE(receiver.has_value()) << receiver.error().message;
  return std::move(*receiver);
}

constexpr size_t kLinesBytes = 256 * 1024;

TEST(SyslogUdp, ReceivesWholeDatagramsInOrderOverBothProtocols) {
  for (const std::string host : {"127.0.0.1", "::1"}) {
    const auto receiver = open_on(host);
    const Sender sender(host, receiver->port());
    const std::string large(60'000, 'x');
    for (const auto& text : {std::string("one"), std::string(), large, std::string("four")})
      sender.send(text);
    Lines lines(kLinesBytes);
    EXPECT_EQ(receiver->receive(&lines, 1000), 4u);
    EXPECT_EQ(lines.line(0), "one");
    EXPECT_EQ(lines.line(1), "");
    EXPECT_EQ(lines.line(2), large);
    EXPECT_EQ(lines.line(3), "four");
    EXPECT_EQ(receiver->loss().lost, 0u);
  }
}

TEST(SyslogUdp, KeepsForTheNextCallWhatDoesNotFit) {
  const auto receiver = open_on("127.0.0.1");
  const Sender sender("127.0.0.1", receiver->port());
  for (int i = 0; i < 3; ++i) sender.send(std::string(60'000, static_cast<char>('a' + i)));
  Lines lines(130'000);
  EXPECT_EQ(receiver->receive(&lines, 1000), 2u);
  lines.clear();
  EXPECT_EQ(receiver->receive(&lines, 1000), 1u);
  EXPECT_EQ(lines.line(0), std::string(60'000, 'c'));
}

TEST(SyslogUdp, CountsWhatTheKernelThrewAwayAndSaysHowMuchBufferWasMissing) {
  const auto receiver = open_on("127.0.0.1", 4096);
  const Sender sender("127.0.0.1", receiver->port());
  constexpr size_t kSent = 1000;
  for (size_t i = 0; i < kSent; ++i) sender.send(std::string(430, 'x'));
  Lines lines(kLinesBytes);
  const size_t received = receiver->receive(&lines, 1000);
  EXPECT_LT(received, kSent);
  EXPECT_EQ(received + receiver->loss().lost, kSent);

  const auto roomy = open_on("127.0.0.1", receiver->loss().buffer_wanted_bytes);
  const Sender again("127.0.0.1", roomy->port());
  for (size_t i = 0; i < kSent; ++i) again.send(std::string(430, 'x'));
  Lines all(1 << 20);
  EXPECT_EQ(roomy->receive(&all, 1000), kSent);
  EXPECT_EQ(roomy->loss().lost, 0u);
}

TEST(SyslogUdp, SaysWhatItCouldNotListenOn) {
  const auto first = open_on("127.0.0.1");
  const auto second = SyslogUdp::open({.host = "127.0.0.1", .port = first->port()});
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().message.find(std::to_string(first->port())), std::string::npos);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos);
  EXPECT_FALSE(SyslogUdp::open({.host = "not a host"}).has_value());
}

}  // namespace
}  // namespace ballcone
