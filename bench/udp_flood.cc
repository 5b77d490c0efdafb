// udp_flood PORT SECONDS FILE: sends the file's lines as datagrams to 127.0.0.1:PORT, as fast as
// one core can (sendmmsg, 64 at a time), over and over; then prints {"sent": …, "bytes": …,
// "seconds": …}. udp_flood sink PORT SECONDS: receives on that port and only counts; then prints
// {"received": …, "lost": …}.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr int kAtOnce = 64;
using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

int flood(const char* port, double seconds, const char* path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  if (lines.size() < kAtOnce) die("expected at least 64 lines");

  const int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in address = loopback(port);
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    die("connect");
  std::vector<iovec> parts(kAtOnce);
  std::vector<mmsghdr> messages(kAtOnce);
  for (int i = 0; i < kAtOnce; ++i) {
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }

  uint64_t sent = 0, bytes = 0;
  const auto begin = Clock::now();
  while (seconds_since(begin) < seconds) {
    for (int i = 0; i < kAtOnce; ++i) {
      std::string& line = lines[(sent + static_cast<uint64_t>(i)) % lines.size()];
      parts[i] = {line.data(), line.size()};
    }
    const int count = sendmmsg(socket_fd, messages.data(), kAtOnce, 0);
    if (count < 0) {
      if (errno == ECONNREFUSED || errno == ENOBUFS || errno == EINTR) continue;
      die("sendmmsg");
    }
    for (int i = 0; i < count; ++i) bytes += parts[i].iov_len;
    sent += static_cast<uint64_t>(count);
  }
  std::printf("{\"sent\": %lu, \"bytes\": %lu, \"seconds\": %.3f}\n", sent, bytes,
              seconds_since(begin));
  return 0;
}

// The reference: what a receiver gets that does nothing with it.
int sink(const char* port, double seconds) {
  const int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in address = loopback(port);
  int size = 64 << 20, on = 1;
  if (setsockopt(socket_fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    setsockopt(socket_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(socket_fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  const timeval patience{.tv_sec = 0, .tv_usec = 100'000};
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    die("bind");

  constexpr size_t kBytesMax = 65'536;
  std::vector<char> memory(kAtOnce * kBytesMax);
  alignas(cmsghdr) char controls[kAtOnce][CMSG_SPACE(sizeof(uint32_t))];
  std::vector<iovec> parts(kAtOnce);
  std::vector<mmsghdr> messages(kAtOnce);
  uint64_t received = 0;
  uint32_t lost = 0;
  const auto begin = Clock::now();
  while (seconds_since(begin) < seconds) {
    for (int i = 0; i < kAtOnce; ++i) {
      parts[i] = {&memory[static_cast<size_t>(i) * kBytesMax], kBytesMax};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i];
      messages[i].msg_hdr.msg_controllen = sizeof controls[i];
    }
    const int count = recvmmsg(socket_fd, messages.data(), kAtOnce, MSG_WAITFORONE, nullptr);
    if (count <= 0) continue;
    received += static_cast<uint64_t>(count);
    msghdr& last = messages[count - 1].msg_hdr;
    for (cmsghdr* control = CMSG_FIRSTHDR(&last); control != nullptr;
         control = CMSG_NXTHDR(&last, control)) {
      if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL)
        std::memcpy(&lost, CMSG_DATA(control), sizeof lost);
    }
  }
  std::printf("{\"received\": %lu, \"lost\": %u}\n", received, lost);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "sink") == 0) return sink(argv[2], std::atof(argv[3]));
  if (argc == 4) return flood(argv[1], std::atof(argv[2]), argv[3]);
  std::fprintf(stderr, "usage: udp_flood PORT SECONDS FILE | udp_flood sink PORT SECONDS\n");
  return 2;
}
