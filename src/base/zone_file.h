// The system's time zones as files: TZif (RFC 8536) of the IANA database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ballcone {

// From that moment on, local time is UTC and this much. Seconds.
struct OffsetChange {
  int64_t time_s = 0;
  int64_t offset_s = 0;
  bool operator==(const OffsetChange&) const = default;
};

// Sorted. The first one stands for all time before the second. The rule at the file's end
// ("EST5EDT,M3.2.0,M11.1.0") is written out until kRuleYearMax. Pure.
Result<std::vector<OffsetChange>> parse_zone_file(std::string_view bytes);
constexpr int64_t kRuleYearMax = 2400;

// What there is for "Europe/Berlin" in the system's folder, or in that of the environment's TZDIR.
Result<std::vector<OffsetChange>> read_zone_file(const std::string& name);

// The names that the folder has; those that only repeat others ("posix/…") left out.
std::vector<std::string> zone_names();

}  // namespace ballcone
