// What the texts of settings mean, and what is wrong with them. A fault is a sentence for a person;
// empty: there is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time_zone.h"

namespace ballcone {

// "Europe/Berlin" for all services, or "blog=America/New_York" for one; returns the fault.
std::string add_time_zone(std::string_view text, TimeZones* zones);

// "90d" is 90, "forever" 0; nothing if it is neither.
std::optional<int> days_kept(std::string_view text);

std::string find_zone_fault(const std::string& text);
std::string find_rule_fault(const std::string& name);
std::string find_proxy_fault(const std::string& text);
std::string find_keep_fault(const std::string& text);

}  // namespace ballcone
