// Every enricher, opened from the build's data files, for one thread.
#pragma once

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "enrich/bot.h"
#include "enrich/enrich.h"
#include "enrich/geoip.h"
#include "enrich/referrer.h"
#include "enrich/user_agent.h"

namespace ballcone {

template <class Opened>
Opened open_data(Result<Opened> (*open)(const std::string& path), const char* name) {
  auto opened = open(std::string(BALLCONE_DATA_DIR) + "/" + name);
  if (!opened) {
    std::cerr << opened.error().message << "\n";
    std::exit(1);
  }
  return std::move(*opened);
}

struct BenchEnrichers : SaltSource {
  std::unique_ptr<UserAgentParser> user_agents = open_data(open_user_agents, "regexes.yaml");
  std::unique_ptr<BotList> bots = open_data(open_bots, "crawler-user-agents.json");
  std::unique_ptr<GeoIp> geoip = open_data(open_geoip, "dbip-country.mmdb");
  std::unique_ptr<ReferrerList> referrers = open_data(open_referrers, "referrers.json");

  // The same for all, so that a run can be repeated.
  Salt salt(std::string_view, int64_t day) override { return {static_cast<uint8_t>(day), 1, 2, 3}; }

  EnrichContext context() {
    return {.user_agents = user_agents.get(),
            .bots = bots.get(),
            .geoip = geoip.get(),
            .referrers = referrers.get(),
            .salts = this};
  }
};

}  // namespace ballcone
