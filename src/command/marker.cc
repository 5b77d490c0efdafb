#include "command/marker.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "command/client.h"
#include "web/notes.h"

namespace ballcone {

int run_marker(const Config& config, const MarkerCommand& command) {
  using Json = nlohmann::json;
  Json request{{"action", command.action}, {"service", command.service}, {"text", command.text}};
  if (!command.time.empty()) request["time"] = command.time;
  const auto answer = ask_server_or_store(
      config, "/api/v1/markers", request.dump(-1, ' ', false, Json::error_handler_t::replace),
      change_markers);
  if (!answer) {
    std::cerr << "ballcone marker: " << answer.error().message << "\n";
    return 1;
  }
  const Json json = Json::parse(*answer, nullptr, /*allow_exceptions=*/false);
  for (const Json& marker : json.value("markers", Json::array()))
    std::cout << fmt::format("{}: {} {}\n", marker.value("service", ""), marker.value("time", ""),
                             marker.value("text", ""));
  return 0;
}

}  // namespace ballcone
