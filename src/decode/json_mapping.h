// What people write to say which key of their JSON means what; inside this room only.
#pragma once

#include <string_view>

#include "base/result.h"
#include "decode/json_table.h"

namespace ballcone {

// "json:address=client.ip,time=ts": fields by the names below, in any order, each with a path as in
// JsonKey; of a field that comes twice the first that is there counts. A comma in a path has a
// backslash in front. "json:" may be missing.
//   service  time (ISO 8601, CLF, epoch in s, ms, µs or ns)  date  time_of_day
//   address (or ip)  forwarded_for  user_agent  referrer (or referer)
//   request ("GET / HTTP/1.1")  method  uri (or url)  path  query  protocol  scheme  host
//   status  bytes (with headers)  bytes_body  content_type  cache_status  request_id
//   duration (seconds, or "1.3ms")  duration_ms  duration_us  duration_ns
//   upstream (seconds)  upstream_ms  upstream_ns
//   gpc  fetch_dest  sec_purpose  purpose  range
// The error names the part that is not understood, with its position, and what is.
Result<JsonTable> parse_json_mapping(std::string_view text);

// The mapping that nginx's log_format makes of its own variables, written with escape=json:
//   {"when": "$time_iso8601", "client": {"ip": "$remote_addr"}, "took": $request_time}
// A text with more than one variable, or with text around it, is not looked at, unless it makes a
// URI: "$scheme://$host$request_uri", "$uri?$args".
Result<JsonTable> json_pattern(std::string_view log_format);

}  // namespace ballcone
