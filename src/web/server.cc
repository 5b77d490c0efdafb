// One thread moves bytes (Asio), workers run handlers, which may wait for the database. Whatever a
// client does, a connection is always in one of the states below and has a deadline, but for the
// time that a handler takes, which has limits of its own.
#include "web/server.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>
#include <unordered_set>

#include "base/clock.h"
#include "base/ip.h"
#include "base/log.h"
#include "base/text.h"
#include "web/http.h"
#include "web/password.h"
#include "web/responder.h"
#include "web/workers.h"

namespace ballcone {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kChunkBytes = 8 << 10;       // read at once
constexpr size_t kHeldBytesMax = 64 << 20;    // bodies of all connections together
constexpr int64_t kDrain_ns = 1'000'000'000;  // to take our last answer and close
constexpr int64_t kStop_ns = 2'000'000'000;   // for the last answers when the server stops
constexpr int64_t kNever_ns = std::numeric_limits<int64_t>::max();

class Connection;

class Server final : public HttpServer {
 public:
  Server(const HttpOptions& options, HttpHandler handler)
      : options_(options),
        responder_(options, std::move(handler)),
        ticker_(io_),
        stream_ticker_(io_),
        workers_(options.workers, options.waiting_max) {}
  ~Server() override { stop(); }

  Result<void> listen();
  void start();
  uint16_t port() const override { return port_; }
  void stop() override;

 private:
  friend class Connection;

  void accept(tcp::acceptor& acceptor);
  void accept_later(tcp::acceptor& acceptor);
  void tick();
  void tick_streams();
  void begin_stop();
  void run_io();

  const HttpOptions options_;
  Responder responder_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  size_t serving_ = 0;     // connections that are not turned away
  size_t held_bytes_ = 0;  // of bodies that wait for their rest or for their answer
  std::unordered_set<Connection*> streams_;
  std::atomic<bool> is_stopping_{false};
  int64_t stop_by_ns_ = kNever_ns;
  uint16_t port_ = 0;
  asio::io_context io_{1};
  std::vector<tcp::acceptor> acceptors_;
  asio::steady_timer ticker_, stream_ticker_;
  Workers workers_;
  std::mutex stop_mutex_;
  std::thread thread_;
};

// One client. All of it happens on the thread of the sockets, but for run().
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, tcp::socket socket, bool is_refused)
      : server_(server), socket_(std::move(socket)), is_refused_(is_refused) {}

  void start();
  void stop();        // the server is stopping
  void next_piece();  // of a stream
  void check_deadline(int64_t now_ns);
  void close();
  bool is_refused() const { return is_refused_; }

 private:
  enum class State {
    reading,   // between requests or in the middle of one
    handling,  // a worker has the request
    writing,
    streaming,  // an answer that goes on; what the client still says is passed over
    draining,   // all is said; waits for the client to close
    closed,
  };

  void read();
  void on_read(error_code error, size_t size);
  void on_end();  // the client will send no more
  void parse();
  void continue_100();
  void on_request();
  void dispatch();
  void run();  // on a worker
  void respond(HttpResponse response, bool keeps_alive);
  void respond_error(int status, std::string_view message, bool keeps_alive);
  void hold(size_t bytes);
  void write(Wire wire);
  void write_more();
  void on_written();
  void begin_stream();
  void drain();
  void set_deadline(int64_t ns) { deadline_ns_ = monotonic_ns() + ns; }
  void set_reading_deadline();
  size_t input_max() const { return server_.options_.header_bytes_max + kChunkBytes; }

  Server& server_;
  tcp::socket socket_;
  const bool is_refused_;
  State state_ = State::reading;
  int64_t deadline_ns_ = kNever_ns;
  bool is_read_pending_ = false, is_ended_ = false, is_request_begun_ = false;
  bool has_continued_ = false, wants_keep_alive_ = true;
  std::array<char, kChunkBytes> chunk_;
  std::string input_;  // read, not yet parsed: the next requests while one is answered
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  std::atomic<bool> is_cancelled_{false};
  Wire wire_;
  size_t written_ = 0;
  size_t held_bytes_ = 0;
  std::function<std::string()> stream_;
  std::string piece_;  // of it, being sent
};

// ---- a connection's reading ----

void Connection::start() {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  const auto endpoint = socket_.remote_endpoint(ignored);
  const auto address = ignored ? std::nullopt : parse_ip(endpoint.address().to_string());
  request_.peer = address ? format_ip(*address) : "";
  if (is_refused_) {
    return respond_error(503, "too many connections; try again in a second", false);
  }
  set_reading_deadline();
  read();
}

