// The HTTP server: a few loops move bytes, workers run handlers, which may wait for the database.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "web/plain_request.h"

namespace ballcone {

class Door;  // door.h

struct HttpRequest {
  std::string method;
  std::string path;                                          // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;                                 // address of the client
  const std::atomic<bool>* is_cancelled = nullptr;  // the client has gone

  std::optional<std::string_view> parameter(std::string_view name) const;
  std::string_view header(std::string_view name) const;  // "" if absent
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string_view static_body;  // sent instead of `body`; lives as long as the program
  std::vector<std::pair<std::string, std::string>> headers;
  bool is_public = false;  // pages of other sites may have it (CORS)
  std::string framed_by;   // whose pages may show it in a frame: "*", origins; "": nobody's
  // Not empty: instead of a body, an answer that goes on (server-sent events) until the client or
  // the server ends it. Asked on the thread of the sockets, every stream_period_us, for what there
  // is to say; "" is nothing. It must not wait.
  std::function<std::string()> stream = {};
  // Asked before each piece whether the client may still have it: false ends the answer. It must
  // not wait. Absent: it always may.
  std::function<bool()> may_go_on = {};
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// Answers a request that is read in place, by appending the whole answer to `*out`, and never
// throws. False, and nothing appended, if the request is to go the usual way.
using PlainHandler = std::function<bool(const PlainRequest&, std::string* out)>;

// As many as there are cores, but no more than eight.
int loop_count();

struct HttpOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8080;  // 0: any free one
  std::vector<std::string>
      allowed_hosts;                // Host headers beside loopback names and the bound address
  std::shared_ptr<Door> door;       // who may look; null: everybody
  int loops = loop_count();         // threads that move bytes
  int workers = 4;                  // threads that run handlers
  size_t waiting_max = 256;         // requests that wait for a free worker; more are answered 503
  size_t connections_max = 15'000;  // or as many as there may be files
  size_t header_bytes_max = 16 << 10;
  size_t body_bytes_max = 1 << 20;
  int64_t idle_us = 30'000'000;          // a connection that says nothing
  int64_t request_us = 10'000'000;       // to send a whole request
  int64_t stream_period_us = 250'000;    // between two pieces of an answer that goes on
  int64_t stream_write_us = 10'000'000;  // for the client to take a piece; a slower one is cut
  // Says which requests are answered at once, by the thread of the sockets: those whose handler
  // never waits. They stay quick while every worker is busy. Absent: none.
  std::function<bool(const HttpRequest&)> is_quick;
  // Says which requests anyone may make, from pages of any site and under any Host, without a
  // password. Absent: none.
  std::function<bool(const HttpRequest&)> is_public;
  // Says which requests need no password either, but come from our own pages and names alone.
  std::function<bool(const HttpRequest&)> is_unlocked;
  // Makes what answers requests of the public before they are parsed; each loop has one of its own.
  // Absent: all are parsed.
  std::function<PlainHandler()> make_plain_handler;
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;  // stops: closes the listener, cancels requests, joins
  virtual uint16_t port() const = 0;
  virtual void stop() = 0;
};

// Listens and answers from threads of its own. The error names address, port and cause.
Result<std::unique_ptr<HttpServer>> start_http_server(const HttpOptions& options,
                                                      HttpHandler handler);

}  // namespace ballcone
