#include "web/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"
#include "web/http.h"

namespace ballcone {
namespace {

constexpr size_t kHeldBytesMax = 64 << 20;    // of all connections together
constexpr size_t kAnswersBytes = 16 << 10;    // of pipelined requests, written at once
constexpr size_t kWriteBytes = 512 << 10;     // at once; then others have their turn
constexpr int64_t kDrain_ns = 1'000'000'000;  // to take our last answer and close
constexpr int kStreamBufferBytes = 64 << 10;  // of the kernel, for a client that is slow
constexpr unsigned kStreamGone_ms = 30'000;   // without an acknowledgement: the client has gone

}  // namespace

HttpConnection::HttpConnection(Loop& loop, const AcceptedSocket& accepted)
    : loop_(loop),
      server_(loop.state()),
      socket_(accepted.socket),
      is_refused_(accepted.is_refused) {
  request_.peer = format_ip(accepted.peer);
}

// ---- reading ----

void HttpConnection::start() {
  constexpr uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  if (!loop_.poller().add(socket_, kEvents, this)) return close();
  if (is_refused_) return respond_error(503, "too many connections; try again in a second", false);
  set_reading_deadline();
}

void HttpConnection::on_ready(uint32_t events) {
  if (state_ == State::closed) return;
  constexpr uint32_t kEnd = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if (events & kEnd) is_hung_up_ = true;
  if (events & (EPOLLIN | kEnd)) is_readable_ = true;
  if (is_blocked_ && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))) {
    is_blocked_ = false;
    write_more();
    send_piece();
  }
  read();
}

// One chunk, so that nobody keeps the others waiting. Reading goes on while a handler runs, which
// is how we learn that the client has gone; pipelined requests wait in input_, up to a limit.
void HttpConnection::read() {
  if (!is_readable_ || is_ended_ || state_ == State::closed || input_.size() >= input_max()) return;
  auto& chunk = loop_.chunk();
  const ssize_t size = recv(socket_, chunk.data(), chunk.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    is_readable_ = errno == EINTR;
  } else if (size <= 0) {
    on_end();
  } else {
    // Less than was asked for is all there was, and more will be told (epoll(7)).
    is_readable_ = is_hung_up_ || static_cast<size_t>(size) == chunk.size();
    on_input({chunk.data(), static_cast<size_t>(size)});
  }
  if (is_readable_) go_on_later();
}

void HttpConnection::go_on_later() {
  if (is_advancing_ || state_ == State::closed) return;
  is_advancing_ = true;
  loop_.let_advance(shared_from_this());
}

void HttpConnection::advance() {
  is_advancing_ = false;
  if (state_ == State::writing && !is_blocked_) write_more();
  if (state_ == State::streaming && !is_blocked_) send_piece();
  if (state_ == State::reading && std::exchange(has_next_, false)) take_input();
  read();
}

void HttpConnection::on_input(std::string_view bytes) {
  if (state_ == State::draining || state_ == State::streaming) return;
  if (state_ == State::reading && input_.empty() && !parser_)
    bytes.remove_prefix(answer_plain(bytes));
  if (bytes.empty() || state_ == State::closed) return;
  input_.append(bytes);
  if (state_ == State::reading && !has_next_) take_input();
}

// A client that only closed its sending half is taken for one that has gone too: the two look the
// same. It gets its answer if the handler makes one nevertheless.
void HttpConnection::on_end() {
  is_ended_ = true;
  is_readable_ = false;
  is_cancelled_ = true;
  const bool is_waiting = state_ == State::reading && !has_next_;
  if (is_waiting || state_ == State::draining || state_ == State::streaming) close();
}

void HttpConnection::set_reading_deadline() {
  const HttpOptions& options = server_.options;
  set_deadline((is_request_begun_ ? options.request_us : options.idle_us) * 1000);
}

// ---- requests that are answered as they are read ----

// As many as are at the front of `bytes`, all in one write. Returns the bytes that they are of.
size_t HttpConnection::answer_plain(std::string_view bytes) {
  if (!loop_.plain() || server_.is_stopping) return 0;
  std::string& answers = loop_.answers();
  answers.clear();
  size_t taken = 0;
  while (taken < bytes.size() && answers.size() < kAnswersBytes) {
    auto request = scan_plain_request(bytes.substr(taken), server_.options.header_bytes_max / 2);
    if (!request) break;
    request->peer = request_.peer;
    request->now_us = loop_.now_us();
    if (!loop_.plain()(*request, &answers)) break;
    taken += request->bytes;
  }
  if (taken > 0) send_plain();
  return taken;
}

