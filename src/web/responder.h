// From a request to the bytes of its answer, without sockets: who may ask, what is answered at
// once, compression, headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/door.h"
#include "web/guard.h"
#include "web/server.h"

namespace ballcone {

// An answer ready to be sent.
struct Wire {
  std::string head, body;
  std::string_view static_body;
  bool keeps_alive = false;
  std::function<std::string()> stream;  // HttpResponse::stream
  std::function<bool()> may_go_on;      // HttpResponse::may_go_on

  std::string_view bytes() const { return static_body.empty() ? body : static_body; }
};

class Responder {
 public:
  Responder(const HttpOptions& options, HttpHandler handler);

  // The answer that turns other sites' pages away, or nothing. `host` is the Host header or the
  // target's authority. Quick; any thread.
  std::optional<HttpResponse> refusal(const HttpRequest& request, std::string_view host) const;
  // True if serve() will not wait, neither for the handler nor for Argon2. Quick; any thread.
  bool is_quick(const HttpRequest& request);
  // Authenticates, runs the handler, and answers 500 if anything throws. Any thread.
  Wire serve(const HttpRequest& request, bool keeps_alive);
  // An answer that did not need the handler.
  Wire make_wire(const HttpRequest& request, HttpResponse response, bool keeps_alive) const;

 private:
  HttpResponse answer(const HttpRequest& request);
  HttpResponse answer_granted(const HttpRequest& request);

  const HttpHandler handler_;
  // A probe of a load balancer knows neither our name nor a password, and learns nothing.
  bool is_for_everybody(const HttpRequest& request) const;
  bool needs_password(const HttpRequest& request) const;

  const std::function<bool(const HttpRequest&)> is_quick_, is_public_, is_unlocked_;
  const Guard guard_;
  const std::shared_ptr<Door> door_;
};

}  // namespace ballcone
