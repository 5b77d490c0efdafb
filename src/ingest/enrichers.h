// What the enrichment steps need to know, opened from its files.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/time_zone.h"
#include "config.h"
#include "enrich/bot.h"
#include "enrich/enrich.h"
#include "enrich/geoip.h"
#include "enrich/referrer.h"
#include "enrich/user_agent.h"
#include "store/salts.h"

namespace ballcone {

// Of --addresses.
AddressPolicy address_policy(const std::string& name);

// Whether all files are there; the error says what to do. Gives whom the country database wants
// named, empty without one.
Result<std::string> check_enrichers(const Config& config, const std::string& data_dir);

// One per thread: the caches inside are not shared. What cannot be opened is told to the log and
// left out.
class Enrichers {
 public:
  // `salts` outlives it.
  Enrichers(const Config& config, const std::string& data_dir, Salts& salts);
  Enrichers(const Enrichers&) = delete;
  Enrichers& operator=(const Enrichers&) = delete;

  EnrichContext& context() { return context_; }
  // Looks for newer files, once a minute at most.
  void reload(int64_t now_us);

 private:
  class DaySalts : public SaltSource {
   public:
    explicit DaySalts(Salts& salts) : salts_(salts) {}
    Salt salt(std::string_view service, int64_t day) override;

   private:
    Salts& salts_;
  };

  std::unique_ptr<UserAgentParser> user_agents_;
  std::unique_ptr<BotList> bots_;
  std::unique_ptr<GeoIp> geoip_;
  std::unique_ptr<ReferrerList> referrers_;
  DaySalts salts_;
  const TimeZones zones_;
  EnrichContext context_;
  int64_t reloaded_us_ = 0;
};

}  // namespace ballcone
