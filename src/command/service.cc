#include "command/service.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "command/client.h"
#include "web/registry.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

int fail(const Error& error) {
  std::cerr << "ballcone service: " << error.message << "\n";
  return 1;
}

std::string joined(const Json& texts) {
  std::string text;
  for (const Json& one : texts) text += (text.empty() ? "" : ", ") + one.get<std::string>();
  return text;
}

void print(const Json& service) {
  const auto line = [&](const char* title, const std::string& value) {
    if (!value.empty()) std::cout << fmt::format("  {:<11} {}\n", title, value);
  };
  std::cout << service.value("name", "") << "\n";
  line("hosts", joined(service.value("hosts", Json::array())));
  line("time zone", service.value("time_zone", ""));
  line("switches", service.value("switches", ""));
  line("key", service.value("key", ""));
  line("server key", service.value("server_key", ""));
}

std::string request_of(const ServiceCommand& command) {
  Json request{{"action", command.action}, {"name", command.name}};
  if (!command.hosts.empty()) request["hosts"] = command.hosts;
  if (!command.switches.empty()) request["switches"] = command.switches;
  if (!command.time_zone.empty()) request["time_zone"] = command.time_zone;
  if (command.is_server_key) request["server"] = true;
  return request.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

int run_service(const Config& config, const ServiceCommand& command) {
  const auto answer =
      ask_server_or_store(config, "/api/v1/registry", request_of(command), change_services);
  if (!answer) return fail(answer.error());
  const Json json = Json::parse(*answer, nullptr, /*allow_exceptions=*/false);
  for (const Json& service : json.value("services", Json::array())) print(service);
  if (json.contains("service") && json["service"].is_object()) print(json["service"]);
  return 0;
}

}  // namespace ballcone
