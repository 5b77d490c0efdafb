// One client. All of it happens on the thread of its loop, but for run(). Whatever a client does, a
// connection is always in one of the states below and has a deadline, but for the time that a
// handler takes, which has limits of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "web/loop.h"
#include "web/request_parser.h"

namespace ballcone {

class HttpConnection final : public Watcher, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(Loop& loop, const AcceptedSocket& accepted);
  ~HttpConnection() override;

  void start();
  void on_ready(uint32_t events) override;
  void advance();     // goes on with what was left for others to have their turn
  void stop();        // the server is stopping
  void next_piece();  // of an answer that goes on
  void check_deadline(int64_t now_ns);

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
  void on_input(std::string_view bytes);
  void take_input();
  void on_end();  // the client will send no more
  size_t answer_plain(std::string_view bytes);
  void send_plain();
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
  void send_piece();
  void end_stream();
  void leave_streams();
  void drain();
  void close();
  void close_socket();
  void go_on_later();
  void set_deadline(int64_t ns) { deadline_ns_ = loop_.now_ns() + ns; }
  void set_reading_deadline();
  size_t input_max() const { return server_.options.header_bytes_max + kChunkBytes; }

  Loop& loop_;
  ServerState& server_;
  const int socket_;
  const bool is_refused_;
  State state_ = State::reading;
  int64_t deadline_ns_ = kNever_ns;
  // Readiness is told once, when it begins: it is kept here until the kernel has no more.
  bool is_readable_ = false, is_blocked_ = false, is_hung_up_ = false;
  bool is_ended_ = false, is_request_begun_ = false, has_continued_ = false;
  bool wants_keep_alive_ = true, is_advancing_ = false, has_next_ = false;
  bool is_socket_closed_ = false;
  std::string input_;  // read, not yet parsed: the next requests while one is answered
  std::unique_ptr<RequestParser> parser_;
  HttpRequest request_;
  std::atomic<bool> is_cancelled_{false};
  Wire wire_;
  size_t written_ = 0;
  size_t request_bytes_ = 0;  // of the one that has begun
  size_t held_bytes_ = 0;
  std::function<std::string()> stream_;
  std::function<bool()> may_go_on_;
  std::string piece_;  // of it, until the client has taken it
};

}  // namespace ballcone
