#include "command/goal.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "command/client.h"
#include "web/goals.h"

namespace ballcone {

int run_goal(const Config& config, const GoalCommand& command) {
  using Json = nlohmann::json;
  Json request{{"action", command.action}, {"service", command.service}, {"name", command.name}};
  if (!command.event.empty()) request["event"] = command.event;
  if (!command.path.empty()) request["path"] = command.path;
  const auto answer = ask_server_or_store(
      config, "/api/v1/goals", request.dump(-1, ' ', false, Json::error_handler_t::replace),
      change_goals);
  if (!answer) {
    std::cerr << "ballcone goal: " << answer.error().message << "\n";
    return 1;
  }
  const Json json = Json::parse(*answer, nullptr, /*allow_exceptions=*/false);
  for (const Json& goal : json.value("goals", Json::array())) {
    const bool is_event = goal.contains("event");
    std::cout << fmt::format("{}: {}, {} {}\n", goal.value("service", ""), goal.value("name", ""),
                             is_event ? "event" : "path",
                             goal.value(is_event ? "event" : "path", ""));
  }
  return 0;
}

}  // namespace ballcone
