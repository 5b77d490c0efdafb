// A request → the lines to store, or why not. Pure but for its tables: rate limits, ids seen, and
// the services that it is told of.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collect/client_address.h"
#include "collect/collected_hit.h"
#include "collect/rate_limiter.h"
#include "collect/request.h"
#include "collect/seen_ids.h"
#include "hit/services.h"

namespace ballcone {

struct CollectOptions {
  uint32_t rate_per_minute = 1000;  // of one address; 0: no limit
  TrustedProxies proxies;
};

// Ids of idempotency that are remembered. They are also the request_id of their rows: who restarts
// reads them again, so that they last as long as the rows do.
constexpr size_t kSeenIdsMax = 1 << 18;

// The hosts that a service's logs have, by service.
using LogHosts = std::map<std::string, std::set<std::string>, std::less<>>;

// Any thread.
class Collector {
 public:
  Collector(CollectOptions options, std::shared_ptr<const ServiceRegistry> services);

  // Fills `*outcome`, whatever was in it.
  void collect(const CollectRequest& request, CollectOutcome* outcome);

  // Services that nobody has registered, but whose logs are there, take hits from their logs'
  // hosts.
  void set_log_hosts(LogHosts hosts);
  // The low half of a stored row's request_id.
  void remember(uint64_t id) { seen_.add(id); }
  // There was no room for some of the lines: their ids may come again.
  void forget_refused(const CollectOutcome& outcome);

 private:
  Fault admit(const CollectRequest& request, CollectedHit* hit, std::string_view named,
              std::vector<CollectedLine>* lines);
  void collect_hit(const CollectRequest& request, CollectOutcome* outcome);
  void collect_lines(const CollectRequest& request, CollectOutcome* outcome);
  std::string find_in_logs(std::string_view named, std::string_view host) const;

  const CollectOptions options_;
  const std::shared_ptr<const ServiceRegistry> services_;
  RateLimiter limiter_;
  SeenIds seen_{kSeenIdsMax};
  mutable std::mutex mutex_;
  std::shared_ptr<const LogHosts> log_hosts_ = std::make_shared<const LogHosts>();
};

}  // namespace ballcone
