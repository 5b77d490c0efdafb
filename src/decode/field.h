// What a log's fields can mean, whatever format wrote them; inside this room only.
#pragma once

#include <cstdint>

namespace ballcone {

enum class Field : uint8_t {
  ignored,
  service,
  // When. A format has one of these, or a date and a time of day.
  time_iso,       // 2026-11-23T12:00:00+01:00
  time_clf,       // 23/Nov/2026:12:00:00 +0100, without its brackets
  time_epoch,     // 1795435200.123 seconds
  time_epoch_ms,  // 1795435200123
  time_epoch_us,
  time_epoch_ns,
  date,         // 2026-11-23
  time_of_day,  // 12:00:00, perhaps with a fraction; UTC
  // Who asked.
  address,           // perhaps with a port behind it
  address_and_port,  // a port is always there: IPv6 needs no brackets then
  forwarded_for,  // X-Forwarded-For: the first address of a list wins over `address`, if it is one
  user_agent,
  user_agent_encoded,  // percent-encoded once or twice, + for space (W3C)
  referrer,
  referrer_encoded,
  // What for.
  request,  // GET /path?query HTTP/1.1
  method,
  uri,    // path and query, or a whole URL (then scheme and host are taken from it too)
  path,   // without its query
  query,  // without its question mark
  protocol,
  scheme,
  host,  // perhaps with a port behind it
  // What came of it.
  status,
  bytes,       // sent, headers included
  bytes_body,  // sent, without headers: taken where `bytes` is not there
  duration_s,  // 0.003
  duration_ms,
  duration_us,
  duration_ns,
  duration_part_s,  // of several that make up the duration; -1: not known, and so is the whole
  upstream_s,       // also nginx's lists "0.001, 0.002 : 0.003"
  upstream_ms,
  upstream_ns,
  upstream_part_s,  // this much of the duration, too
  content_type,
  cache_status,
  edge_location,
  request_id,
  // What the browser said beside.
  gpc,
  fetch_dest,
  sec_purpose,
  purpose,
  range,
  range_start,  // of what was sent: 5 of "bytes=5-9"
  // Of hits that no log has.
  via,
  event,
  props,
  engaged_us,
  browser_facts,
  count_,
};
constexpr auto kFieldCount = static_cast<uint32_t>(Field::count_);

// A set of fields: a bit for each.
using Fields = uint64_t;
static_assert(kFieldCount <= 64);
template <class... Each>
constexpr Fields fields(Each... each) {
  return ((Fields{1} << static_cast<uint32_t>(each)) | ...);
}
constexpr bool has_field(Fields all, Field field) { return (all & fields(field)) != 0; }

}  // namespace ballcone
