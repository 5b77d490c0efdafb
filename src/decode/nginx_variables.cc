#include "decode/nginx_variables.h"

namespace ballcone {
namespace {

struct Variable {
  std::string_view name;
  Field field;
};

constexpr Variable kVariables[] = {
    {"time_iso8601", Field::time_iso},
    {"time_local", Field::time_clf},
    {"msec", Field::time_epoch},
    {"remote_addr", Field::address},
    {"realip_remote_addr", Field::ignored},  // of the proxy
    {"http_x_forwarded_for", Field::forwarded_for},
    {"proxy_add_x_forwarded_for", Field::forwarded_for},
    {"http_x_real_ip", Field::forwarded_for},
    {"http_cf_connecting_ip", Field::forwarded_for},
    {"http_user_agent", Field::user_agent},
    {"http_referer", Field::referrer},
    {"request", Field::request},
    {"request_method", Field::method},
    {"request_uri", Field::uri},
    {"uri", Field::path},
    {"document_uri", Field::path},
    {"args", Field::query},
    {"query_string", Field::query},
    {"server_protocol", Field::protocol},
    {"scheme", Field::scheme},
    {"http_x_forwarded_proto", Field::scheme},
    {"host", Field::host},
    {"http_host", Field::host},
    {"server_name", Field::host},
    {"status", Field::status},
    {"bytes_sent", Field::bytes},
    {"body_bytes_sent", Field::bytes_body},
    {"request_time", Field::duration_s},
    {"upstream_response_time", Field::upstream_s},
    {"upstream_cache_status", Field::cache_status},
    {"sent_http_content_type", Field::content_type},
    {"request_id", Field::request_id},
    {"http_sec_gpc", Field::gpc},
    {"http_sec_fetch_dest", Field::fetch_dest},
    {"http_sec_purpose", Field::sec_purpose},
    {"http_purpose", Field::purpose},
    {"http_x_purpose", Field::purpose},
    {"http_x_moz", Field::purpose},
    {"http_range", Field::range},
};

}  // namespace

Field field_of_nginx_variable(std::string_view name) {
  for (const Variable& variable : kVariables) {
    if (variable.name == name) return variable.field;
  }
  return Field::ignored;
}

}  // namespace ballcone
