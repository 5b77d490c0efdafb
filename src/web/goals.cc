#include "web/goals.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "hit/drop.h"
#include "hit/service.h"
#include "query/funnel.h"
#include "query/goals.h"
#include "query/names.h"
#include "store/goals.h"
#include "web/handlers.h"
#include "web/http.h"
#include "web/json.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

constexpr size_t kNameBytesMax = 100;
constexpr size_t kTextBytesMax = 2'048;

Result<Goal> read_goal(const Json& request) {
  const auto text_at = [&](const char* name) {
    const auto it = request.find(name);
    return it != request.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  const auto service = service_name(text_at("service"));
  if (!service) return field_failure("name", std::string(text_of(Drop::bad_service).help));
  Goal goal{*service, text_at("name"), text_at("event"), text_at("path")};
  if (goal.name.empty() || goal.name.size() > kNameBytesMax)
    return field_failure(
        "name", fmt::format("expected a name of 1 to {} bytes, such as Order", kNameBytesMax));
  return goal;
}

Result<void> check(const Goal& goal) {
  if (goal.event.empty() == goal.path.empty())
    return field_failure("event",
                         "expected either an event, such as Order, or a path, such as /thanks*");
  if (goal.event.size() > kTextBytesMax || goal.path.size() > kTextBytesMax)
    return field_failure("path", fmt::format("expected at most {} bytes", kTextBytesMax));
  if (!goal.path.empty() && goal.path[0] != '/' && goal.path[0] != '*')
    return field_failure("path", fmt::format("expected a path that begins with / or *, got \"{}\"",
                                             goal.path.substr(0, 100)));
  return {};
}

Result<void> add(Store& store, const Goal& goal) {
  if (auto done = check(goal); !done) return done;
  const auto goals = read_goals(store, goal.service);
  if (!goals) return tl::unexpected(goals.error());
  const bool is_there = std::any_of(goals->begin(), goals->end(),
                                    [&](const Goal& one) { return one.name == goal.name; });
  if (!is_there && goals->size() >= kGoalsMax)
    return field_failure("name", fmt::format("expected at most {} goals of a service", kGoalsMax));
  return write_goal(store, goal);
}

Result<void> remove(Store& store, const Goal& goal) {
  const auto is_removed = remove_goal(store, goal.service, goal.name);
  if (!is_removed) return tl::unexpected(is_removed.error());
  if (*is_removed) return {};
  return field_failure("name",
                       fmt::format("expected a goal of {}, got \"{}\"", goal.service, goal.name));
}

}  // namespace

Result<std::string> goals_json(Store& store, const std::string& service) {
  const auto goals = read_goals(store, service);
  if (!goals) return tl::unexpected(goals.error());
  std::string text;
  JsonWriter json(&text);
  json.begin_object().key("goals").begin_array();
  for (const Goal& goal : *goals) {
    json.begin_object().key("service").value(goal.service).key("name").value(goal.name);
    const bool is_event = goal.path.empty();
    json.key(is_event ? "event" : "path").value(is_event ? goal.event : goal.path).end_object();
  }
  json.end_array().end_object();
  return text;
}

Result<std::string> change_goals(Store& store, std::string_view text) {
  const Json request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string action =
      request.is_object() && request.contains("action") && request["action"].is_string()
          ? request["action"].get<std::string>()
          : "";
  if (action == "list") {
    const auto service = request.find("service");
    return goals_json(store, service != request.end() && service->is_string()
                                 ? service->get<std::string>()
                                 : std::string());
  }
  if (action != "add" && action != "remove")
    return field_failure(
        "action",
        "expected {\"action\": \"add\", \"remove\" or \"list\", \"service\": …, \"name\": "
        "…}");
  const auto goal = read_goal(request);
  if (!goal) return tl::unexpected(goal.error());
  const auto done = action == "add" ? add(store, *goal) : remove(store, *goal);
  if (!done) return tl::unexpected(done.error());
  return goals_json(store, goal->service);
}

HttpResponse get_goals(const Call& call) {
  std::string service;
  for (const auto& [name, value] : call.request.query)
    if (name == "service") service = value;
  return json_answer(goals_json(*call.context.store, service));
}

HttpResponse post_goals(const Call& call) {
  return json_answer(change_goals(*call.context.store, call.request.body));
}

HttpResponse post_funnel(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(funnel_json(*context.store, call.request.body, context.now_us(),
                                 {.is_cancelled = call.request.is_cancelled}, context.zones));
}

}  // namespace ballcone
