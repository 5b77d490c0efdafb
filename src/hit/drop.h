// Why a line was not stored: a closed set, counted per source.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ballcone {

enum class Drop : uint8_t {
  empty,        // nothing in the datagram or line
  comment,      // a line of a log that begins with # and holds no request
  no_payload,   // a syslog datagram without "<PRI>… tag: payload"
  too_long,     // longer than line_bytes_max
  truncated,    // cut by a relay before what is needed was there
  malformed,    // not in the format (not JSON, …)
  no_service,   // the service's name is missing or empty
  bad_service,  // the service's name has characters that a name may not have, or is too long
  service_not_allowed,  // --services names others
  too_many_services,    // one more would pass services_max
  no_time,              // the date is missing
  bad_time,             // the date is not as the format has it, or not between 1990 and 2100
  out_of_range,         // before --since, or not before --until
  excluded,             // its path is among those that --exclude names
  store_failed,         // the database refused the batch until the program had to stop
  // Of what scripts, pixels and servers send: docs/collect.md.
  unknown_service,  // it names no service that is there, nor does its Origin or Referer
  wrong_key,        // a key that is none, or another service's
  wrong_origin,     // no key, and Origin or Referer is not of the service's hosts
  rate_limited,     // too many from one address
  opted_out,        // Sec-GPC or DNT, and the service honours it
  bad_request,      // not what the route takes: no URL, a name too long, not JSON …
  too_large,        // more bytes or lines than the route takes
  stale,            // its own time is too far from ours
  replayed,         // its idempotency key has been seen
  queue_full,       // more came than could be stored
};
constexpr size_t kDropCount = 25;

struct DropText {
  std::string_view name;  // in metrics and the API
  std::string_view help;  // for a person: what was expected and what to do
};

// Ordered as Drop.
constexpr std::array<DropText, kDropCount> kDrops{{
    {"empty", "The line was empty."},
    {"comment", "The line is a comment of the log, not a request."},
    {"no_payload",
     "Expected a syslog message, <190>… nginx: {…}. Is something else sending to this port?"},
    {"too_long",
     "The line is longer than the limit; shorten the log format or raise line_bytes_max."},
    {"truncated",
     "A relay on the way cut the line; raise its message size (rsyslog: $MaxMessageSize 64k)."},
    {"malformed",
     "The line is not in the log format; compare your log_format with the one on the /nginx page."},
    {"no_service",
     "The line names no service; add \"service\": \"…\" to the log_format, or import with "
     "--service."},
    {"bad_service",
     "A service's name has letters, digits, _, - and . only, and at most 64 characters."},
    {"service_not_allowed", "The service is not among those that --services names."},
    {"too_many_services", "As many services as --services-max allows are there already."},
    {"no_time", "The line has no date; add \"date\": \"$time_iso8601\" to the log_format."},
    {"bad_time", "The date is not as the format has it, or not between 1990 and 2100."},
    {"out_of_range", "The time is before --since, or not before --until."},
    {"excluded", "The path is among those that --exclude names."},
    {"store_failed", "The database could not take the batch; the log says why (disk full?)."},
    {"unknown_service",
     "The hit belongs to no service that is registered; add it with `ballcone service add`."},
    {"wrong_key", "The key is not the service's; `ballcone service list` shows it."},
    {"wrong_origin",
     "The hit has no key, and its Origin or Referer is none of the service's hosts; add the host "
     "with `ballcone service add NAME --host HOST`."},
    {"rate_limited", "One address sent more hits than --rate-limit allows."},
    {"opted_out",
     "The browser asked not to be tracked (Sec-GPC or DNT), which the service honours."},
    {"bad_request", "The request is not as docs/collect.md has it: URL, name, properties, JSON."},
    {"too_large", "The request has more bytes, lines or properties than the route takes."},
    {"stale", "The hit's own time is too far from the server's."},
    {"replayed", "The hit's idempotency key has been seen: it is stored already."},
    {"queue_full", "More hits came than the database could take; they are lost."},
}};

constexpr const DropText& text_of(Drop drop) { return kDrops[static_cast<size_t>(drop)]; }

}  // namespace ballcone
