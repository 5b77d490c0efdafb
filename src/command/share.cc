#include "command/share.h"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "command/client.h"
#include "command/password.h"
#include "command/server_file.h"
#include "web/shares.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

// Nothing: the command line is wrong, and it was said.
std::optional<Json> make_request(const ShareCommand& command) {
  Json request{{"action", command.action}};
  if (command.action == "remove") {
    int64_t id = 0;
    const char* end = command.what.data() + command.what.size();
    const auto [at, error] = std::from_chars(command.what.data(), end, id);
    if (error != std::errc() || at != end) {
      std::cerr << "ballcone share: expected remove ID; `ballcone share list` shows the ids\n";
      return std::nullopt;
    }
    request["id"] = id;
    return request;
  }
  request["service"] = command.what;
  if (command.action == "list") return request;
  request["name"] = command.name;
  request["until"] = command.until;
  request["embed_on"] = command.embed;
  if (command.has_password) {
    const std::string password = read_password();
    if (password.empty()) {
      std::cerr << "ballcone share: expected a password on standard input, got an empty line\n";
      return std::nullopt;
    }
    request["password"] = password;
  }
  return request;
}

std::string line_of(const Json& share) {
  std::string text = fmt::format("{}: {}", share.value("id", 0), share.value("service", ""));
  if (const auto name = share.value("name", ""); !name.empty()) text += ", " + name;
  if (share.value("has_password", false)) text += ", with a password";
  const Json until = share.value("until", Json());
  if (until.is_string())
    text += (share.value("has_ended", false) ? ", ended " : ", until ") + until.get<std::string>();
  for (const Json& origin : share.value("embed_on", Json::array()))
    if (origin != "*") text += ", on " + origin.get<std::string>();
  return text + "\n";
}

// As this machine reaches it; others do by the name that leads to it.
std::string link_of(const Config& config, const std::string& path) {
  const auto server = read_server_file(server_file_path(config.database));
  if (!server) return path;
  const bool is_v6 = server->host.find(':') != server->host.npos;
  return fmt::format("http://{}{}{}:{}{}", is_v6 ? "[" : "", server->host, is_v6 ? "]" : "",
                     server->port, path);
}

}  // namespace

int run_share(const Config& config, const ShareCommand& command) {
  const auto request = make_request(command);
  if (!request) return 2;
  const auto answer = ask_server_or_store(
      config, "/api/v1/shares", request->dump(-1, ' ', false, Json::error_handler_t::replace),
      change_shares);
  if (!answer) {
    std::cerr << "ballcone share: " << answer.error().message << "\n";
    return 1;
  }
  const Json json = Json::parse(*answer, nullptr, /*allow_exceptions=*/false);
  for (const Json& share : json.value("shares", Json::array())) std::cout << line_of(share);
  if (json.contains("made")) {
    std::cout << link_of(config, json["made"].value("path", "")) << "\n";
    std::cerr << "This link is shown once. Whoever has it sees " << command.what
              << "; behind a proxy it begins with the proxy's name.\n";
  }
  return 0;
}

}  // namespace ballcone
