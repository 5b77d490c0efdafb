#include "pipeline.h"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/clock.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/format.h"
#include "decode/syslog.h"
#include "enrich/bot.h"
#include "enrich/enrich.h"
#include "enrich/geoip.h"
#include "enrich/referrer.h"
#include "enrich/user_agent.h"
#include "hit/service.h"
#include "source/syslog_udp.h"

namespace ballcone {
namespace {

using namespace std::chrono_literals;

static_assert(Lines::kPadding >= kLinePadding);

constexpr size_t kExampleBytesMax = 512;
// After the stop: long enough for a full socket buffer, short enough for a sender that never
// pauses.
constexpr int64_t kDrainTimeMax_ns = 2'000'000'000;
constexpr int64_t kReloadPeriod_us = 60 * kSecond_us;
constexpr int64_t kSaltsPeriod_us = 3600 * kSecond_us;

// Which services may be stored: the ones named, or as many new ones as the limit allows. Decode
// thread only.
class ServiceGate {
 public:
  ServiceGate(const std::vector<std::string>& allowed, std::vector<std::string> stored,
              size_t services_max)
      : allowed_(allowed.begin(), allowed.end()),
        known_(stored.begin(), stored.end()),
        services_max_(services_max) {}

  std::optional<Drop> admit(std::string_view service) {
    if (service == last_) return std::nullopt;
    last_.assign(service);
    if (!allowed_.empty()) {
      if (allowed_.contains(last_)) return std::nullopt;
      last_.clear();
      return Drop::service_not_allowed;
    }
    if (known_.contains(last_)) return std::nullopt;
    if (known_.size() < services_max_) {
      known_.insert(last_);
      return std::nullopt;
    }
    last_.clear();
    return Drop::too_many_services;
  }

 private:
  std::unordered_set<std::string> allowed_;
  std::unordered_set<std::string> known_;
  size_t services_max_;
  std::string last_;
};

// What happened to the lines of one source, counted by several threads.
class Counters {
 public:
  void receive(size_t lines, size_t bytes) {
    received_.fetch_add(lines, std::memory_order_relaxed);
    received_bytes_.fetch_add(bytes, std::memory_order_relaxed);
    last_received_us_.store(now_us(), std::memory_order_relaxed);
  }
  void repair() { repaired_.fetch_add(1, std::memory_order_relaxed); }
  void store(size_t rows) { stored_.fetch_add(rows, std::memory_order_relaxed); }
  void drop_rows(Drop reason, size_t rows) { dropped_[static_cast<size_t>(reason)] += rows; }
  uint64_t received() const { return received_.load(std::memory_order_relaxed); }

  // Counts a line and keeps it as the reason's example; says so in the log, but not for each of a
  // million.
  void drop_line(Drop reason, std::string_view line) {
    drop_rows(reason, 1);
    const int64_t now = now_us();
    uint64_t held_back = 0;
    const bool is_logged = limits_[static_cast<size_t>(reason)].allow(now, &held_back);
    if (!is_logged && now - last_example_us_[static_cast<size_t>(reason)] < kSecond_us) return;
    last_example_us_[static_cast<size_t>(reason)] = now;
    std::string example;
    append_repaired_utf8(line.substr(0, kExampleBytesMax), &example);
    if (is_logged) {
      log_warning(
          "dropped a line ({}{}): {} Got: {}", text_of(reason).name,
          held_back > 0 ? fmt::format(", and {} more since the last such message", held_back) : "",
          text_of(reason).help, example);
    }
    const std::lock_guard lock(mutex_);
    examples_[static_cast<size_t>(reason)] = std::move(example);
  }

  void fill(SourceStats* stats) const {
    // Stored and dropped first: a line is received before it is either, so received is never the
    // smaller side.
    stats->stored = stored_;
    for (size_t i = 0; i < kDropCount; ++i) stats->dropped[i] = dropped_[i];
    stats->repaired = repaired_;
    stats->received = received_;
    stats->received_bytes = received_bytes_;
    stats->last_received_us = last_received_us_;
    const std::lock_guard lock(mutex_);
    stats->examples = examples_;
  }

 private:
  std::atomic<uint64_t> received_{0}, received_bytes_{0}, stored_{0}, repaired_{0};
  std::array<std::atomic<uint64_t>, kDropCount> dropped_{};
  std::atomic<int64_t> last_received_us_{0};

  // Decode thread only.
  std::array<RateLimit, kDropCount> limits_ = [] {
    return []<size_t... I>(std::index_sequence<I...>) {
      return std::array<RateLimit, kDropCount>{((void)I, RateLimit(1, 10 * kSecond_us))...};
    }
    (std::make_index_sequence<kDropCount>());
  }();
  std::array<int64_t, kDropCount> last_example_us_{};

