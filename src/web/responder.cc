#include "web/responder.h"

#include <exception>

#include "base/clock.h"
#include "base/log.h"
#include "web/gzip.h"
#include "web/handlers.h"
#include "web/http.h"

namespace ballcone {
namespace {

constexpr size_t kGzipFrom = 1024;  // smaller answers fit into one packet anyway

bool is_compressible(std::string_view content_type) {
  return content_type.substr(0, 5) == "text/" || content_type.find("json") != content_type.npos;
}

// A request of our page is answered so that the page can ask, not the browser in a window of its
// own. Browsers say what a request is for where they trust the connection; elsewhere it is what
// they accept that tells.
bool is_of_page(const HttpRequest& request) {
  const std::string_view accept = request.header("accept");
  return !request.header("sec-fetch-site").empty() || accept == "application/json" ||
         accept == "text/event-stream";
}

HttpResponse ask_for_password(const HttpRequest& request) {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const bool wants_page = request.header("accept").find("text/html") != std::string_view::npos;
  if (is_read && wants_page && !request.path.starts_with("/api/")) return login_page(request);
  auto response = error_response(request.path, 401, "expected a user name and a password");
  if (!is_of_page(request)) {
    response.headers.emplace_back("WWW-Authenticate",
                                  "Basic realm=\"Ballcone\", charset=\"UTF-8\"");
  }
  return response;
}

HttpResponse ask_for_patience(const HttpRequest& request) {
  auto response = error_response(request.path, 429, "too many wrong passwords; wait a second");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

Responder::Responder(const HttpOptions& options, HttpHandler handler)
    : handler_(std::move(handler)),
      is_quick_(options.is_quick),
      is_public_(options.is_public),
      is_unlocked_(options.is_unlocked),
      guard_(options.host, options.allowed_hosts),
      door_(options.door) {}

bool Responder::is_for_everybody(const HttpRequest& request) const {
  return request.path == "/healthz" || (is_public_ && is_public_(request));
}

bool Responder::needs_password(const HttpRequest& request) const {
  return door_ && !is_for_everybody(request) && !(is_unlocked_ && is_unlocked_(request));
}

std::optional<HttpResponse> Responder::refusal(const HttpRequest& request,
                                               std::string_view host) const {
  return is_for_everybody(request) ? std::nullopt : guard_.refusal(request, host);
}

bool Responder::is_quick(const HttpRequest& request) {
  if (!is_quick_ || !is_quick_(request)) return false;
  return !needs_password(request) || door_->check(request, now_us()) == Access::granted;
}

HttpResponse Responder::answer(const HttpRequest& request) {
  if (!needs_password(request)) return handler_(request);
  switch (door_->verify(request, now_us())) {
    case Access::granted:
      return answer_granted(request);
    case Access::too_many:
      return ask_for_patience(request);
    default:
      return ask_for_password(request);
  }
}

// What goes on for hours was asked for once: it ends with the session that it was asked under.
HttpResponse Responder::answer_granted(const HttpRequest& request) {
  auto response = handler_(request);
  if (!response.stream) return response;
  auto session = door_->session_of(request, now_us());
  if (!session.empty()) {
    response.may_go_on = [door = door_, session = std::move(session)] {
      return door->is_session(session, now_us());
    };
  }
  return response;
}

Wire Responder::serve(const HttpRequest& request, bool keeps_alive) {
  try {
    return make_wire(request, answer(request), keeps_alive);
  } catch (const std::exception& error) {
    log_error("answering {}: {}", request.path, error.what());
    return make_wire(request, mistake_response(request.path), keeps_alive);
  }
}

Wire Responder::make_wire(const HttpRequest& request, HttpResponse response,
                          bool keeps_alive) const {
  Wire wire{.body = std::move(response.body),
            .static_body = response.static_body,
            .keeps_alive = keeps_alive && !response.stream};
  if (wire.static_body.empty() && wire.body.size() >= kGzipFrom &&
      is_compressible(response.content_type)) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    auto compressed =
        accepts_gzip(request.header("accept-encoding")) ? gzip(wire.body) : std::nullopt;
    if (compressed) {
      wire.body = std::move(*compressed);
      response.headers.emplace_back("Content-Encoding", "gzip");
    }
  }
  wire.head =
      write_head(response, wire.bytes().size(), wire.keeps_alive, format_http_date(now_us()));
  if (request.method != "HEAD") {
    wire.stream = std::move(response.stream);
    wire.may_go_on = std::move(response.may_go_on);
  }
  if (request.method == "HEAD" || response.status == 304 || response.status == 204) {
    wire.body.clear();
    wire.static_body = {};
  }
  return wire;
}

}  // namespace ballcone
