#include "web/door.h"

#include "base/text.h"
#include "web/cookie.h"

namespace ballcone {
namespace {

// Cookies know no ports: two servers of one host, of which each has a password of its own, must not
// take each other's cookie away.
std::string cookie_name(std::string_view password_hash) {
  return "ballcone_" + hex(digest_of(password_hash)).substr(0, 8);
}

}  // namespace

Result<std::shared_ptr<Door>> make_door(DoorOptions options) {
  if (!options.password_hash.empty() && !is_password_hash(options.password_hash))
    return failure("expected a password hash as `ballcone password` makes it, got another text");
  return std::make_shared<Door>(std::move(options));
}

Door::Door(DoorOptions options)
    : options_(std::move(options)),
      cookie_name_(cookie_name(options_.password_hash)),
      gatekeeper_(options_.user, options_.password_hash, options_.local_token),
      sessions_(options_.password_hash, is_open() ? "" : options_.sessions_file) {}

std::string_view Door::token_of(const HttpRequest& request) const {
  return cookie_value(request.header("cookie"), cookie_name_);
}

std::string Door::client_of(const HttpRequest& request) const {
  return client_address({.peer = request.peer,
                         .forwarded_for = request.header("x-forwarded-for"),
                         .cf_connecting_ip = request.header("cf-connecting-ip")},
                        options_.proxies);
}

bool Door::is_https(const HttpRequest& request) const {
  if (request.header("origin").starts_with("https://")) return true;
  const auto peer = parse_ip(request.peer);
  const std::string_view said = request.header("x-forwarded-proto");
  // Each proxy adds its own word behind the others': the last one is of the proxy that we know.
  return peer && options_.proxies.has(*peer) &&
         equal_ignoring_case(trim(said.substr(said.rfind(',') + 1)), "https");
}

bool Door::is_session(std::string_view token, int64_t now_us) const {
  return !is_open() && sessions_.is_valid(token, now_us);
}

bool Door::has_session(const HttpRequest& request, int64_t now_us) const {
  return is_session(token_of(request), now_us);
}

std::string Door::session_of(const HttpRequest& request, int64_t now_us) const {
  return has_session(request, now_us) ? std::string(token_of(request)) : std::string();
}

Access Door::check(const HttpRequest& request, int64_t now_us) {
  if (is_open() || has_session(request, now_us)) return Access::granted;
  return gatekeeper_.check(request.header("authorization"));
}

Access Door::verify(const HttpRequest& request, int64_t now_us) {
  const Access quick = check(request, now_us);
  if (quick != Access::unknown) return quick;
  return gatekeeper_.verify(request.header("authorization"), client_of(request), now_us);
}

Door::Login Door::log_in(const HttpRequest& request, std::string_view password, int64_t now_us) {
  Login login;
  login.access = try_password(request, "", options_.password_hash, password, now_us);
  if (login.access != Access::granted) return login;
  sessions_.end(token_of(request));
  login.cookie = set_cookie({.name = cookie_name_,
                             .value = sessions_.begin(now_us),
                             .seconds = kSession_us / 1'000'000,
                             .is_secure = is_https(request)});
  return login;
}

std::string Door::log_out(const HttpRequest& request) {
  sessions_.end(token_of(request));
  return set_cookie({.name = cookie_name_, .is_secure = is_https(request)});
}

Access Door::try_password(const HttpRequest& request, std::string_view what,
                          std::string_view password_hash, std::string_view password,
                          int64_t now_us) {
  return gatekeeper_.try_password(password_hash, password, what, client_of(request), now_us);
}

}  // namespace ballcone
