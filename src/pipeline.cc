#include "pipeline.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "enrich/geoip.h"
#include "hit/service.h"
#include "ingest/collect_feed.h"
#include "ingest/enrichers.h"
#include "ingest/follow_feed.h"
#include "ingest/workers.h"
#include "source/syslog_udp.h"

namespace ballcone {
namespace {

// After the stop: long enough for a full socket buffer, short enough for a sender that never
// pauses.
constexpr int64_t kDrainTimeMax_ns = 2'000'000'000;

class LivePipeline : public Pipeline {
 public:
  LivePipeline(const IngestOptions& options, Store& store, Salts& salts,
               std::unique_ptr<SyslogUdp> receiver, std::unique_ptr<FollowFeed> followed,
               std::string geoip_attribution)
      : receiver_(std::move(receiver)),
        followed_(std::move(followed)),
        geoip_attribution_(std::move(geoip_attribution)),
        started_us_(now_us()),
        syslog_(std::make_shared<Feed>()),
        workers_(options, store, salts),
        collected_(workers_) {
    syslog_->name = "syslog " + receiver_->address();
    syslog_->is_syslog = true;
    syslog_->pixels_from = pixels_from(options.config.log_pixels);
    syslog_->counters = std::make_shared<Counters>(true);
    receive_thread_ = std::jthread([this] { run_receive(); });
    if (followed_) follow_thread_ = std::jthread([this] { run_follow(); });
  }

  ~LivePipeline() override { LivePipeline::stop(); }

  bool stop() override {
    if (receive_thread_.joinable()) {
      stop_begun_ns_ = monotonic_ns();
      is_stopping_ = true;
      receive_thread_.join();
      if (follow_thread_.joinable()) follow_thread_.join();
      collected_.stop();
      is_all_stored_ = workers_.finish().has_value();
    }
    return is_all_stored_;
  }

  void take(CollectOutcome* outcome, size_t bytes) override {
    collected_.take(outcome, bytes, now_us());
  }

  IngestStats stats() const override {
    IngestStats stats = workers_.stats();
    SourceStats source;
    source.name = syslog_->name;
    syslog_->counters->fill(&source);
    const SyslogUdpLoss loss = receiver_->loss();
    source.lost_in_kernel = loss.lost;
    source.buffer_bytes = receiver_->buffer_bytes();
    source.buffer_wanted_bytes = loss.buffer_wanted_bytes;
    stats.sources.push_back(std::move(source));
    collected_.fill(&stats.sources.emplace_back());
    if (followed_) followed_->fill(&stats.sources);
    stats.started_us = started_us_;
    return stats;
  }

  std::string syslog_address() const override { return receiver_->address(); }
  uint16_t syslog_port() const override { return receiver_->port(); }
  std::string geoip_attribution() const override { return geoip_attribution_; }

 private:
  void run_receive() {
    const Decoder decoder = *open_format("ballcone");
    for (;;) {
      // Asked before receiving: what came before the stop is received after it.
      const bool is_last = is_stopping_;
      BlockPtr block = workers_.spare();
      const bool has_come = receiver_->receive(&block->lines, is_last ? 0 : 100) > 0;
      if (has_come) {
        syslog_->counters->receive(block->lines.count(), block->lines.bytes(), now_us());
        block->feed = syslog_;
        block->decoder = decoder;
        workers_.push(std::move(block));
      } else {
        workers_.recycle(std::move(block));
        if (is_last) break;
      }
      if (is_last && monotonic_ns() > stop_begun_ns_ + kDrainTimeMax_ns) break;
    }
  }

  void run_follow() {
    while (!is_stopping_) followed_->read(workers_, 100);
  }

  std::unique_ptr<SyslogUdp> receiver_;
  std::unique_ptr<FollowFeed> followed_;  // null: nothing is
  const std::string geoip_attribution_;
  const int64_t started_us_;
  std::shared_ptr<Feed> syslog_;
  IngestWorkers workers_;
  CollectFeed collected_;

  std::atomic<bool> is_stopping_{false};
  std::atomic<int64_t> stop_begun_ns_{0};
  bool is_all_stored_ = true;
  std::jthread receive_thread_;
  std::jthread follow_thread_;
};

// As lines name them: trimmed and lower-cased.
Result<std::vector<std::string>> service_names(const std::vector<std::string>& given) {
  std::vector<std::string> names;
  for (const std::string& name : given) {
    const auto known = service_name(name);
    if (!known) {
      return failure(fmt::format(
          "--services: expected names of letters, digits, _, - and ., got \"{}\"", name));
    }
    names.push_back(*known);
  }
  return names;
}

}  // namespace

Result<std::unique_ptr<Pipeline>> start_pipeline(const Config& config, const std::string& data_dir,
                                                 Store& store, Salts& salts, Claims& claims,
                                                 std::shared_ptr<const ServiceRegistry> registry,
                                                 LiveTail* live) {
  auto services = service_names(config.services);
  if (!services) return failure(services.error().message);
  auto attribution = check_enrichers(config, data_dir);
  if (!attribution) return failure(attribution.error().message);
  std::unique_ptr<FollowFeed> followed;
  if (!config.follow.empty()) {
    auto opened = open_follow_feed(config, store, claims);
    if (!opened) return failure(opened.error().message);
    followed = std::move(*opened);
  }
  auto receiver = SyslogUdp::open({.host = config.syslog_host,
                                   .port = config.syslog_port,
                                   .buffer_bytes = config.syslog_buffer_mb << 20});
  if (!receiver) return failure(receiver.error().message);
  IngestOptions options{.config = config,
                        .data_dir = data_dir,
                        .threads = worker_count(),
                        .blocks_max = kQueueBlocksMax,
                        .keeps_trying = true,
                        .services = std::move(registry),
                        .live = live};
  options.config.services = std::move(*services);
  return std::make_unique<LivePipeline>(options, store, salts, std::move(*receiver),
                                        std::move(followed), *std::move(attribution));
}

}  // namespace ballcone
