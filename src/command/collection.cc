#include "command/collection.h"

#include <chrono>

#include "base/clock.h"
#include "base/log.h"
#include "store/services.h"

namespace ballcone {
namespace {

// A site that has just begun to log waits so long for its script; reading takes 0.1 s of a hundred
// million hits, and at most a hundredth of the time.
constexpr auto kHostsPeriod = std::chrono::seconds(10);
constexpr int64_t kBusyShare = 100;

LogHosts by_service(const std::vector<ServiceHost>& all) {
  LogHosts hosts;
  for (const ServiceHost& one : all) hosts[one.service].insert(one.host);
  return hosts;
}

}  // namespace

Collection::Collection(CollectOptions options, Store& store,
                       std::shared_ptr<const ServiceRegistry> services)
    : store_(store), collector_(std::move(options), std::move(services)) {
  thread_ = std::jthread([this] { run(); });
}

Collection::~Collection() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
}

Result<void> Collection::load_ids() {
  const auto ids = read_server_ids(store_, kSeenIdsMax);
  if (!ids) return tl::unexpected(ids.error());
  for (size_t i = ids->size(); i > 0; --i) collector_.remember((*ids)[i - 1]);
  return {};
}

void Collection::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    const int64_t begun_ns = monotonic_ns();
    if (auto hosts = read_log_hosts(store_, now_us()))
      collector_.set_log_hosts(by_service(*hosts));
    else
      log_warning("the hosts of logs are not known: {}", hosts.error().message);
    const std::chrono::nanoseconds rest((monotonic_ns() - begun_ns) * kBusyShare);
    lock.lock();
    stopped_.wait_for(lock, std::max<std::chrono::nanoseconds>(kHostsPeriod, rest),
                      [&] { return is_stopping_; });
  }
}

Result<std::unique_ptr<Collection>> start_collection(
    const Config& config, Store& store, std::shared_ptr<const ServiceRegistry> services) {
  auto proxies = TrustedProxies::parse(config.trusted_proxies);
  if (!proxies) return tl::unexpected(proxies.error());
  auto collection = std::make_unique<Collection>(
      CollectOptions{.rate_per_minute = config.rate_limit, .proxies = std::move(*proxies)}, store,
      std::move(services));
  if (auto done = collection->load_ids(); !done) return tl::unexpected(done.error());
  return collection;
}

}  // namespace ballcone
