#include "hit/hit.h"

#include <fmt/format.h>

#include "base/time.h"

namespace ballcone {
namespace {

// Line ends and the like would break the one line that a hit is.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string to_string(const Hit& hit) {
  std::string out;
  const auto text = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format(" {}={}", name, printable(value));
  };
  const auto number = [&](std::string_view name, auto value) {
    if (value != kAbsent<decltype(value)>) out += fmt::format(" {}={}", name, value);
  };
  if (hit.time_us != kAbsent<int64_t>) text("time", format_time(hit.time_us));
  text("service", hit.service);
  text("host", hit.host);
  text("address", hit.address);
  text("method", hit.method);
  text("uri", hit.uri);
  text("protocol", hit.protocol);
  text("scheme", hit.scheme);
  text("content_type", hit.content_type);
  text("referrer", hit.referrer);
  text("user_agent", hit.user_agent);
  text("fetch_dest", hit.fetch_dest);
  text("purpose", hit.purpose);
  text("cache_status", hit.cache_status);
  text("via", hit.via);
  text("event", hit.event);
  text("props", hit.props);
  text("browser_facts", hit.browser_facts);
  text("edge_location", hit.edge_location);
  number("status", hit.status);
  number("bytes", hit.bytes);
  number("generation_time_us", hit.generation_time_us);
  number("upstream_time_us", hit.upstream_time_us);
  number("engaged_us", hit.engaged_us);
  number("range_start", hit.range_start);
  number("gpc", hit.gpc);
  if (hit.request_id != RequestId{}) {
    out += fmt::format(" request_id={:016x}{:016x}", hit.request_id.high, hit.request_id.low);
  }
  if (hit.is_repaired) out += " repaired";
  return out.empty() ? out : out.substr(1);
}

}  // namespace ballcone
