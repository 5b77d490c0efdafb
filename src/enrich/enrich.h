// Columns → more columns. enrich.cc holds the ordered table of steps.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "base/time_zone.h"
#include "hit/batch.h"
#include "hit/services.h"
#include "hit/stats.h"

namespace ballcone {

class UserAgentParser;
class BotList;
class GeoIp;
class ReferrerList;

using Salt = std::array<uint8_t, 16>;

// Gives the salt of a service's local day (days since 1970-01-01). Lives outside: randomness and
// disk are not ours.
class SaltSource {
 public:
  virtual ~SaltSource() = default;
  virtual Salt salt(std::string_view service, int64_t day) = 0;
};

// What the steps need to know; read-only but for the caches inside. One per thread.
struct EnrichContext {
  UserAgentParser* user_agents = nullptr;   // null: browser, os and device stay absent
  BotList* bots = nullptr;                  // null: nobody is a bot
  GeoIp* geoip = nullptr;                   // null: no country
  const ReferrerList* referrers = nullptr;  // null: hosts only
  SaltSource* salts = nullptr;              // must be there
  const TimeZones* zones = nullptr;         // of the services; null: UTC
  AddressPolicy addresses = AddressPolicy::masked;
  bool masks_urls = true;  // secrets and e-mail addresses in them: enrich/masking.h
  // Those that want something else of their hits' addresses and places; null: none does.
  std::shared_ptr<const Services> services = nullptr;
  std::vector<std::optional<IpAddress>> parsed_addresses = {};  // of this batch: enrich/addresses.h
};

struct EnrichStep {
  std::string_view name;  // "user_agent"
  std::string_view doc;   // what it fills, from what
  void (*run)(HitBatch& batch, EnrichContext& context);
};

// In the order they run.
std::span<const EnrichStep> enrich_steps();

// Runs all steps on a batch as the decoder left it; afterwards every column of the schema is filled
// and check_lengths() holds. `times` (may be null) has one row per step, to which rows and
// nanoseconds are added by `monotonic_ns`.
void enrich(HitBatch& batch, EnrichContext& context, std::vector<StepTime>* times,
            int64_t (*monotonic_ns)());

}  // namespace ballcone
