// The keys of nginx's JSON lines, as hit/nginx_format.cc writes them; inside this room only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "decode/same_text.h"

namespace ballcone {

enum class NginxKey : uint8_t {
  service,
  date,
  ip,
  host,
  path,
  status,
  referrer,
  user_agent,
  length,
  generation_time_milli,
  upstream_time,
  request_id,
  method,
  scheme,
  protocol,
  cache_status,
  content_type,
  gpc,
  fetch_dest,
  sec_purpose,
  purpose,
  range,
  unknown,
};
constexpr size_t kNginxKeyCount = static_cast<size_t>(NginxKey::unknown);

// Ordered as NginxKey.
constexpr std::array<std::string_view, kNginxKeyCount> kNginxKeyNames{
    "service",       "date",         "ip",         "host",       "path",
    "status",        "referrer",     "user_agent", "length",     "generation_time_milli",
    "upstream_time", "request_id",   "method",     "scheme",     "protocol",
    "cache_status",  "content_type", "gpc",        "fetch_dest", "sec_purpose",
    "purpose",       "range"};

// A perfect hash: a name's length and outer letters tell the keys apart, multiplied by a factor
// that the compiler finds.
class NginxKeyTable {
 public:
  constexpr NginxKeyTable() {
    while (!fill()) factor_ += 2;
  }

  NginxKey find(std::string_view name) const {
    if (name.empty()) return NginxKey::unknown;
    const NginxKey key = slots_[slot_of(name)];
    const bool is_it =
        key != NginxKey::unknown && is_same_text(kNginxKeyNames[static_cast<size_t>(key)], name);
    return is_it ? key : NginxKey::unknown;
  }

 private:
  constexpr size_t slot_of(std::string_view name) const {
    const auto first = static_cast<uint8_t>(name.front());
    const auto last = static_cast<uint8_t>(name.back());
    const uint32_t mixed = first + last * 256U + static_cast<uint32_t>(name.size()) * 65536U;
    return (mixed * factor_) >> 26;
  }
  constexpr bool fill() {
    slots_.fill(NginxKey::unknown);
    for (size_t i = 0; i < kNginxKeyCount; ++i) {
      NginxKey& slot = slots_[slot_of(kNginxKeyNames[i])];
      if (slot != NginxKey::unknown) return false;
      slot = static_cast<NginxKey>(i);
    }
    return true;
  }

  std::array<NginxKey, 64> slots_{};
  uint32_t factor_ = 2654435761U;
};
constexpr NginxKeyTable kNginxKeys;

}  // namespace ballcone
