// Syslog datagrams, RFC 3164 as nginx and the relays really send it, and RFC 5424.
#pragma once

#include <optional>
#include <string_view>

namespace ballcone {

// The payload behind the syslog header; nothing if there is no header or no payload. A view into
// `datagram`.
//   <190>Jan  2 12:00:00 web1 nginx: {"service": …}     nginx
//   <190>Jan  2 12:00:00 nginx: {"service": …}          nginx, nohostname
//   <190>1 2026-01-02T12:00:00.003Z web1 nginx 12 - - {…}  RFC 5424, from a relay
std::optional<std::string_view> syslog_payload(std::string_view datagram);

}  // namespace ballcone