  mutable std::mutex mutex_;
  std::array<std::string, kDropCount> examples_;
};

// The enrichers, opened from their files. Store thread only, once open.
struct Enrichers {
  std::unique_ptr<UserAgentParser> user_agents;
  std::unique_ptr<BotList> bots;
  std::unique_ptr<GeoIp> geoip;
  std::unique_ptr<ReferrerList> referrers;
};

// Salts for the enricher, made durable before the rows that use them.
class PipelineSalts : public SaltSource {
 public:
  explicit PipelineSalts(Salts& salts) : salts_(salts) {}
  Salt salt(std::string_view service, int64_t day) override {
    return salts_.salt(service, day, now_us());
  }

 private:
  Salts& salts_;
};

AddressPolicy address_policy(const std::string& name) {
  if (name == "none") return AddressPolicy::none;
  if (name == "full") return AddressPolicy::full;
  return AddressPolicy::masked;
}

class SyslogPipeline : public Pipeline {
 public:
  SyslogPipeline(const Config& config, std::string data_dir, Store& store, Salts& salts,
                 std::unique_ptr<SyslogUdp> receiver, std::unique_ptr<GeoIp> geoip)
      : config_(config),
        data_dir_(std::move(data_dir)),
        store_(store),
        salts_(salts),
        receiver_(std::move(receiver)),
        geoip_attribution_(geoip ? geoip->attribution() : ""),
        gate_(config.services, store.services(), config.services_max),
        started_us_(now_us()),
        received_(kQueueBlocksMax),
        spare_(kQueueBlocksMax + 2),
        decoded_(1),
        spare_batches_(3) {
    enrichers_.geoip = std::move(geoip);
    for (const EnrichStep& step : enrich_steps())
      enrich_times_.push_back({std::string(step.name), 0, 0});
    for (int i = 0; i < 3; ++i) spare_batches_.push(std::make_unique<HitBatch>());
    receive_thread_ = std::jthread([this] { run_receive(); });
    decode_thread_ = std::jthread([this] { run_decode(); });
    store_thread_ = std::jthread([this] { run_store(); });
  }

  ~SyslogPipeline() override { stop(); }

  bool stop() override {
    if (receive_thread_.joinable()) {
      stop_begun_ns_ = monotonic_ns();
      is_stopping_ = true;
      receive_thread_.join();
      decode_thread_.join();
      store_thread_.join();
    }
    return !has_failed_;
  }

  IngestStats stats() const override {
    IngestStats stats;
    SourceStats source;
    source.name = "syslog " + receiver_->address();
    counters_.fill(&source);
    const SyslogUdpLoss loss = receiver_->loss();
    source.lost_in_kernel = loss.lost;
    source.buffer_bytes = receiver_->buffer_bytes();
    source.buffer_wanted_bytes = loss.buffer_wanted_bytes;
    stats.sources.push_back(std::move(source));
    stats.queue_bytes = queue_bytes_;
    stats.batch_rows = batch_rows_;
    stats.started_us = started_us_;
    const std::lock_guard lock(mutex_);
    stats.steps.push_back(decode_time_);
    stats.steps.insert(stats.steps.end(), enrich_times_.begin(), enrich_times_.end());
    stats.steps.push_back(append_time_);
    stats.commits = commits_;
    stats.failed_commits = failed_commits_;
    stats.last_commit_us = last_commit_us_;
    stats.last_failed_commit_us = last_failed_commit_us_;
    stats.last_commit_took_us = last_commit_took_us_;
    return stats;
  }

  std::string syslog_address() const override { return receiver_->address(); }
  uint16_t syslog_port() const override { return receiver_->port(); }
  std::string geoip_attribution() const override { return geoip_attribution_; }

 private:
  using LinesPtr = std::unique_ptr<Lines>;
  using BatchPtr = std::unique_ptr<HitBatch>;

  // ---- receive thread

  void run_receive() {
    for (;;) {
      // Asked before receiving: what came before the stop is received after it.
      const bool is_last = is_stopping_;
      auto lines = spare_.pop_within(0ns);
      LinesPtr block = lines ? std::move(*lines) : std::make_unique<Lines>(kLinesBytesMax);
      if (receiver_->receive(block.get(), is_last ? 0 : 100) > 0) {
        counters_.receive(block->count(), block->bytes());
        queue_bytes_ += block->bytes();
        received_.push(std::move(block));
      } else {
        spare_.push(std::move(block));
        if (is_last) break;
      }
      if (is_last && monotonic_ns() > stop_begun_ns_ + kDrainTimeMax_ns) break;
    }
    received_.close();
  }

