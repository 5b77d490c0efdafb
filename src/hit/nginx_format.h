// What a person puts into nginx's configuration: the formats that decode/json_ballcone.cc reads.
#pragma once

#include <string>
#include <string_view>

namespace ballcone {

// The whole directive, `log_format ballcone_json_<service> escape=json …;`, without a line end.
// Original: the ten fields of the Python original's README, byte for byte. Extended: those, and
// what makes the numbers honest; ordered so that a line cut by a relay loses the least. Both have
// the same name, so that changing from one to the other changes this directive alone. Empty if
// `service` is not as service_name() returns it. Pure; any thread.
std::string nginx_log_format(std::string_view service, bool is_extended);

// `access_log syslog:server=127.0.0.1:65140 ballcone_json_<service>;` Empty if `service` is not as
// service_name() returns it, or `server` is not "address:port", "[address]:port" or "host:port".
std::string nginx_access_log(std::string_view service, std::string_view server);

}  // namespace ballcone