void HttpConnection::send_plain() {
  const std::string& answers = loop_.answers();
  set_deadline(server_.options.idle_us * 1000);
  const ssize_t sent = send(socket_, answers.data(), answers.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(answers.size())) return;
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return close();
  // The client does not take its answers: from here on it is one of those that wait.
  write({.head = answers.substr(static_cast<size_t>(std::max<ssize_t>(sent, 0))),
         .keeps_alive = true});
  if (state_ != State::writing) return;
  hold(wire_.head.size());
  if (server_.held_bytes > kHeldBytesMax) close();
}

// ---- requests that are parsed ----

void HttpConnection::take_input() {
  if (!parser_) {
    const size_t taken = answer_plain(input_);
    input_.erase(0, taken);
    if (state_ != State::reading) return;
    if (taken > 0 && !input_.empty()) {
      has_next_ = true;
      return go_on_later();
    }
  }
  if (!input_.empty()) return parse();
  if (is_ended_) close();
}

void HttpConnection::parse() {
  if (!is_request_begun_) {
    input_.erase(0, input_.find_first_not_of("\r\n"));  // RFC 9112 2.2: empty lines before one
    if (!input_.empty()) {
      is_request_begun_ = true;
      set_reading_deadline();
    }
  }
  if (!parser_) {
    parser_ = std::make_unique<RequestParser>(server_.options.header_bytes_max,
                                              server_.options.body_bytes_max);
  }
  const size_t before = input_.size();
  if (auto fault = parser_->put(&input_)) {
    return respond_error(fault->status, fault->message, false);
  }
  request_bytes_ += before - input_.size();
  hold(request_bytes_ + input_.size());
  if (server_.held_bytes > kHeldBytesMax) {
    return respond_error(503, "too many large requests; try again in a second", false);
  }
  if (parser_->is_done()) return on_request();
  continue_100();
  if (is_ended_) close();
}

// Notes how many bytes this connection holds now.
void HttpConnection::hold(size_t bytes) {
  if (bytes == held_bytes_) return;
  server_.held_bytes += bytes - held_bytes_;
  held_bytes_ = bytes;
}

// A body that is announced and waits for our word ("Expect: 100-continue", as curl does from 1
// MiB).
void HttpConnection::continue_100() {
  if (has_continued_ || !parser_->waits_for_continue()) return;
  has_continued_ = true;
  // 25 bytes into an empty send buffer: they fit, or the client has gone.
  (void)!send(socket_, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
}

void HttpConnection::on_request() {
  const ParsedHead head = parser_->release(&request_);
  parser_.reset();
  request_bytes_ = 0;
  is_request_begun_ = has_continued_ = false;
  request_.is_cancelled = &is_cancelled_;
  // A client of HTTP/1.0 that wants to go on would have to be told that it may.
  wants_keep_alive_ = head.is_http_1_1 && head.keeps_alive;
  if (head.hosts > 1 || (head.hosts == 0 && head.is_http_1_1)) {
    return respond_error(400, "expected one Host header", false);
  }
  auto target = parse_target(head.target);
  if (!target) return respond_error(400, target.error().message, false);
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  const std::string host =
      target->authority.empty() ? std::string(request_.header("host")) : target->authority;
  if (auto refusal = server_.responder.refusal(request_, host)) {
    const bool is_http = refusal->status != 400;
    return respond(std::move(*refusal), wants_keep_alive_ && is_http);
  }
  dispatch();
}

void HttpConnection::dispatch() {
  Responder& responder = server_.responder;
  if (responder.is_quick(request_)) return write(responder.serve(request_, wants_keep_alive_));
  state_ = State::handling;
  deadline_ns_ = kNever_ns;  // handlers have limits of their own
  if (!server_.workers.add([self = shared_from_this()] { self->run(); })) {
    return respond_error(503, "too many requests wait; try again in a second", wants_keep_alive_);
  }
}

void HttpConnection::run() {
  Responder& responder = server_.responder;
  Wire wire =
      server_.is_stopping
          ? responder.make_wire(request_,
                                error_response(request_.path, 503, "the server is stopping"), false)
          : responder.serve(request_, wants_keep_alive_);
  const auto shared = std::make_shared<Wire>(std::move(wire));
  loop_.post([self = shared_from_this(), shared] { self->write(std::move(*shared)); });
}

// ---- writing ----

void HttpConnection::respond(HttpResponse response, bool keeps_alive) {
  write(server_.responder.make_wire(request_, std::move(response), keeps_alive));
}

void HttpConnection::respond_error(int status, std::string_view message, bool keeps_alive) {
  auto response = error_response(request_.path, status, message);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  respond(std::move(response), keeps_alive);
}

void HttpConnection::write(Wire wire) {
  if (state_ == State::closed) return;
  wire_ = std::move(wire);
  written_ = 0;
  state_ = State::writing;
  write_more();
}

// Each piece that the client takes gives it another idle_us: a large answer may take long, one that
// nobody reads may not.
void HttpConnection::write_more() {
  if (state_ != State::writing) return;
  set_deadline(server_.options.idle_us * 1000);
  const std::string_view head =
      std::string_view(wire_.head).substr(std::min(written_, wire_.head.size()));
  const std::string_view body = wire_.bytes().substr(written_ - (wire_.head.size() - head.size()));
  std::array<iovec, 2> parts{
      {{const_cast<char*>(head.data()), head.size()},
       {const_cast<char*>(body.data()), std::min(body.size(), kWriteBytes)}}};
  const msghdr message{.msg_iov = parts.data(), .msg_iovlen = parts.size()};
  const ssize_t sent = sendmsg(socket_, &message, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) {
    is_blocked_ = true;
  } else if (sent < 0 && errno != EINTR) {
    close();
  } else {
    written_ += static_cast<size_t>(std::max<ssize_t>(sent, 0));
    if (written_ == wire_.head.size() + wire_.bytes().size()) return on_written();
    go_on_later();
  }
}

void HttpConnection::on_written() {
  if (wire_.stream) return begin_stream();
  const bool keeps_alive = wire_.keeps_alive && !server_.is_stopping;
  wire_ = {};
  request_ = {.peer = std::move(request_.peer)};
  hold(0);
  if (!keeps_alive) return drain();
  state_ = State::reading;
  is_cancelled_ = is_ended_;
  set_reading_deadline();
  // Not at once: each answer of a long row would be one call deeper.
  if (!input_.empty()) {
    has_next_ = true;
  } else if (is_ended_) {
    return close();
  }
  if (has_next_ || is_readable_) go_on_later();
}

// ---- an answer that goes on ----

void HttpConnection::begin_stream() {
  stream_ = std::move(wire_.stream);
  may_go_on_ = std::move(wire_.may_go_on);
  wire_ = {};
  hold(0);
  if (is_ended_ || server_.is_stopping) return close();
  state_ = State::streaming;
  deadline_ns_ = kNever_ns;
  input_.clear();
  setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &kStreamBufferBytes, sizeof kStreamBufferBytes);
  setsockopt(socket_, IPPROTO_TCP, TCP_USER_TIMEOUT, &kStreamGone_ms, sizeof kStreamGone_ms);
  loop_.add_stream(shared_from_this());
  next_piece();
  if (is_readable_) go_on_later();
}

