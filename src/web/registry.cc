#include "web/registry.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/time_zone.h"
#include "hit/drop.h"
#include "hit/service.h"
#include "query/names.h"
#include "store/services.h"
#include "web/handlers.h"
#include "web/http.h"
#include "web/json.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

constexpr size_t kServicesMax = 1000;
constexpr size_t kHostsMax = 100;

// 96 random bits; of characters that need no quotes anywhere.
std::string make_key() {
  std::array<uint8_t, 12> bytes;
  CHECK(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

void write(const ServiceSettings& service, JsonWriter* json) {
  json->begin_object().key("name").value(service.name).key("hosts").begin_array();
  for (const std::string& host : service.hosts) json->value(host);
  json->end_array().key("time_zone").value(service.time_zone);
  json->key("key").value(service.key).key("server_key").value(service.server_key);
  json->key("switches").value(switches_text(service)).end_object();
}

Result<std::vector<std::string>> texts_at(const Json& request, const char* name) {
  std::vector<std::string> texts;
  if (!request.contains(name)) return texts;
  const Json& list = request[name];
  if (!list.is_array())
    return field_failure(name, fmt::format("expected {} as a list of texts", name));
  for (const Json& one : list) {
    if (!one.is_string())
      return field_failure(name, fmt::format("expected {} as a list of texts", name));
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

Result<void> set_hosts(const std::vector<std::string>& hosts, ServiceSettings* service) {
  if (hosts.size() > kHostsMax)
    return field_failure("hosts", fmt::format("expected at most {} hosts", kHostsMax));
  for (const std::string& text : hosts) {
    const auto host = service_host(text);
    if (!host)
      return field_failure("hosts",
                           fmt::format("expected hosts such as example.com or *.example.com, got "
                                       "\"{}\"",
                                       text.substr(0, 100)));
    auto& all = service->hosts;
    if (std::find(all.begin(), all.end(), *host) == all.end()) all.push_back(*host);
  }
  return {};
}

// All but its name and keys.
void forget(ServiceSettings* service) {
  *service = {.name = service->name, .key = service->key, .server_key = service->server_key};
}

Result<void> change(const Json& request, ServiceSettings* service) {
  const auto hosts = texts_at(request, "hosts");
  if (!hosts) return tl::unexpected(hosts.error());
  if (auto done = set_hosts(*hosts, service); !done) return done;
  if (request.contains("time_zone")) {
    const std::string name =
        request["time_zone"].is_string() ? request["time_zone"].get<std::string>() : "?";
    if (const auto zone = TimeZone::find(name); !name.empty() && !zone)
      return field_failure("time_zone", zone.error().message);
    service->time_zone = name;
  }
  const auto switches = texts_at(request, "switches");
  if (!switches) return tl::unexpected(switches.error());
  for (const std::string& text : *switches)
    if (auto done = set_switch(text, service); !done)
      return field_failure("switches", done.error().message);
  return {};
}

}  // namespace

Result<std::string> services_json(Store& store) {
  const auto services = read_services(store);
  if (!services) return tl::unexpected(services.error());
  std::string text;
  JsonWriter json(&text);
  json.begin_object().key("services").begin_array();
  for (const ServiceSettings& service : *services) write(service, &json);
  json.end_array().end_object();
  return text;
}

Result<std::string> change_services(Store& store, std::string_view text) {
  const Json request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto text_at = [&](const char* name) {
    const bool is_there =
        request.is_object() && request.contains(name) && request[name].is_string();
    return is_there ? request[name].get<std::string>() : std::string();
  };
  const std::string action = text_at("action");
  if (action == "list") return services_json(store);
  const bool is_change = action == "add" || action == "set";
  if (!is_change && action != "remove" && action != "key")
    return field_failure(
        "action", "expected {\"action\": \"add\", \"set\", \"remove\" or \"key\", \"name\": …}");
  const auto name = service_name(text_at("name"));
  if (!name) return field_failure("name", std::string(text_of(Drop::bad_service).help));
  const auto services = read_services(store);
  if (!services) return tl::unexpected(services.error());
  const auto found = std::find_if(services->begin(), services->end(),
                                  [&](const ServiceSettings& s) { return s.name == *name; });
  if (found == services->end() && !is_change)
    return field_failure("name",
                         fmt::format("expected a service that is registered, got \"{}\"", *name));
  if (action == "remove") {
    const auto done = remove_service(store, *name);
    if (!done) return tl::unexpected(done.error());
    return std::string("{\"service\":null}");
  }
  if (found == services->end() && services->size() >= kServicesMax)
    return field_failure("name", fmt::format("expected at most {} services", kServicesMax));
  ServiceSettings service =
      found == services->end()
          ? ServiceSettings{.name = *name, .key = make_key(), .server_key = make_key() + make_key()}
          : *found;
  if (action == "set") forget(&service);
  if (is_change) {
    if (auto done = change(request, &service); !done) return tl::unexpected(done.error());
  } else if (request.value("server", Json(false)) == true) {
    service.server_key = make_key() + make_key();
  } else {
    service.key = make_key();
  }
  if (auto done = write_service(store, service); !done) return tl::unexpected(done.error());
  std::string answer;
  JsonWriter json(&answer);
  json.begin_object().key("service");
  write(service, &json);
  json.end_object();
  return answer;
}

HttpResponse get_registry(const Call& call) {
  return json_answer(services_json(*call.context.store));
}

HttpResponse post_registry(const Call& call) {
  const WebContext& context = call.context;
  auto answer = change_services(*context.store, call.request.body);
  if (!answer) return json_error(answer.error().field.empty() ? 503 : 400, answer.error());
  if (context.registry) {
    if (auto services = read_services(*context.store)) context.registry->set(std::move(*services));
  }
  return json_answer(std::move(answer));
}

}  // namespace ballcone