  // ---- decode thread

  void run_decode() {
    const Format& format = *find_format("ballcone");
    const DecodeMemoryPtr memory = make_decode_memory();
    const auto period = std::chrono::nanoseconds(static_cast<int64_t>(config_.period_s * 1e9));
    BatchPtr batch = *spare_batches_.pop();
    int64_t commit_ns = monotonic_ns() + period.count();
    while (!received_.is_finished()) {
      auto lines = received_.pop_within(
          std::chrono::nanoseconds(std::max<int64_t>(0, commit_ns - monotonic_ns())));
      if (lines) {
        decode_block(**lines, format, *memory, &batch);
        queue_bytes_ -= (*lines)->bytes();
        (*lines)->clear();
        spare_.push(std::move(*lines));
      }
      if (monotonic_ns() >= commit_ns) {
        hand_over(&batch);
        commit_ns = monotonic_ns() + period.count();
      }
    }
    hand_over(&batch);
    decoded_.close();
  }

  void decode_block(const Lines& lines, const Format& format, DecodeMemory& memory,
                    BatchPtr* batch) {
    int64_t begun_ns = monotonic_ns();
    int64_t spent_ns = 0;
    for (size_t i = 0; i < lines.count(); ++i) {
      if (const auto drop = decode_line(lines.line(i), format, memory, batch->get())) {
        counters_.drop_line(*drop, lines.line(i));
      } else if ((*batch)->rows() >= kBatchRowsMax) {
        spent_ns += monotonic_ns() - begun_ns;
        hand_over(batch);
        begun_ns = monotonic_ns();
      }
    }
    spent_ns += monotonic_ns() - begun_ns;
    batch_rows_ = (*batch)->rows();
    const std::lock_guard lock(mutex_);
    decode_time_.rows += lines.count();
    decode_time_.ns += static_cast<uint64_t>(spent_ns);
  }

  std::optional<Drop> decode_line(std::string_view datagram, const Format& format,
                                  DecodeMemory& memory, HitBatch* batch) {
    if (datagram.empty()) return Drop::empty;
    const auto payload = syslog_payload(datagram);
    if (!payload) return Drop::no_payload;
    Hit hit;
    if (const auto drop = format.decode(*payload, memory, &hit)) return drop;
    if (const auto drop = gate_.admit(hit.service)) return drop;
    if (hit.is_repaired) counters_.repair();
    batch->append(hit);
    return std::nullopt;
  }

  // Gives the batch to the store thread and takes an empty one; waits while the store is behind.
  void hand_over(BatchPtr* batch) {
    if ((*batch)->rows() == 0) return;
    decoded_.push(std::move(*batch));
    *batch = *spare_batches_.pop();
    batch_rows_ = 0;
  }

  // ---- store thread

  void run_store() {
    open_enrichers();
    PipelineSalts salts(salts_);
    EnrichContext context{.user_agents = enrichers_.user_agents.get(),
                          .bots = enrichers_.bots.get(),
                          .geoip = enrichers_.geoip.get(),
                          .referrers = enrichers_.referrers.get(),
                          .salts = &salts,
                          .addresses = address_policy(config_.addresses)};
    int64_t reload_us = now_us();
    int64_t expire_us = 0;
    while (!decoded_.is_finished()) {
      if (auto batch = decoded_.pop_within(1s)) {
        enrich_batch(**batch, context);
        commit(**batch);
        (*batch)->clear();
        spare_batches_.push(std::move(*batch));
      }
      if (now_us() >= expire_us) {
        if (const auto expired = salts_.expire(now_us()); !expired)
          log_error("{}", expired.error().message);
        expire_us = now_us() + kSaltsPeriod_us;
      }
      if (enrichers_.geoip && now_us() >= reload_us + kReloadPeriod_us) {
        enrichers_.geoip->reload_if_changed();
        reload_us = now_us();
      }
    }
  }

  // Slow enough (User-Agent rules) to be done while the page is already being served.
  void open_enrichers() {
    const auto take = [](auto result, auto* into) {
      if (result) {
        *into = std::move(*result);
      } else {
        log_error("{}", result.error().message);
      }
    };
    take(open_user_agents(data_dir_ + "/regexes.yaml"), &enrichers_.user_agents);
    take(open_bots(data_dir_ + "/crawler-user-agents.json"), &enrichers_.bots);
    take(open_referrers(data_dir_ + "/referrers.json"), &enrichers_.referrers);
  }

