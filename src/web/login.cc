// The operator's login and logout. What is not said in JSON another site cannot send, so these need
// no token of their own against forged requests.
#include <nlohmann/json.hpp>

#include "web/door.h"
#include "web/handlers.h"

namespace ballcone {

std::optional<std::string> password_of(const HttpRequest& request) {
  constexpr size_t kPasswordBytesMax = 1024;
  const auto json = nlohmann::json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("password") || !json["password"].is_string())
    return std::nullopt;
  auto password = json["password"].get<std::string>();
  if (password.size() > kPasswordBytesMax) return std::nullopt;
  return password;
}

HttpResponse password_refusal(Access access) {
  if (access == Access::too_many) {
    auto response = json_error(429, {"too many wrong passwords; wait a second"});
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  return json_error(401, {"this is not the password"});
}

HttpResponse post_login(const Call& call) {
  const WebContext& context = call.context;
  const auto password = password_of(call.request);
  if (!password) return json_error(400, {"expected {\"password\": …} of at most 1,024 bytes"});
  if (!context.door || context.door->is_open()) return {.status = 204};
  const auto login = context.door->log_in(call.request, *password, context.now_us());
  if (login.access != Access::granted) return password_refusal(login.access);
  return {.status = 204, .headers = {{"Set-Cookie", login.cookie}}};
}

HttpResponse post_logout(const Call& call) {
  HttpResponse response{.status = 204};
  if (call.context.door && !call.context.door->is_open())
    response.headers.emplace_back("Set-Cookie", call.context.door->log_out(call.request));
  return response;
}

}  // namespace ballcone
