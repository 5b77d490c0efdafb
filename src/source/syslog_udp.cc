#include "source/syslog_udp.h"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ballcone {
namespace {

constexpr size_t kDatagramsPerCall = 128;
// Not a multiple of 4,096, so that the starts of the buffers do not share one set of the cache.
constexpr size_t kSlotBytes = 65'536 + 192;

// What the kernel charges a socket for one datagram: the sk_buff and its data, headers and shared
// info rounded up to a power of two (net/core/skbuff.c). Seen on Linux 6: 1,280 for 430 bytes.
uint64_t charged_bytes(uint64_t datagram_bytes) {
  return 256 + std::bit_ceil(datagram_bytes + 64 + 320);
}

std::string endpoint_text(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port,
              sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  return address.ss_family == AF_INET6 ? fmt::format("[{}]:{}", host, port)
                                       : fmt::format("{}:{}", host, port);
}

size_t ask_for_buffer(int fd, size_t bytes) {
  const int wanted = static_cast<int>(std::min<size_t>(bytes, 1 << 30));
  // With CAP_NET_ADMIN beyond net.core.rmem_max, else up to it.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
  }
  int granted = 0;
  socklen_t size = sizeof granted;
  getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &size);
  return static_cast<size_t>(granted);
}

}  // namespace

struct SyslogUdp::State {
  int fd = -1;
  size_t buffer_bytes = 0;
  sockaddr_storage address{};
  socklen_t address_size = 0;

  std::unique_ptr<char[]> slots;  // only the pages that datagrams touch become memory
  std::array<mmsghdr, kDatagramsPerCall> headers{};
  std::array<iovec, kDatagramsPerCall> vectors{};

  // Loss. The kernel's own counter of this socket (what SO_RXQ_OVFL reports, but readable without a
  // datagram).
  uint32_t seen_drops = 0;  // the kernel counts in 32 bits
  uint64_t run_lost = 0;    // since the queue was last seen empty
  uint64_t run_bytes = 0;   // received meanwhile, for the mean size
  uint64_t run_datagrams = 0;
  std::atomic<uint64_t> lost{0};
  std::atomic<uint64_t> buffer_wanted_bytes{0};

  ~State() {
    if (fd >= 0) close(fd);
  }

  // What the last call brought and `lines` had no room for yet.
  size_t staged_next = 0;
  size_t staged_end = 0;

  size_t move_staged(Lines* lines) {
    const size_t first = staged_next;
    for (; staged_next < staged_end; ++staged_next) {
      const size_t size = headers[staged_next].msg_len;
      if (size > lines->free_bytes()) break;
      lines->append({slots.get() + staged_next * kSlotBytes, size});
    }
    return staged_next - first;
  }

  void count_loss() {
    std::array<uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t size = sizeof info;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return;
    const uint32_t drops = info[SK_MEMINFO_DROPS];
    const uint32_t new_drops = drops - std::exchange(seen_drops, drops);
    run_lost += new_drops;
    run_datagrams += staged_end;
    for (size_t i = 0; i < staged_end; ++i) run_bytes += headers[i].msg_len;
    if (new_drops > 0) lost.fetch_add(new_drops, std::memory_order_relaxed);
    if (run_lost > 0 && run_datagrams > 0) {
      const uint64_t wanted = buffer_bytes + run_lost * charged_bytes(run_bytes / run_datagrams);
      if (wanted > buffer_wanted_bytes.load(std::memory_order_relaxed))
        buffer_wanted_bytes = wanted;
    }
    if (staged_end < kDatagramsPerCall) run_lost = run_bytes = run_datagrams = 0;
  }
};

SyslogUdp::SyslogUdp(std::unique_ptr<State> state) : state_(std::move(state)) {}
SyslogUdp::~SyslogUdp() = default;

Result<std::unique_ptr<SyslogUdp>> SyslogUdp::open(const SyslogUdpOptions& options) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(options.port);
  if (const int error = getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    return failure(fmt::format("expected an address to listen for syslog on, got \"{}\": {}",
                               options.host, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);

  auto state = std::make_unique<State>();
  state->fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (found->ai_family == AF_INET6) {
    const int no = 0;
    setsockopt(state->fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  }
  if (state->fd < 0 || bind(state->fd, found->ai_addr, found->ai_addrlen) != 0) {
    return failure(fmt::format(
        "cannot listen for syslog on {} port {} (UDP): {}; is another ballcone running? "
        "-sh and -sp choose others",
        options.host, options.port, std::strerror(errno)));
  }
  state->buffer_bytes = ask_for_buffer(state->fd, options.buffer_bytes);
  state->address_size = sizeof state->address;
  getsockname(state->fd, reinterpret_cast<sockaddr*>(&state->address), &state->address_size);

  state->slots.reset(
      new char[kDatagramsPerCall * kSlotBytes]);  // not zeroed: untouched pages cost nothing
  for (size_t i = 0; i < kDatagramsPerCall; ++i) {
    state->vectors[i] = {state->slots.get() + i * kSlotBytes, kDatagramBytesMax};
    state->headers[i].msg_hdr.msg_iov = &state->vectors[i];
    state->headers[i].msg_hdr.msg_iovlen = 1;
  }
  return std::unique_ptr<SyslogUdp>(new SyslogUdp(std::move(state)));
}

size_t SyslogUdp::receive(Lines* lines, int wait_ms) {
  pollfd waiting{state_->fd, POLLIN, 0};
  if (state_->staged_next == state_->staged_end && poll(&waiting, 1, wait_ms) <= 0) return 0;
  size_t received = 0;
  for (;;) {
    received += state_->move_staged(lines);
    if (state_->staged_next < state_->staged_end) return received;  // `lines` is full
    const int count =
        recvmmsg(state_->fd, state_->headers.data(), kDatagramsPerCall, MSG_DONTWAIT, nullptr);
    state_->staged_next = 0;
    state_->staged_end = count > 0 ? static_cast<size_t>(count) : 0;
    state_->count_loss();
    if (state_->staged_end == 0) return received;
  }
}

SyslogUdpLoss SyslogUdp::loss() const {
  return {state_->lost.load(std::memory_order_relaxed),
          state_->buffer_wanted_bytes.load(std::memory_order_relaxed)};
}

uint16_t SyslogUdp::port() const {
  const auto& address = state_->address;
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

size_t SyslogUdp::buffer_bytes() const { return state_->buffer_bytes; }
std::string SyslogUdp::address() const {
  return endpoint_text(state_->address, state_->address_size);
}

}  // namespace ballcone
