// Every route of the web server, as a table in routes.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/time_zone.h"
#include "collect/request.h"
#include "hit/live_tail.h"
#include "hit/services.h"
#include "hit/stats.h"
#include "store/store.h"
#include "web/server.h"
#include "web/upload.h"

namespace ballcone {

class ShareRegistry;  // shares.h

// What of the settings is said to visitors: privacy.cc.
struct PrivacySettings {
  AddressPolicy addresses = AddressPolicy::masked;
  bool masks_urls = true;
  bool has_places = false;   // a list of addresses' places is in use
  int keep_hits_days = 0;    // 0: for ever
  int keep_totals_days = 0;  // the same
};

struct WebContext {
  Store* store = nullptr;               // outlives the server
  std::function<IngestStats()> ingest;  // any thread
  std::function<int64_t()> now_us;
  int top_limit = 5;
  int days = 30;
  std::string syslog_host;  // for the /setup page
  uint16_t syslog_port = 0;
  std::string version;
  std::string geoip_attribution;  // "" if none is owed
  int64_t console_time_us = 10'000'000;
  size_t console_rows = 10'000;
  TimeZones zones;  // of the services
  // Never waits; any thread. The outcome's memory is used again.
  std::function<void(const CollectRequest&, CollectOutcome*)> collect;
  std::shared_ptr<ServiceRegistry> registry;  // told of changes; null: nobody is
  PrivacySettings privacy;
  LiveTail* live = nullptr;       // outlives the server; null: hits are not shown as they arrive
  int live_hits_per_s = 20;       // to each who watches; of more, a sample
  uint64_t memory_bytes_max = 0;  // of the database engine
  size_t console_file_rows = 1'000'000;   // of an answer as CSV or Parquet
  Upload upload;                          // absent: none is taken
  std::shared_ptr<Door> door;             // who may look; null: everybody
  std::shared_ptr<ShareRegistry> shares;  // links for others; null: there are none
};

// Dispatches a request to its route; 404 and 405 with a JSON error otherwise. Any thread.
HttpResponse handle(const WebContext& context, const HttpRequest& request);

// True if handle() answers it without waiting for the store: for HttpOptions::is_quick.
bool is_quick(const HttpRequest& request);

// True if anybody may ask for it, a page of another site included: for HttpOptions::is_public.
bool is_public(const HttpRequest& request);

// True if it needs no password, be it that it comes with another secret, as a share link does: for
// HttpOptions::is_unlocked.
bool is_unlocked(const HttpRequest& request);

// Answers pixels as handle() would, for HttpOptions::make_plain_handler; `context` outlives it.
PlainHandler make_pixel_handler(const WebContext& context);

// docs/routes.md.
std::string routes_markdown();

}  // namespace ballcone
