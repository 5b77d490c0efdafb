#include "command/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "command/collection.h"
#include "command/counting.h"
#include "command/data_dir.h"
#include "command/import_connection.h"
#include "command/import_socket.h"
#include "command/server_file.h"
#include "command/uploads.h"
#include "command_line.h"
#include "derive/deriver.h"
#include "hit/live_tail.h"
#include "ingest/enrichers.h"
#include "pipeline.h"
#include "store/salts.h"
#include "store/services.h"
#include "store/store.h"
#include "version.h"
#include "web/door.h"
#include "web/routes.h"
#include "web/server.h"
#include "web/shares.h"

namespace ballcone {
namespace {

// Blocks them in this and all later threads; wait() takes them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  int wait() const {
    int number = 0;
    sigwait(&signals_, &number);
    return number;
  }

 private:
  sigset_t signals_;
};

LogLevel log_level(const std::string& name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warning") return LogLevel::warning;
  if (name == "error") return LogLevel::error;
  return LogLevel::info;
}

// A wildcard address is reached from this machine by its loopback address.
std::string local_host(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "::1";
  return host;
}

std::string url_host(const std::string& host) {
  return host.find(':') == host.npos ? host : "[" + host + "]";
}

// Where files that are uploaded are kept until they are imported.
std::string folder_of(const std::string& database) {
  if (database == ":memory:") return std::filesystem::temp_directory_path().string();
  return std::filesystem::absolute(database).parent_path().string();
}

// Null where there can be no socket: everything else works without it.
std::unique_ptr<ImportSocket> open_for_imports(const Config& config, ImportWork& work) {
  auto socket = start_import_socket(import_socket_path(config.database), work);
  if (socket) return std::move(*socket);
  log_warning("`ballcone import` cannot hand its work to this server: {}", socket.error().message);
  return nullptr;
}

PrivacySettings privacy_settings(const Config& config) {
  return {.addresses = address_policy(config.addresses),
          .masks_urls = config.mask_urls != "off",
          .has_places = config.geoip != "none",
          .keep_hits_days = config.keep_hits_days,
          .keep_totals_days = config.keep_totals_days};
}

Result<std::shared_ptr<Door>> open_door(const Config& config, const std::string& local_token) {
  auto proxies = TrustedProxies::parse(config.trusted_proxies);
  if (!proxies) return tl::unexpected(proxies.error());
  const bool is_open = config.web_auth == "none";
  const bool is_in_memory = config.database == ":memory:";
  return make_door({.user = is_open ? "" : config.web_user,
                    .password_hash = is_open ? "" : config.web_password_hash,
                    .local_token = local_token,
                    .sessions_file = is_in_memory ? "" : config.database + ".sessions",
                    .proxies = std::move(*proxies)});
}

// What of it is the sender's: for the counter of bytes.
size_t bytes_of(const CollectRequest& request) {
  size_t bytes = request.body.size();
  for (const auto& [name, value] : request.query) bytes += name.size() + value.size() + 2;
  return bytes;
}

