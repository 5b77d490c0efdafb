// GET /api/v1/nginx: the lines for nginx's configuration, for this server and a service.
#include "hit/nginx_format.h"

#include <fmt/format.h>

#include <cstdlib>

#include "hit/service.h"
#include "web/guard.h"
#include "web/handlers.h"
#include "web/json.h"

namespace ballcone {
namespace {

// As nginx on the same machine reaches us; a wildcard address is reached by its loopback address.
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

HttpResponse wrong(std::string field, std::string message) {
  Error error{std::move(message)};
  error.field = std::move(field);
  return json_error(400, error);
}

}  // namespace

HttpResponse get_nginx(const Call& call) {
  const auto given = call.request.parameter("service").value_or("example");
  const auto service = service_name(given);
  if (!service) {
    return wrong("service", fmt::format("expected a service's name of letters, digits, _, - and ., "
                                        "at most {} characters, got \"{}\"",
                                        kServiceCharactersMax, given.substr(0, 100)));
  }
  const std::string server(call.request.parameter("server").value_or(own_server(call.context)));
  const std::string access_log = nginx_access_log(*service, server);
  if (access_log.empty() || !is_address_with_port(server)) {
    return wrong("server", fmt::format("expected an address and a port as 127.0.0.1:65140, "
                                       "[::1]:65140 or logs.example.org:65140, got \"{}\"",
                                       server.substr(0, 100)));
  }
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("original").value(nginx_log_format(*service, false));
  json.key("extended").value(nginx_log_format(*service, true));
  // Both formats have the same name, so one line serves both.
  json.key("access_log").value(access_log).key("access_log_extended").value(access_log);
  json.end_object();
  return response;
}

}  // namespace ballcone