// At most one read is ever pending. It stays pending while a handler runs, which is how we learn
// that the client has gone; pipelined requests wait in input_, up to a limit.
void Connection::read() {
  if (is_read_pending_ || is_ended_ || state_ == State::closed || input_.size() >= input_max()) {
    return;
  }
  is_read_pending_ = true;
  socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](auto error, auto size) {
    self->on_read(error, size);
  });
}

void Connection::on_read(error_code error, size_t size) {
  is_read_pending_ = false;
  if (state_ == State::closed) return;
  if (error) return on_end();
  if (state_ == State::draining || state_ == State::streaming) return read();
  input_.append(chunk_.data(), size);
  if (state_ == State::reading) return parse();
  read();
}

// A client that only closed its sending half is taken for one that has gone too: the two look the
// same. It gets its answer if the handler makes one nevertheless.
void Connection::on_end() {
  is_ended_ = true;
  is_cancelled_ = true;
  if (state_ != State::handling && state_ != State::writing) close();
}

void Connection::set_reading_deadline() {
  const HttpOptions& options = server_.options_;
  set_deadline((is_request_begun_ ? options.request_us : options.idle_us) * 1000);
}

void Connection::parse() {
  if (!is_request_begun_) {
    input_.erase(0, input_.find_first_not_of("\r\n"));  // RFC 9112 2.2: empty lines before one
    if (!input_.empty()) {
      is_request_begun_ = true;
      set_reading_deadline();
    }
  }
  if (!parser_) {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(server_.options_.header_bytes_max));
    parser_->body_limit(server_.options_.body_bytes_max);
    parser_->eager(true);
  }
  error_code error;
  while (!error && !input_.empty() && !parser_->is_done()) {
    const size_t used = parser_->put(asio::buffer(input_), error);
    input_.erase(0, used);
  }
  if (error && error != http::error::need_more) {
    const int status = error == http::error::header_limit  ? 431
                       : error == http::error::body_limit  ? 413
                       : error == http::error::bad_version ? 505
                                                           : 400;
    return respond_error(status, "expected HTTP/1.1, got: " + error.message(), false);
  }
  hold(parser_->get().body().size());
  if (server_.held_bytes_ > kHeldBytesMax) {
    return respond_error(503, "too many large requests; try again in a second", false);
  }
  if (parser_->is_done()) return on_request();
  continue_100();
  if (is_ended_) return close();
  read();
}

// Notes how many bytes of a body this connection holds now.
void Connection::hold(size_t bytes) {
  server_.held_bytes_ += bytes - held_bytes_;
  held_bytes_ = bytes;
}

// A body that is announced and waits for our word ("Expect: 100-continue", as curl does from 1
// MiB).
void Connection::continue_100() {
  if (has_continued_ || !parser_->is_header_done() || parser_->get().version() < 11) return;
  const auto expect = parser_->get()[http::field::expect];
  if (!equal_ignoring_case({expect.data(), expect.size()}, "100-continue")) return;
  has_continued_ = true;
  // 25 bytes into an empty send buffer: they fit, or the client has gone.
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.send(asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25), 0, ignored);
}

// ---- a connection's requests ----

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

void Connection::on_request() {
  auto message = parser_->release();
  parser_.reset();
  is_request_begun_ = has_continued_ = false;
  request_.method = view_of(message.method_string());
  request_.body = std::move(message.body());
  request_.is_cancelled = &is_cancelled_;
  for (const auto& field : message) {
    request_.headers.emplace_back(to_lower_ascii(view_of(field.name_string())),
                                  view_of(field.value()));
  }
  // A client of HTTP/1.0 that wants to go on would have to be told that it may.
  wants_keep_alive_ = message.version() == 11 && message.keep_alive();
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) {
    return respond_error(400, "expected one Host header", false);
  }
  auto target = parse_target(view_of(message.target()));
  if (!target) return respond_error(400, target.error().message, false);
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  const std::string host =
      target->authority.empty() ? std::string(request_.header("host")) : target->authority;
  if (auto refusal = server_.responder_.refusal(request_, host)) {
    const bool is_http = refusal->status != 400;
    return respond(std::move(*refusal), wants_keep_alive_ && is_http);
  }
  dispatch();
}

void Connection::dispatch() {
  Responder& responder = server_.responder_;
  if (responder.is_quick(request_)) return write(responder.serve(request_, wants_keep_alive_));
  state_ = State::handling;
  deadline_ns_ = kNever_ns;  // handlers have limits of their own
  if (!server_.workers_.add([self = shared_from_this()] { self->run(); })) {
    return respond_error(503, "too many requests wait; try again in a second", wants_keep_alive_);
  }
  read();
}

void Connection::run() {
  Responder& responder = server_.responder_;
  Wire wire =
      server_.is_stopping_
          ? responder.make_wire(request_,
                                error_response(request_.path, 503, "the server is stopping"), false)
          : responder.serve(request_, wants_keep_alive_);
  asio::post(server_.io_, [self = shared_from_this(), wire = std::move(wire)]() mutable {
    self->write(std::move(wire));
  });
}

