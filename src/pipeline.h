// What `serve` receives: datagrams and followed files → workers → store. Owns their threads.
//
//   receive thread      UDP socket → blocks     (as fast as the kernel gives)
//   follow thread       log files → blocks
//   collecting thread   what scripts and pixels sent → blocks (ingest/collect_feed.h)
//   workers             blocks → hits → enriched → committed (ingest/workers.h)
//
// While the workers are busy the receiver waits, then the kernel's buffer fills, and the kernel
// counts what it loses; files wait on the disk. Nothing else is ever lost.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "collect/request.h"
#include "config.h"
#include "hit/live_tail.h"
#include "hit/services.h"
#include "hit/stats.h"
#include "ingest/claims.h"
#include "store/salts.h"
#include "store/store.h"

namespace ballcone {

class Pipeline {
 public:
  virtual ~Pipeline() = default;  // stop()

  // Takes what the socket still holds, decodes and commits it, ends the threads. Returns false if
  // hits had to be dropped because the store refused them for stop_time_max_us.
  virtual bool stop() = 0;
  // What a script, pixel or server sent, of so many bytes. Never waits: lines for which there is no
  // room become refusals. Any thread.
  virtual void take(CollectOutcome* outcome, size_t bytes) = 0;
  // The first source is the syslog socket, the second scripts and pixels. Any thread.
  virtual IngestStats stats() const = 0;
  virtual std::string syslog_address() const = 0;  // "127.0.0.1:65140"
  virtual uint16_t syslog_port() const = 0;
  virtual std::string geoip_attribution() const = 0;
};

// `store`, `salts` and `claims` outlive it. `data_dir` holds the enrichers' files. `services`: what
// they want kept; null: all are as the settings say. `live`: where hits are shown as they arrive;
// it outlives the pipeline too.
Result<std::unique_ptr<Pipeline>> start_pipeline(
    const Config& config, const std::string& data_dir, Store& store, Salts& salts, Claims& claims,
    std::shared_ptr<const ServiceRegistry> services = nullptr, LiveTail* live = nullptr);

}  // namespace ballcone
