// The keys of the JSON lines that servers send: nginx's as hit/nginx_format.cc writes them, others'
// as web/setup_logs.cc does; inside this room only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "decode/field.h"
#include "decode/same_text.h"

namespace ballcone {

struct BallconeKey {
  std::string_view name;
  Field field;
};
constexpr BallconeKey kBallconeKeyList[] = {
    {"service", Field::service},
    {"date", Field::time_iso},
    {"ip", Field::address},
    {"host", Field::host},
    {"path", Field::uri},
    {"status", Field::status},
    {"referrer", Field::referrer},
    {"user_agent", Field::user_agent},
    {"length", Field::bytes},
    {"generation_time_milli", Field::duration_s},
    {"duration_ms", Field::duration_ms},  // of servers that know no seconds: web/setup_logs.cc
    {"upstream_time", Field::upstream_s},
    {"request_id", Field::request_id},
    {"method", Field::method},
    {"scheme", Field::scheme},
    {"protocol", Field::protocol},
    {"cache_status", Field::cache_status},
    {"content_type", Field::content_type},
    {"gpc", Field::gpc},
    {"fetch_dest", Field::fetch_dest},
    {"sec_purpose", Field::sec_purpose},
    {"purpose", Field::purpose},
    {"range", Field::range},
};

// A perfect hash: a name's length and outer letters tell the keys apart, multiplied by a factor
// that the compiler finds.
class BallconeKeyTable {
 public:
  constexpr BallconeKeyTable() {
    while (!fill()) factor_ += 2;
  }

  // Field::ignored if there is no such key.
  Field find(std::string_view name) const {
    if (name.empty()) return Field::ignored;
    const BallconeKey& key = slots_[slot_of(name)];
    return is_same_text(key.name, name) ? key.field : Field::ignored;
  }

 private:
  constexpr size_t slot_of(std::string_view name) const {
    const auto first = static_cast<uint8_t>(name.front());
    const auto last = static_cast<uint8_t>(name.back());
    const uint32_t mixed = first + last * 256U + static_cast<uint32_t>(name.size()) * 65536U;
    return (mixed * factor_) >> 26;
  }
  constexpr bool fill() {
    slots_.fill({"", Field::ignored});
    for (const BallconeKey& key : kBallconeKeyList) {
      BallconeKey& slot = slots_[slot_of(key.name)];
      if (slot.field != Field::ignored) return false;
      slot = key;
    }
    return true;
  }

  std::array<BallconeKey, 64> slots_{};
  uint32_t factor_ = 2654435761U;
};
constexpr BallconeKeyTable kBallconeKeys;

}  // namespace ballcone
