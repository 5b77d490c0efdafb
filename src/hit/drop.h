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
};
constexpr size_t kDropCount = 15;

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
}};

constexpr const DropText& text_of(Drop drop) { return kDrops[static_cast<size_t>(drop)]; }

}  // namespace ballcone