  void enrich_batch(HitBatch& batch, EnrichContext& context) {
    std::vector<StepTime> times = [&] {
      const std::lock_guard lock(mutex_);
      return enrich_times_;
    }();
    enrich(batch, context, &times, monotonic_ns);
    const std::lock_guard lock(mutex_);
    enrich_times_ = std::move(times);
  }

  // Until the store has taken the batch, or the time to stop is over.
  void commit(const HitBatch& batch) {
    for (auto pause = 100ms;; pause = std::min<std::chrono::milliseconds>(pause * 2, 5s)) {
      const int64_t begun_ns = monotonic_ns();
      auto result = salts_.save();
      if (result) result = store_.append(batch);
      const int64_t took_ns = monotonic_ns() - begun_ns;
      if (result) {
        {
          const std::lock_guard lock(mutex_);
          ++commits_;
          last_commit_us_ = now_us();
          last_commit_took_us_ = took_ns / 1000;
          append_time_.rows += batch.rows();
          append_time_.ns += static_cast<uint64_t>(took_ns);
        }
        // Last: who sees the hits as stored sees their commit too.
        counters_.store(batch.rows());
        return;
      }
      {
        const std::lock_guard lock(mutex_);
        ++failed_commits_;
        last_failed_commit_us_ = now_us();
      }
      log_error("could not store {} hits, trying again: {}", batch.rows(), result.error().message);
      if (is_stopping_ && monotonic_ns() > stop_begun_ns_ + config_.stop_time_max_us * 1000) {
        counters_.drop_rows(Drop::store_failed, batch.rows());
        log_error("dropped {} hits: {}", batch.rows(), text_of(Drop::store_failed).help);
        has_failed_ = true;
        return;
      }
      std::this_thread::sleep_for(pause);
    }
  }

  const Config config_;
  const std::string data_dir_;
  Store& store_;
  Salts& salts_;
  std::unique_ptr<SyslogUdp> receiver_;
  std::string geoip_attribution_;
  ServiceGate gate_;
  Enrichers enrichers_;
  const int64_t started_us_;

  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> has_failed_{false};
  std::atomic<int64_t> stop_begun_ns_{0};

  Counters counters_;
  std::atomic<uint64_t> queue_bytes_{0};
  std::atomic<uint64_t> batch_rows_{0};

  mutable std::mutex mutex_;  // of what follows
  StepTime decode_time_{"decode", 0, 0};
  std::vector<StepTime> enrich_times_;
  StepTime append_time_{"append", 0, 0};
  uint64_t commits_ = 0;
  uint64_t failed_commits_ = 0;
  int64_t last_commit_us_ = 0;
  int64_t last_failed_commit_us_ = 0;
  int64_t last_commit_took_us_ = 0;

  Queue<LinesPtr> received_;
  Queue<LinesPtr> spare_;
  Queue<BatchPtr> decoded_;
  Queue<BatchPtr> spare_batches_;

  std::jthread receive_thread_;
  std::jthread decode_thread_;
  std::jthread store_thread_;
};

Result<void> check_files(const std::string& data_dir) {
  for (const char* name : {"regexes.yaml", "crawler-user-agents.json", "referrers.json"}) {
    if (!std::filesystem::exists(data_dir + "/" + name)) {
      return failure(fmt::format(
          "expected the data file {}/{}: run `make build`, or name the folder with --data-dir",
          data_dir, name));
    }
  }
  return {};
}

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
                                                 Store& store, Salts& salts) {
  auto services = service_names(config.services);
  if (!services) return failure(services.error().message);
  if (const auto files = check_files(data_dir); !files) return failure(files.error().message);
  const std::string geoip_path =
      config.geoip.empty() ? data_dir + "/dbip-country.mmdb" : config.geoip;
  std::unique_ptr<GeoIp> geoip;
  if (config.geoip != "none") {
    auto opened = open_geoip(geoip_path);
    if (!opened)
      return failure(opened.error().message +
                     "; --geoip names another file, --geoip none goes without");
    geoip = std::move(*opened);
  }
  auto receiver = SyslogUdp::open({.host = config.syslog_host,
                                   .port = config.syslog_port,
                                   .buffer_bytes = config.syslog_buffer_mb << 20});
  if (!receiver) return failure(receiver.error().message);
  Config settings = config;
  settings.services = std::move(*services);
  return std::make_unique<SyslogPipeline>(settings, data_dir, store, salts, std::move(*receiver),
                                          std::move(geoip));
}

}  // namespace ballcone
