#include "hit/nginx_format.h"

#include <algorithm>

#include "hit/service.h"

namespace ballcone {
namespace {

// "generation_time_milli" holds seconds: the original took the name over from Matomo.
constexpr std::string_view kOriginal = R"(    '"ip": "$remote_addr", '
    '"host": "$host", '
    '"path": "$request_uri", '
    '"status": "$status", '
    '"referrer": "$http_referer", '
    '"user_agent": "$http_user_agent", '
    '"length": $bytes_sent, '
    '"generation_time_milli": $request_time, '
    '"date": "$time_iso8601"'
    '}';)";

// What is needed and short comes first, and the three long texts last: relays cut a line at 1,024,
// 2,048 or 8,192 bytes. Where nginx may have nothing to say the value is in quotes: with
// escape=json it then writes "" (or "-", for an upstream that did not answer), and the line stays
// JSON.
constexpr std::string_view kExtended = R"(    '"date": "$time_iso8601", '
    '"ip": "$remote_addr", '
    '"status": "$status", '
    '"length": $bytes_sent, '
    '"generation_time_milli": $request_time, '
    '"upstream_time": "$upstream_response_time", '
    '"request_id": "$request_id", '
    '"method": "$request_method", '
    '"scheme": "$scheme", '
    '"protocol": "$server_protocol", '
    '"cache_status": "$upstream_cache_status", '
    '"content_type": "$sent_http_content_type", '
    '"gpc": "$http_sec_gpc", '
    '"fetch_dest": "$http_sec_fetch_dest", '
    '"sec_purpose": "$http_sec_purpose", '
    '"purpose": "$http_purpose", '
    '"range": "$http_range", '
    '"host": "$host", '
    '"path": "$request_uri", '
    '"referrer": "$http_referer", '
    '"user_agent": "$http_user_agent"'
    '}';)";

bool is_service_name(std::string_view text) { return service_name(text) == text; }

// Only what an address and a port need: nothing here may end nginx's parameter or directive.
bool is_server(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_plain = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  };
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(colon) + 1, text.end(), is_digit) &&
         std::all_of(text.begin(), text.end(), is_plain);
}

}  // namespace

std::string nginx_log_format(std::string_view service, bool is_extended) {
  if (!is_service_name(service)) return {};
  const std::string name(service);
  return "log_format ballcone_json_" + name + " escape=json\n    '{'\n    '\"service\": \"" + name +
         "\", '\n" + std::string(is_extended ? kExtended : kOriginal);
}

std::string nginx_access_log(std::string_view service, std::string_view server) {
  if (!is_service_name(service) || !is_server(server)) return {};
  return "access_log syslog:server=" + std::string(server) + " ballcone_json_" +
         std::string(service) + ";";
}

}  // namespace ballcone
