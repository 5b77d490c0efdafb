// Datagrams from a UDP socket, as many per system call as there are (recvmmsg).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "source/lines.h"

namespace ballcone {

struct SyslogUdpOptions {
  std::string host = "127.0.0.1";  // an address or a name; "::" takes IPv4 too
  uint16_t port = 65140;           // 0: any free one
  size_t buffer_bytes =
      64 << 20;  // asked of the kernel; without privilege it grants net.core.rmem_max at most
};

struct SyslogUdpLoss {
  uint64_t lost = 0;  // datagrams the kernel threw away since the socket was opened
  uint64_t buffer_wanted_bytes =
      0;  // a buffer that would have held the longest run of them; 0: nothing was lost
};

// All but loss() from one thread.
class SyslogUdp {
 public:
  ~SyslogUdp();
  SyslogUdp(const SyslogUdp&) = delete;
  SyslogUdp& operator=(const SyslogUdp&) = delete;

  // The error names address, port and cause.
  static Result<std::unique_ptr<SyslogUdp>> open(const SyslogUdpOptions& options);

  // Appends the datagrams that are there to `*lines`, whole, until there are no more or the next
  // would not fit (it stays for the next call); waits `wait_ms` for the first. Returns how many.
  // `*lines` must hold at least one of the largest.
  size_t receive(Lines* lines, int wait_ms);

  // As of the last receive(); any thread.
  SyslogUdpLoss loss() const;

  uint16_t port() const;        // the one it is bound to
  size_t buffer_bytes() const;  // as granted
  std::string address() const;  // "127.0.0.1:65140", "[::1]:65140"

  // What a datagram can carry at most over UDP.
  static constexpr size_t kDatagramBytesMax = 65'507;

 private:
  struct State;
  explicit SyslogUdp(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ballcone
