#include "command/counting.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "store/services.h"

namespace ballcone {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// "Europe/Berlin", "blog=America/New_York"
Result<TimeZones> zones_of(const std::vector<std::string>& texts) {
  TimeZones zones;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    auto zone = TimeZone::find(equals == text.npos ? text : text.substr(equals + 1));
    if (!zone) return tl::unexpected(zone.error());
    if (equals == text.npos)
      zones.usual = *zone;
    else
      zones.of_service.insert_or_assign(text.substr(0, equals), *zone);
  }
  return zones;
}

// Those that `ballcone service` was told, but for those that the command line names.
Result<void> add_zones_of_services(Store& store, const TimeZones& given, Config* config) {
  const auto services = read_services(store);
  if (!services) return tl::unexpected(services.error());
  for (const ServiceSettings& service : *services) {
    if (service.time_zone.empty() || given.of_service.contains(service.name)) continue;
    auto zone = TimeZone::find(service.time_zone);
    if (!zone) return tl::unexpected(zone.error());
    config->zones.of_service.insert_or_assign(service.name, *zone);
    std::erase_if(config->time_zones,
                  [&](const std::string& text) { return text.starts_with(service.name + "="); });
    config->time_zones.push_back(service.name + "=" + service.time_zone);
  }
  return {};
}

}  // namespace

Result<void> agree_on_counting(Store& store, Config* config) {
  auto table =
      store.query({"SELECT key, value FROM data.meta WHERE key LIKE 'counting_%'", {}}, {});
  if (!table) return tl::unexpected(table.error());
  std::map<std::string, std::string> kept;
  for (const auto& row : table->rows)
    kept[std::get<std::string>(row[0])] = std::get<std::string>(row[1]);
  const TimeZones given = config->zones;
  if (config->time_zones.empty() && !kept["counting_time_zones"].empty()) {
    config->time_zones = split(kept["counting_time_zones"]);
    auto zones = zones_of(config->time_zones);
    if (!zones) return tl::unexpected(zones.error());
    config->zones = std::move(*zones);
  }
  if (auto done = add_zones_of_services(store, given, config); !done) return done;
  if (!config->sets_visit_gap) {
    const std::string& text = kept["counting_visit_gap"];
    std::from_chars(text.data(), text.data() + text.size(), config->visit_gap_min);
  }
  if (!config->sets_rules_off) config->rules_off = split(kept["counting_rules_off"]);

  const std::map<std::string, std::string> wanted = {
      {"counting_time_zones", fmt::format("{}", fmt::join(config->time_zones, "\n"))},
      {"counting_visit_gap", fmt::to_string(config->visit_gap_min)},
      {"counting_rules_off", fmt::format("{}", fmt::join(config->rules_off, "\n"))}};
  if (kept == wanted) return {};
  return store.transact([&](Transaction& transaction) -> Result<void> {
    for (const auto& [key, value] : wanted) {
      auto done = transaction.run({"INSERT OR REPLACE INTO data.meta VALUES (?, ?)", {key, value}});
      if (!done) return tl::unexpected(done.error());
    }
    return {};
  });
}

Result<void> check_counting(const Config& config, const ImportSettings& settings) {
  const auto differ = [](const char* flag, const std::string& is, const std::string& wanted) {
    return failure(fmt::format(
        "the running server has --{0} {1}, which holds for the whole database; expected the same,"
        " got {2}: leave --{0} out, or start the server with it",
        flag, is, wanted));
  };
  const auto sorted = [](std::vector<std::string> names, const char* none) {
    std::sort(names.begin(), names.end());
    return names.empty() ? std::string(none) : fmt::format("{}", fmt::join(names, ","));
  };
  if (settings.visit_gap_min && *settings.visit_gap_min != config.visit_gap_min)
    return differ("visit-gap", fmt::to_string(config.visit_gap_min),
                  fmt::to_string(*settings.visit_gap_min));
  if (settings.rules_off) {
    const std::string is = sorted(config.rules_off, "none");
    const std::string wanted = sorted(*settings.rules_off, "none");
    if (is != wanted) return differ("rules-off", is, wanted);
  }
  if (settings.time_zones) {
    const std::string is = sorted(config.time_zones, "UTC");
    const std::string wanted = sorted(*settings.time_zones, "UTC");
    if (is != wanted) return differ("time-zone", is, wanted);
  }
  return {};
}

DeriveOptions derive_options(const Config& config) {
  return {.visit_gap_us = config.visit_gap_min * int64_t{60'000'000},
          .rules_off = config.rules_off,
          .keep_hits_days = config.keep_hits_days,
          .keep_totals_days = config.keep_totals_days};
}

}  // namespace ballcone
