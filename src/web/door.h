// Who may look at the dashboard: everybody where no password is set; else who sends it with each
// request (HTTP Basic), has the token of this machine, or has logged in by the page.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "collect/client_address.h"
#include "web/password.h"
#include "web/server.h"
#include "web/session.h"

namespace ballcone {

struct DoorOptions {
  std::string user, password_hash;  // both empty: everybody comes in
  // "Authorization: Bearer <token>" with this one passes too: how `ballcone sql` talks to a running
  // server; serve writes it beside the database, readable by its owner alone. Empty: none does.
  std::string local_token;
  std::string sessions_file;  // session.h
  TrustedProxies proxies;     // who may say for whom it asks, and by https
};

// Any thread.
class Door {
 public:
  explicit Door(DoorOptions options);

  bool is_open() const { return options_.password_hash.empty(); }
  // Quick; `unknown` where only Argon2 can tell.
  Access check(const HttpRequest& request, int64_t now_us);
  // Runs Argon2 if need be: slow. Wrong guesses of one client are limited, see password.h.
  Access verify(const HttpRequest& request, int64_t now_us);

  // The token of the session that lets the request in, "" if none does; and whether it still is
  // one.
  std::string session_of(const HttpRequest& request, int64_t now_us) const;
  bool is_session(std::string_view token, int64_t now_us) const;
  bool has_session(const HttpRequest& request, int64_t now_us) const;
  // Set-Cookie of a new session, where the password is right; the request's own session, if it has
  // one, is over. Slow.
  struct Login {
    Access access = Access::denied;
    std::string cookie;
  };
  Login log_in(const HttpRequest& request, std::string_view password, int64_t now_us);
  // Ends the request's session; the Set-Cookie that takes its cookie away.
  std::string log_out(const HttpRequest& request);

  // Whether another password is right (of a shared page), with the limits of guesses that ours has.
  // `what` names what it is for: a right guess forgives the wrong ones for that alone. Slow.
  Access try_password(const HttpRequest& request, std::string_view what,
                      std::string_view password_hash, std::string_view password, int64_t now_us);

  // By a proxy's word, or by the browser's own: what it sends back in Origin.
  bool is_https(const HttpRequest& request) const;

 private:
  std::string client_of(const HttpRequest& request) const;
  std::string_view token_of(const HttpRequest& request) const;

  const DoorOptions options_;
  const std::string cookie_name_;
  Gatekeeper gatekeeper_;
  Sessions sessions_;
};

// The error says that the password's hash is none.
Result<std::shared_ptr<Door>> make_door(DoorOptions options);

}  // namespace ballcone