// ---- a connection's writing ----

void Connection::respond(HttpResponse response, bool keeps_alive) {
  write(server_.responder_.make_wire(request_, std::move(response), keeps_alive));
}

void Connection::respond_error(int status, std::string_view message, bool keeps_alive) {
  auto response = error_response(request_.path, status, message);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  respond(std::move(response), keeps_alive);
}

void Connection::write(Wire wire) {
  if (state_ == State::closed) return;
  wire_ = std::move(wire);
  written_ = 0;
  state_ = State::writing;
  write_more();
}

// Each piece that the client takes gives it another idle_us: a large answer may take long, one that
// nobody reads may not.
void Connection::write_more() {
  set_deadline(server_.options_.idle_us * 1000);
  const size_t in_head = std::min(written_, wire_.head.size());
  const std::array<asio::const_buffer, 2> buffers{
      asio::buffer(wire_.head) + in_head,
      asio::buffer(wire_.bytes().data(), wire_.bytes().size()) + (written_ - in_head)};
  socket_.async_write_some(buffers, [self = shared_from_this()](auto error, auto size) {
    if (self->state_ != State::writing) return;
    if (error) return self->close();
    self->written_ += size;
    if (self->written_ < self->wire_.head.size() + self->wire_.bytes().size()) {
      self->write_more();
    } else {
      self->on_written();
    }
  });
}

void Connection::on_written() {
  if (wire_.stream) return begin_stream();
  const bool keeps_alive = wire_.keeps_alive && !server_.is_stopping_;
  wire_ = {};
  request_ = {.peer = std::move(request_.peer)};
  hold(0);
  if (!keeps_alive) return drain();
  state_ = State::reading;
  is_cancelled_ = is_ended_;
  set_reading_deadline();
  if (!input_.empty()) return parse();
  if (is_ended_) return close();
  read();
}

// ---- an answer that goes on ----

constexpr int kStreamBufferBytes = 64 << 10;  // in the kernel, for a client that is slow
constexpr unsigned kStreamGone_ms = 30'000;   // without an acknowledgement: the client has gone

void Connection::begin_stream() {
  stream_ = std::move(wire_.stream);
  wire_ = {};
  hold(0);
  if (is_ended_ || server_.is_stopping_) return close();
  state_ = State::streaming;
  deadline_ns_ = kNever_ns;
  input_.clear();
  error_code ignored;
  socket_.set_option(asio::socket_base::send_buffer_size(kStreamBufferBytes), ignored);
  setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kStreamGone_ms,
             sizeof kStreamGone_ms);
  server_.streams_.insert(this);
  if (server_.streams_.size() == 1) server_.tick_streams();
  next_piece();
  read();
}

// A piece that is not taken yet keeps the next one from being made: a slow client holds one piece
// of memory, and is cut if it does not take that in time.
void Connection::next_piece() {
  if (state_ != State::streaming || !piece_.empty()) return;
  try {
    piece_ = stream_();
  } catch (const std::exception& error) {  // std::bad_alloc
    log_error("streaming {}: {}", request_.path, error.what());
    return close();
  }
  if (piece_.empty()) return;
  set_deadline(server_.options_.stream_write_us * 1000);
  asio::async_write(socket_, asio::buffer(piece_), [self = shared_from_this()](auto error, size_t) {
    if (self->state_ != State::streaming) return;
    if (error) return self->close();
    self->piece_.clear();
    self->deadline_ns_ = kNever_ns;
  });
}

// Closing a socket with unread bytes resets it, and the client may then never see our answer: so we
// say that we are done, and read what still comes.
void Connection::drain() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  if (is_ended_) return close();
  state_ = State::draining;
  input_.clear();
  set_deadline(kDrain_ns);
  read();
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  hold(0);
  error_code ignored;
  socket_.close(ignored);
  if (!is_refused_) --server_.serving_;
  server_.streams_.erase(this);
  stream_ = nullptr;  // whatever it watches is free for another one
  server_.connections_.erase(shared_from_this());
}

void Connection::check_deadline(int64_t now_ns) {
  if (now_ns >= server_.stop_by_ns_ && state_ != State::handling) return close();
  if (now_ns < deadline_ns_) return;
  if (state_ == State::reading && is_request_begun_) {
    return respond_error(408, "the request took too long to arrive", false);
  }
  close();
}

void Connection::stop() {
  is_cancelled_ = true;
  if (state_ == State::reading || state_ == State::streaming) close();
}

// ---- the server ----

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

