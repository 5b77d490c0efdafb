// GET /api/v1/setup: what to copy so that hits of a service come here, by every way there is; and
// GET /api/v1/nginx, the same for nginx alone.
#include "web/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "hit/nginx_format.h"
#include "hit/service.h"
#include "query/names.h"
#include "web/guard.h"
#include "web/handlers.h"
#include "web/json.h"

namespace ballcone {
namespace {

constexpr size_t kUrlBytesMax = 256;

// As servers on the same machine reach us; a wildcard address is reached by its loopback address.
std::string own_server(const WebContext& context) {
  std::string host = context.syslog_host;
  if (host.empty() || host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != host.npos && host.front() != '[') host = "[" + host + "]";
  return fmt::format("{}:{}", host, context.syslog_port);
}

bool is_address_with_port(std::string_view text) {
  const HostPort server = parse_host_port(text);
  const int port = std::atoi(server.port.c_str());  // at most five digits
  return !server.host.empty() && port > 0 && port <= 65'535;
}

// Without a slash at its end; nothing if it is no URL or has what a page, a configuration or a
// shell would take for something else.
std::optional<std::string> server_url(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~/:[]").find(c) != std::string_view::npos;
  };
  if (scheme == 0 || text.size() > kUrlBytesMax || !std::all_of(text.begin(), text.end(), is_plain))
    return std::nullopt;
  const std::string_view authority = text.substr(scheme, text.find('/', scheme) - scheme);
  if (parse_host_port(authority).host.empty()) return std::nullopt;
  return std::string(text);
}

Result<void> read_service(const Call& call, SetupPlace* place) {
  const auto given = call.request.parameter("service").value_or("example");
  const auto service = service_name(given);
  if (!service)
    return field_failure("service",
                         fmt::format("expected a service's name of letters, digits, _, - and ., "
                                     "at most {} characters, got \"{}\"",
                                     kServiceCharactersMax, given.substr(0, 100)));
  place->service = *service;
  return {};
}

Result<void> read_server(const Call& call, SetupPlace* place) {
  place->server = call.request.parameter("server").value_or(own_server(call.context));
  if (nginx_access_log(place->service, place->server).empty() ||
      !is_address_with_port(place->server))
    return field_failure("server", fmt::format("expected an address and a port as 127.0.0.1:65140, "
                                               "[::1]:65140 or logs.example.org:65140, got \"{}\"",
                                               place->server.substr(0, 100)));
  return {};
}

// What visitors' browsers reach; unless it is given, what this request's browser reached.
Result<void> read_url(const Call& call, SetupPlace* place) {
  const std::string_view host = call.request.header("host");
  const std::string own = fmt::format("http://{}", host.empty() ? "localhost" : host);
  const std::string given(call.request.parameter("url").value_or(own));
  const auto url = server_url(given);
  if (!url)
    return field_failure("url",
                         fmt::format("expected this server's address as https://stats.example.org, "
                                     "with a path if it has one, got \"{}\"",
                                     given.substr(0, 100)));
  place->url = *url;
  return {};
}

// "hash,more"; what no way knows changes nothing.
std::vector<std::string> read_options(const Call& call) {
  std::vector<std::string> options;
  std::string_view text = call.request.parameter("with").value_or("");
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    options.emplace_back(one);
  }
  return options;
}

// What is known of a service that is registered.
void add_registered(const WebContext& context, SetupPlace* place) {
  if (!context.registry) return;
  const auto services = context.registry->now();
  const ServiceSettings* const service = services->find(place->service);
  if (service == nullptr) return;
  place->key = service->key;
  place->server_key = service->server_key;
  place->has_hosts = !service->hosts.empty();
  if (!place->has_hosts) return;
  const std::string& host = service->hosts.front();
  place->host = host.starts_with("*.") ? "www" + host.substr(1) : host;
}

Result<SetupPlace> read_place(const Call& call) {
  SetupPlace place;
  for (const auto read : {read_service, read_server, read_url})
    if (auto done = read(call, &place); !done) return tl::unexpected(done.error());
  place.options = read_options(call);
  add_registered(call.context, &place);
  return place;
}

void write(const SetupWay& way, const SetupPlace& place, JsonWriter* json) {
  json->begin_object().key("name").value(way.name).key("title").value(way.title);
  json->key("text").value(way.text).key("is_log").value(way.is_log);
  json->key("options").begin_array();
  for (const SetupOption& option : way.options) {
    json->begin_object().key("name").value(option.name).key("title").value(option.title);
    json->key("is_on").value(place.has(option.name)).end_object();
  }
  json->end_array().key("steps").begin_array();
  for (const SetupStep& step : way.steps(place)) {
    json->begin_object().key("text").value(step.text).key("code").value(step.code).end_object();
  }
  json->end_array().end_object();
}

}  // namespace

bool SetupPlace::has(std::string_view option) const {
  return std::find(options.begin(), options.end(), option) != options.end();
}

HttpResponse get_setup(const Call& call) {
  const auto place = read_place(call);
  if (!place) return json_error(400, place.error());
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("service").value(place->service).key("server").value(place->server);
  json.key("url").value(place->url).key("is_registered").value(!place->key.empty());
  json.key("has_hosts").value(place->has_hosts).key("ways").begin_array();
  for (const auto ways : {log_ways(), page_ways()})
    for (const SetupWay& way : ways) write(way, *place, &json);
  json.end_array().end_object();
  return response;
}

HttpResponse get_nginx(const Call& call) {
  SetupPlace place;
  for (const auto read : {read_service, read_server})
    if (auto done = read(call, &place); !done) return json_error(400, done.error());
  const std::string access_log = nginx_access_log(place.service, place.server);
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("original").value(nginx_log_format(place.service, false));
  json.key("extended").value(nginx_log_format(place.service, true));
  // Both formats have the same name, so one line serves both.
  json.key("access_log").value(access_log).key("access_log_extended").value(access_log);
  json.end_object();
  return response;
}

}  // namespace ballcone
