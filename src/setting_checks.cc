#include "setting_checks.h"

#include <fmt/format.h>

#include <charconv>

#include "base/time.h"
#include "collect/client_address.h"
#include "derive/rules.h"
#include "hit/drop.h"
#include "hit/service.h"

namespace ballcone {

std::string add_time_zone(std::string_view text, TimeZones* zones) {
  const size_t equals = text.find('=');
  const auto zone = TimeZone::find(text.substr(equals == text.npos ? 0 : equals + 1));
  if (!zone) return zone.error().message;
  if (equals == text.npos) {
    zones->usual = *zone;
    return "";
  }
  const auto service = service_name(text.substr(0, equals));
  if (!service)
    return fmt::format("expected SERVICE=NAME, got \"{}\": {}", text.substr(0, 64),
                       text_of(Drop::bad_service).help);
  zones->of_service.insert_or_assign(std::string(*service), *zone);
  return "";
}

std::string find_zone_fault(const std::string& text) {
  TimeZones zones;
  return add_time_zone(text, &zones);
}

std::string find_rule_fault(const std::string& name) {
  if (name.empty() || name == "none") return "";
  const auto known = check_rule_name(name);
  return known ? "" : known.error().message;
}

std::string find_proxy_fault(const std::string& text) {
  const auto proxies = TrustedProxies::parse({text});
  return proxies ? "" : proxies.error().message;
}

std::optional<int> days_kept(std::string_view text) {
  if (text == "forever") return 0;
  if (!text.ends_with('d')) return std::nullopt;
  int days = 0;
  const char* end = text.data() + text.size() - 1;
  const auto [at, error] = std::from_chars(text.data(), end, days);
  if (error != std::errc() || at != end || days < 1 || days > 36'600) return std::nullopt;
  return days;
}

std::string find_keep_fault(const std::string& text) {
  if (days_kept(text)) return "";
  return fmt::format("expected a number of days such as 90d, or forever; got \"{}\"",
                     text.substr(0, 64));
}

}  // namespace ballcone
