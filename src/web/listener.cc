#include "web/listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/log.h"
#include "base/text.h"

namespace ballcone {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kAcceptedMax = 64;            // at once; then others have their turn
constexpr int64_t kPause_ns = 100'000'000;  // where there are no files left

// "localhost" is two addresses, whatever /etc/hosts says (RFC 6761); an address is itself. "::"
// takes IPv4 as well.
std::vector<tcp::endpoint> resolve(const std::string& host, uint16_t port, error_code* error) {
  std::vector<tcp::endpoint> endpoints;
  if (const auto address = parse_ip(host)) {
    endpoints.emplace_back(asio::ip::make_address(format_ip(*address)), port);
    return endpoints;
  }
  if (equal_ignoring_case(host, "localhost")) {
    return {{asio::ip::address_v4::loopback(), port}, {asio::ip::address_v6::loopback(), port}};
  }
  asio::io_context io;
  const auto found = tcp::resolver(io).resolve(
      host, fmt::to_string(port), tcp::resolver::passive | tcp::resolver::numeric_service, *error);
  for (const auto& entry : found) {
    const auto known = std::find(endpoints.begin(), endpoints.end(), entry.endpoint());
    if (known == endpoints.end()) endpoints.push_back(entry.endpoint());
  }
  return endpoints;
}

// No SO_REUSEPORT with a socket for each loop: a second server of the same user would then share
// the port without a word, and a few busy connections might all fall to one loop.
error_code bind(const tcp::endpoint& endpoint, tcp::acceptor* acceptor) {
  error_code error;
  const auto step = [&](auto&& run) {
    if (!error) run();
  };
  acceptor->open(endpoint.protocol(), error);
  step([&] { acceptor->set_option(tcp::acceptor::reuse_address(true), error); });
  step([&] { acceptor->set_option(tcp::no_delay(true), error); });  // for those it accepts
  step([&] { acceptor->native_non_blocking(true, error); });
  if (endpoint.address().is_v6()) {
    const bool is_v6_only = !endpoint.address().is_unspecified();
    step([&] { acceptor->set_option(asio::ip::v6_only(is_v6_only), error); });
  }
  step([&] { acceptor->bind(endpoint, error); });
  step([&] { acceptor->listen(asio::socket_base::max_listen_connections, error); });
  return error;
}

Error cannot_listen(const std::string& host, uint16_t port, const error_code& error) {
  std::string_view hint;
  if (error == asio::error::address_in_use) {
    hint = "; is Ballcone running already? --web-port chooses another port";
  } else if (error == asio::error::access_denied) {
    hint = "; a port below 1024 needs CAP_NET_BIND_SERVICE";
  }
  return {fmt::format("cannot listen on {}, port {}: {}{}", host, port, error.message(), hint)};
}

IpAddress address_of(const sockaddr_storage& storage) {
  IpAddress address;
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &storage, sizeof v6);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
  } else {
    sockaddr_in v4;
    std::memcpy(&v4, &storage, sizeof v4);
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
  }
  return address;
}

}  // namespace

// With port 0 the first address chooses and the others follow. An address that this machine does
// not have (IPv6 switched off) is passed over if another one of the same name works.
Result<std::unique_ptr<Listener>> Listener::open(const std::string& host, uint16_t port) {
  std::unique_ptr<Listener> listener(new Listener);
  listener->port_ = port;
  error_code error;
  asio::io_context io;
  for (tcp::endpoint& endpoint : resolve(host, port, &error)) {
    endpoint.port(listener->port_);
    tcp::acceptor acceptor(io);
    const error_code refused = bind(endpoint, &acceptor);
    if (!refused) {
      listener->port_ = acceptor.local_endpoint().port();
      listener->doors_.emplace_back(*listener, acceptor.release());
    } else if (refused == asio::error::address_in_use || !error) {
      error = refused;
    }
  }
  if (listener->doors_.empty() || error == asio::error::address_in_use) {
    return tl::unexpected(cannot_listen(host, port, error));
  }
  return listener;
}

void Listener::start(ServerState& state, std::vector<Loop*> loops) {
  state_ = &state;
  loops_ = std::move(loops);
  watch();
}

void Listener::watch() {
  for (Door& door : doors_) {
    if (!loops_[0]->poller().add(door.socket(), EPOLLIN, &door))
      throw std::system_error(errno, std::generic_category());
  }
}

// Out of files or memory: connections that end give some back.
void Listener::pause() {
  for (const Door& door : doors_) loops_[0]->poller().remove(door.socket());
  loops_[0]->call_at(loops_[0]->now_ns() + kPause_ns, [this] { watch(); });
}

void Listener::accept(int socket) {
  for (int i = 0; i < kAcceptedMax && !state_->is_stopping; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int accepted =
        accept4(socket, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted >= 0) {
      take(std::make_shared<AcceptedSocket>(accepted, address_of(peer)));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return pause();
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;  // nobody waits any more
    }
  }
}

// Beyond connections_max a client is told so; beyond a margin of those too it is dropped.
void Listener::take(std::shared_ptr<AcceptedSocket> accepted) {
  const size_t connections_max = state_->options.connections_max;
  accepted->is_refused = state_->serving >= connections_max;
  if (accepted->is_refused && state_->refused >= connections_max / 4 + 16) return;
  ++(accepted->is_refused ? state_->refused : state_->serving);
  loops_[next_++ % loops_.size()]->adopt(std::move(accepted));
}

void Listener::close() {
  for (const Door& door : doors_) ::close(door.socket());
  doors_.clear();
}

}  // namespace ballcone