error_code bind(const tcp::endpoint& endpoint, tcp::acceptor* acceptor) {
  error_code error;
  const auto step = [&](auto&& run) {
    if (!error) run();
  };
  acceptor->open(endpoint.protocol(), error);
  step([&] { acceptor->set_option(tcp::acceptor::reuse_address(true), error); });
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

// With port 0 the first address chooses and the others follow. An address that this machine does
// not have (IPv6 switched off) is passed over if another one of the same name works.
Result<void> Server::listen() {
  error_code error;
  auto endpoints = resolve(options_.host, options_.port, &error);
  for (tcp::endpoint& endpoint : endpoints) {
    if (endpoint.port() == 0) endpoint.port(port_);
    tcp::acceptor acceptor(io_);
    const error_code refused = bind(endpoint, &acceptor);
    if (!refused) {
      port_ = acceptor.local_endpoint().port();
      acceptors_.push_back(std::move(acceptor));
    } else if (refused == asio::error::address_in_use || !error) {
      error = refused;
    }
  }
  if (acceptors_.empty() || error == asio::error::address_in_use) {
    return tl::unexpected(cannot_listen(options_.host, options_.port, error));
  }
  return {};
}

// Each connection is a file; the usual soft limit is 1024, and the database wants some as well.
void raise_file_limit(size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

void Server::start() {
  raise_file_limit(options_.connections_max * 2 + 256);
  for (tcp::acceptor& acceptor : acceptors_) accept(acceptor);
  tick();
  thread_ = std::thread([this] { run_io(); });
}

// What is thrown here is std::bad_alloc: the connection that wanted too much ends by its deadline.
void Server::run_io() {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      log_error("serving: {}", error.what());
    }
  }
}

// Beyond connections_max a client is told so; beyond a margin of those too it is dropped.
void Server::accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](error_code error, tcp::socket socket) {
    if (is_stopping_) return;
    if (error && error != asio::error::connection_aborted) return accept_later(acceptor);
    const bool is_refused = serving_ >= options_.connections_max;
    const size_t refused_max = options_.connections_max / 4 + 16;
    if (!error && !(is_refused && connections_.size() - serving_ >= refused_max)) {
      const auto connection = std::make_shared<Connection>(*this, std::move(socket), is_refused);
      connections_.insert(connection);
      if (!is_refused) ++serving_;
      connection->start();
    }
    accept(acceptor);
  });
}

// Out of files or memory: connections that end give some back.
void Server::accept_later(tcp::acceptor& acceptor) {
  const auto timer = std::make_shared<asio::steady_timer>(io_, std::chrono::milliseconds(100));
  timer->async_wait([this, &acceptor, timer](error_code) {
    if (!is_stopping_) accept(acceptor);
  });
}

// One timer for all deadlines: a thousand connections are looked at in microseconds, and no request
// pays for starting and stopping a timer.
void Server::tick() {
  const int64_t shortest_us = std::min(options_.idle_us, options_.request_us);
  const int64_t every_us =
      is_stopping_ ? 20'000 : std::clamp<int64_t>(shortest_us / 8, 5'000, 500'000);
  ticker_.expires_after(std::chrono::microseconds(every_us));
  ticker_.async_wait([this](error_code) {
    const int64_t now_ns = monotonic_ns();
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) connection->check_deadline(now_ns);
    if (!is_stopping_ || !connections_.empty()) tick();
  });
}

// One timer for all of them too; none while there is no stream.
void Server::tick_streams() {
  stream_ticker_.expires_after(std::chrono::microseconds(options_.stream_period_us));
  stream_ticker_.async_wait([this](error_code) {
    const std::vector<Connection*> all(streams_.begin(), streams_.end());
    for (Connection* connection : all) connection->next_piece();
    if (!streams_.empty()) tick_streams();
  });
}

void Server::begin_stop() {
  is_stopping_ = true;
  stop_by_ns_ = monotonic_ns() + kStop_ns;
  error_code ignored;
  for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->stop();
  ticker_.cancel();
}

// Handlers are told to give up and get to say their last word; then nothing is left to wait for.
void Server::stop() {
  const std::lock_guard lock(stop_mutex_);
  if (thread_.joinable()) {
    asio::post(io_, [this] { begin_stop(); });
    thread_.join();
  }
  workers_.stop();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> start_http_server(const HttpOptions& options,
                                                      HttpHandler handler) {
  if (!options.password_hash.empty() && !is_password_hash(options.password_hash)) {
    return failure("expected a password hash as `ballcone password` makes it, got another text");
  }
  try {
    auto server = std::make_unique<Server>(options, std::move(handler));
    if (auto listening = server->listen(); !listening) return tl::unexpected(listening.error());
    server->start();
    return server;
  } catch (const std::exception& error) {  // out of files, memory or threads
    return failure(fmt::format("cannot start the web server: {}", error.what()));
  }
}

}  // namespace ballcone
