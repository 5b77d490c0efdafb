// The collector of `serve`, and what it has to be told of the store.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "collect/collector.h"
#include "config.h"
#include "store/store.h"

namespace ballcone {

class Collection {
 public:
  // `store` outlives it.
  Collection(CollectOptions options, Store& store, std::shared_ptr<const ServiceRegistry> services);
  ~Collection();

  Collector& collector() { return collector_; }
  // Ids that are stored: before the first request.
  Result<void> load_ids();

 private:
  void run();

  Store& store_;
  Collector collector_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::jthread thread_;  // reads the hosts of logs, now and then
};

Result<std::unique_ptr<Collection>> start_collection(
    const Config& config, Store& store, std::shared_ptr<const ServiceRegistry> services);

}  // namespace ballcone