// A piece that is not taken yet keeps the next one from being made: a slow client holds one piece
// of memory, and is cut if it does not take that in time.
void HttpConnection::next_piece() {
  if (state_ != State::streaming) return;
  if (may_go_on_ && !may_go_on_()) return end_stream();
  if (!piece_.empty()) return;
  piece_ = stream_();
  if (piece_.empty()) return;
  written_ = 0;
  set_deadline(server_.options.stream_write_us * 1000);
  send_piece();
}

// A piece that is not taken yet is not sent any more either.
void HttpConnection::end_stream() {
  leave_streams();
  piece_.clear();
  drain();
}

void HttpConnection::leave_streams() {
  if (stream_) loop_.remove_stream(shared_from_this());
  stream_ = nullptr;  // whatever it watches is free for another one
}

void HttpConnection::send_piece() {
  if (state_ != State::streaming || piece_.empty()) return;
  const std::string_view rest = std::string_view(piece_).substr(written_, kWriteBytes);
  const ssize_t sent = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) {
    is_blocked_ = true;
  } else if (sent < 0 && errno != EINTR) {
    close();
  } else {
    written_ += static_cast<size_t>(std::max<ssize_t>(sent, 0));
    if (written_ < piece_.size()) return go_on_later();
    piece_.clear();
    deadline_ns_ = kNever_ns;
  }
}

// Closing a socket with unread bytes resets it, and the client may then never see our answer: so we
// say that we are done, and read what still comes.
void HttpConnection::drain() {
  shutdown(socket_, SHUT_WR);
  if (is_ended_) return close();
  state_ = State::draining;
  input_.clear();
  set_deadline(kDrain_ns);
  if (is_readable_) go_on_later();
}

// ---- the end ----

HttpConnection::~HttpConnection() { close_socket(); }

void HttpConnection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  hold(0);
  close_socket();
  leave_streams();
  --(is_refused_ ? server_.refused : server_.serving);
  loop_.bury(shared_from_this());
}

void HttpConnection::close_socket() {
  if (!std::exchange(is_socket_closed_, true)) ::close(socket_);
}

void HttpConnection::check_deadline(int64_t now_ns) {
  if (now_ns >= server_.stop_by_ns && state_ != State::handling) return close();
  if (now_ns < deadline_ns_) return;
  if (state_ == State::reading && is_request_begun_) {
    return respond_error(408, "the request took too long to arrive", false);
  }
  close();
}

void HttpConnection::stop() {
  is_cancelled_ = true;
  if (state_ == State::reading || state_ == State::streaming) close();
}

}  // namespace ballcone