Result<void> serve(Config config) {
  const StopSignals signals;
  const bool is_in_memory = config.database == ":memory:";
  const std::string data_dir = config.data_dir.empty() ? find_data_dir() : config.data_dir;

  StoreOptions store_options{.path = config.database, .memory_bytes_max = config.memory_mb << 20};
  auto store = open_store(store_options);
  if (!store) return failure(store.error().message);
  if (auto agreed = agree_on_counting(**store, &config); !agreed)
    return failure(agreed.error().message);
  auto salts = open_salts(is_in_memory ? "" : config.database + ".salts");
  if (!salts) return failure(salts.error().message);
  Claims claims;
  const auto services = std::make_shared<ServiceRegistry>();
  auto registered = read_services(**store);
  if (!registered) return failure(registered.error().message);
  services->set(std::move(*registered));
  LiveTail live({.watchers_max = kLiveWatchersMax, .items_max = kLiveItemsMax});
  auto pipeline = start_pipeline(config, data_dir, **store, **salts, claims, services, &live);
  if (!pipeline) return failure(pipeline.error().message);
  auto collection = start_collection(config, **store, services);
  if (!collection) return failure(collection.error().message);

  Deriver deriver(**store, config.zones, derive_options(config));
  const auto import_work = make_store_work(config, **store, **salts, claims, &deriver);
  const auto uploads = start_uploads(folder_of(config.database), *import_work);

  ServerAddress self{.host = local_host(config.web_host), .token = make_token()};
  auto door = open_door(config, self.token);
  if (!door) return failure(door.error().message);
  const auto shares = std::make_shared<ShareRegistry>();
  auto shared = read_shares(**store);
  if (!shared) return failure(shared.error().message);
  shares->set(std::move(*shared));

  const WebContext context{.store = store->get(),
                           .ingest =
                               [&] {
                                 IngestStats stats = (*pipeline)->stats();
                                 stats.derive = deriver.stats();
                                 return stats;
                               },
                           .now_us = now_us,
                           .top_limit = config.top_limit,
                           .days = config.days,
                           .syslog_host = config.syslog_host,
                           .syslog_port = (*pipeline)->syslog_port(),
                           .version = kVersion,
                           .geoip_attribution = (*pipeline)->geoip_attribution(),
                           .console_time_us = kConsoleTimeMax_us,
                           .console_rows = kConsoleRowsMax,
                           .zones = config.zones,
                           .collect =
                               [&](const CollectRequest& request, CollectOutcome* outcome) {
                                 (*collection)->collector().collect(request, outcome);
                                 (*pipeline)->take(outcome, bytes_of(request));
                                 (*collection)->collector().forget_refused(*outcome);
                               },
                           .registry = services,
                           .privacy = privacy_settings(config),
                           .live = &live,
                           .live_hits_per_s = kLiveHitsPerSecond,
                           .memory_bytes_max = store_options.memory_bytes_max,
                           .console_file_rows = kConsoleFileRowsMax,
                           .upload = [&](const UploadCall& call) { return uploads->answer(call); },
                           .door = *door,
                           .shares = shares};
  HttpOptions http{.host = config.web_host,
                   .port = config.web_port,
                   .allowed_hosts = config.web_allowed_hosts,
                   .door = *door,
                   .is_quick = is_quick,
                   .is_public = is_public,
                   .is_unlocked = is_unlocked,
                   .make_plain_handler = [&] { return make_pixel_handler(context); }};
  auto server =
      start_http_server(http, [&](const HttpRequest& request) { return handle(context, request); });
  if (!server) return failure(server.error().message);
  self.port = (*server)->port();
  const std::string server_file = server_file_path(config.database);
  if (!is_in_memory) {
    if (const auto written = write_server_file(server_file, self); !written)
      return failure(written.error().message);
  }

  const auto imports = is_in_memory ? nullptr : open_for_imports(config, *import_work);

  log_info("ballcone {} keeps {}", kVersion, is_in_memory ? "nothing (:memory:)" : config.database);
  log_info("listening on {}/udp", (*pipeline)->syslog_address());
  log_info("serving http://{}:{}", url_host(self.host), self.port);

  const int number = signals.wait();
  log_info("stopping on {}: committing what has arrived", number == SIGINT ? "SIGINT" : "SIGTERM");
  if (!is_in_memory) unlink(server_file.c_str());
  if (imports != nullptr) imports->stop();
  uploads->stop();
  (*server)->stop();
  deriver.stop();
  const bool is_all_stored = (*pipeline)->stop();
  if (const auto done = (*store)->checkpoint(); !done) log_warning("{}", done.error().message);
  const SourceStats stats = (*pipeline)->stats().sources.at(0);
  log_info("stopped: received {}, stored {}, dropped {}, lost in the kernel {}", stats.received,
           stats.stored, stats.dropped_total(), stats.lost_in_kernel);
  if (!is_all_stored)
    return failure("not everything that had arrived could be stored; the log above says why");
  return {};
}

}  // namespace

int run_serve(const Config& config) {
  set_log_level(log_level(config.log_level));
  umask(077);  // the database and its salts are nobody else's
  if (const std::string conflict = find_conflict(config); !conflict.empty()) {
    log_error("{}", conflict);
    return 2;
  }
  const auto result = serve(config);
  if (!result) log_error("{}", result.error().message);
  return result ? 0 : 1;
}

}  // namespace ballcone
