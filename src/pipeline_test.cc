#include "pipeline.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"

namespace ballcone {
namespace {

// <190>Jan  2 12:00:00 web1 nginx: {"service": …}
std::string datagram(const std::string& service, const std::string& path = "/") {
  return "<190>Jan  2 12:00:00 web1 nginx: {\"service\": \"" + service +
         "\", \"ip\": \"192.0.2.1\", \"host\": \"example.com\", \"method\": \"GET\", \"path\": \"" +
         path +
         "\", \"status\": \"200\", \"referrer\": \"\", \"user_agent\": \"Mozilla/5.0\", "
         "\"length\": 12, "
         "\"generation_time_milli\": 0.001, \"date\": \"2026-01-02T12:00:00+00:00\"}";
}

class Sender {
 public:
  explicit Sender(uint16_t port) : fd_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Sender() { close(fd_); }
  void send(const std::string& text) const {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

 private:
  int fd_;
};

// Remembers how many rows it took; refuses as often as it is told to.
class CountingStore : public Store {
 public:
  std::atomic<int> refusals{0};
  std::atomic<uint64_t> rows{0};
  std::vector<std::string> known;

  Result<void> append(const HitBatch& batch, const std::vector<Piece>&) override {
    int left = refusals;
    while (left > 0 && !refusals.compare_exchange_weak(left, left - 1)) continue;
    if (left > 0) return failure("the disk is full");
    batch.check_lengths();
    rows += batch.rows();
    return {};
  }
  Result<Table> query(const Sql&, const QueryLimits&) override { return Table{}; }
  Result<Table> query_console(std::string_view, const QueryLimits&) override { return Table{}; }
  Result<Table> stream_console(std::string_view, const QueryLimits&, const TakeRows&) override {
    return Table{};
  }
  Result<ParquetFile> parquet_console(std::string_view, const QueryLimits&) override {
    return ParquetFile{};
  }
  Result<ConsoleSchema> console_schema(const QueryLimits&) override { return ConsoleSchema{}; }
  Result<uint32_t> begin_import(const ImportStart&, int64_t) override { return 1; }
  Result<void> finish_import(uint32_t, int64_t) override { return {}; }
  Result<KnownInput> open_input(const std::string&, const std::string&, std::string_view) override {
    return KnownInput{};
  }
  Result<std::vector<ImportInfo>> imports() override { return std::vector<ImportInfo>{}; }
  Result<uint64_t> undo_import(uint32_t) override { return uint64_t{0}; }
  Result<void> transact(const std::function<Result<void>(Transaction&)>&,
                        const std::atomic<bool>*) override {
    return {};
  }
  Result<uint32_t> code_text(const std::string&, const std::vector<std::string>&) override {
    return uint32_t{1};
  }
  std::vector<std::string> services() const override { return known; }
  Result<StoreInfo> info() override { return StoreInfo{}; }
  Result<void> checkpoint() override { return {}; }
};

class PipelineTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::error);
    config_.syslog_port = 0;
    config_.period_s = 0.02;
    config_.geoip = "none";
    salts_ = std::move(*open_salts(""));
  }
  void TearDown() override { set_log_level(LogLevel::info); }

  std::unique_ptr<Pipeline> start() {
    auto pipeline = start_pipeline(config_, BALLCONE_DATA_DIR, store_, *salts_, claims_);
    EXPECT_TRUE(pipeline.has_value()) << pipeline.error().message;
    return std::move(*pipeline);
  }

  Config config_;
  CountingStore store_;
  std::unique_ptr<Salts> salts_;
  Claims claims_;
};

uint64_t dropped(const SourceStats& source, Drop reason) {
  return source.dropped[static_cast<size_t>(reason)];
}

TEST_F(PipelineTest, ConservesLinesAndKeepsTheNeighboursOfBadOnes) {
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  constexpr uint64_t kRounds = 500;
  for (uint64_t i = 0; i < kRounds; ++i) {
    sender.send(datagram("example", "/" + std::to_string(i)));
    sender.send("no syslog at all");
    sender.send("");
    sender.send("<190>Jan  2 12:00:00 web1 nginx: {not json}");
    sender.send(datagram("example"));
  }
  EXPECT_TRUE(pipeline->stop());
  const SourceStats source = pipeline->stats().sources.at(0);
  EXPECT_EQ(source.received + source.lost_in_kernel, 5 * kRounds);
  EXPECT_EQ(source.lost_in_kernel, 0u);
  EXPECT_EQ(source.stored, 2 * kRounds);
  EXPECT_EQ(source.received, source.stored + source.dropped_total());
  EXPECT_EQ(dropped(source, Drop::no_payload), kRounds);
  EXPECT_EQ(dropped(source, Drop::empty), kRounds);
  EXPECT_EQ(dropped(source, Drop::malformed), kRounds);
  EXPECT_EQ(source.examples[static_cast<size_t>(Drop::no_payload)], "no syslog at all");
  EXPECT_EQ(store_.rows, source.stored);
}

// As they are decoded: their batch is committed an hour later.
TEST_F(PipelineTest, ShowsHitsToThoseWhoWatchBeforeTheyAreStored) {
  config_.period_s = 3600;
  LiveTail tail;
  auto pipeline =
      start_pipeline(config_, BALLCONE_DATA_DIR, store_, *salts_, claims_, nullptr, &tail);
  ASSERT_TRUE(pipeline.has_value()) << pipeline.error().message;
  const Sender sender((*pipeline)->syslog_port());
  sender.send(datagram("example", "/unwatched"));
  const auto watcher = tail.watch("");
  LiveTail::Place place = watcher->now();
  sender.send(datagram("example", "/a?token=secret"));
  sender.send("no syslog at all");
  std::vector<LiveItemPtr> items;
  for (const int64_t begin_ns = monotonic_ns();
       items.size() < 2 && monotonic_ns() - begin_ns < 60'000'000'000;) {
    for (const LiveItemPtr& item : watcher->read(&place).items) {
      const auto* hit = std::get_if<LiveHit>(item.get());
      // Sent before there was a watcher, it may have been decoded after.
      if (hit == nullptr || hit->path != "/unwatched") items.push_back(item);
    }
    std::this_thread::yield();
  }
  ASSERT_EQ(items.size(), 2u);
  const bool is_hit_first = std::holds_alternative<LiveHit>(*items[0]);
  const auto& hit = std::get<LiveHit>(*items[is_hit_first ? 0 : 1]);
  EXPECT_EQ(hit.path, "/a");
  EXPECT_EQ(hit.query, "token=***");
  EXPECT_EQ(hit.address, "192.0.2.0");
  EXPECT_FALSE(hit.kind.empty());
  EXPECT_FALSE(hit.bot.empty()) << "Mozilla/5.0 alone is no browser";
  EXPECT_FALSE(hit.bot_reason.empty());
  const auto& drop = std::get<LiveDrop>(*items[is_hit_first ? 1 : 0]);
  EXPECT_EQ(drop.reason, Drop::no_payload);
  EXPECT_EQ(drop.lines, 1u);
  EXPECT_EQ(store_.rows, 0u);
  EXPECT_TRUE((*pipeline)->stop());
  EXPECT_EQ(store_.rows, 2u) << "what is shown is stored once";
}

TEST_F(PipelineTest, RemembersItsLastCommits) {
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  for (int i = 0; i < 10; ++i) sender.send(datagram("example"));
  EXPECT_TRUE(pipeline->stop());
  const IngestStats stats = pipeline->stats();
  ASSERT_EQ(stats.recent_commits.size(), stats.commits);
  uint64_t rows = 0;
  for (const CommitTime& commit : stats.recent_commits) rows += commit.rows;
  EXPECT_EQ(rows, 10u);
  EXPECT_EQ(stats.recent_commits.back().time_us, stats.last_commit_us);
  EXPECT_EQ(stats.sizes.size(), 1u);
}

TEST_F(PipelineTest, LosesNothingWhileTheStoreRefuses) {
  store_.refusals = 3;
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  for (int i = 0; i < 100; ++i) sender.send(datagram("example"));
  EXPECT_TRUE(pipeline->stop());
  const IngestStats stats = pipeline->stats();
  EXPECT_EQ(stats.sources.at(0).stored, 100u);
  EXPECT_EQ(stats.failed_commits, 3u);
  EXPECT_GE(stats.commits, 1u);
}

TEST_F(PipelineTest, CountsWhatItHadToDropWhenStoppedWithoutADisk) {
  store_.refusals = 1'000'000;
  config_.stop_time_max_us = 1000;
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  for (int i = 0; i < 10; ++i) sender.send(datagram("example"));
  EXPECT_FALSE(pipeline->stop());
  const SourceStats source = pipeline->stats().sources.at(0);
  EXPECT_EQ(dropped(source, Drop::store_failed), 10u);
  EXPECT_EQ(source.received, source.stored + source.dropped_total());
}

TEST_F(PipelineTest, CountsWhatStillWaitedWhenTheStoreHadGivenUp) {
  store_.refusals = 1'000'000;
  config_.stop_time_max_us = 1000;
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  constexpr uint64_t kHits = 2000;
  for (uint64_t i = 0; i < kHits; ++i) {
    sender.send(datagram("example"));
    // Each of these is read by itself, so that blocks wait behind the workers that try again.
    while (i < 20 && pipeline->stats().sources.at(0).received <= i) std::this_thread::yield();
  }
  EXPECT_FALSE(pipeline->stop());
  const SourceStats source = pipeline->stats().sources.at(0);
  EXPECT_EQ(source.received + source.lost_in_kernel, kHits);
  EXPECT_EQ(dropped(source, Drop::store_failed), source.received);
}

// More than waits to be decoded, at once: the sender learns which of it may come again.
TEST_F(PipelineTest, GivesBackCollectedLinesForWhichThereIsNoRoom) {
  const auto pipeline = start();
  const std::string line = R"({"service":"example","time_us":1767355200000000,"via":"server",)"
                           R"("uri":"/","props":")" +
                           std::string(60'000, 'x') + "\"}";
  constexpr size_t kLines = 400;
  CollectOutcome outcome;
  for (size_t i = 1; i <= kLines; ++i) outcome.lines.push_back({line, i, 1000 + i});
  pipeline->take(&outcome, kLines * line.size());
  const size_t taken = outcome.lines.size();
  EXPECT_GT(taken, 100u);
  ASSERT_EQ(outcome.refusals.size(), kLines - taken);
  ASSERT_FALSE(outcome.refusals.empty());
  EXPECT_EQ(outcome.refusals[0].reason, Drop::queue_full);
  EXPECT_EQ(outcome.refusals[0].line, taken + 1);
  EXPECT_EQ(outcome.refusals[0].id, 1000 + taken + 1);
  EXPECT_TRUE(pipeline->stop());
  const SourceStats source = pipeline->stats().sources.at(1);
  EXPECT_EQ(source.received, kLines);
  EXPECT_EQ(source.stored, taken);
  EXPECT_EQ(dropped(source, Drop::queue_full), kLines - taken);
}

TEST_F(PipelineTest, KeepsNoAddressInAnExample) {
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  sender.send(R"(<190>Jan  2 12:00:00 web1 nginx: {"ip": "198.51.100.77", oops})");
  EXPECT_TRUE(pipeline->stop());
  EXPECT_EQ(pipeline->stats().sources.at(0).examples[static_cast<size_t>(Drop::malformed)],
            R"(<190>Jan  2 12:00:00 web1 nginx: {"ip": "198.51.100.0", oops})");
}

TEST_F(PipelineTest, LetsSendersCreateOnlySoManyServices) {
  store_.known = {"old"};
  config_.services_max = 3;
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  for (const char* service : {"a", "b", "c", "d", "a", "old", "b"}) sender.send(datagram(service));
  EXPECT_TRUE(pipeline->stop());
  const SourceStats source = pipeline->stats().sources.at(0);
  EXPECT_EQ(source.stored, 5u);
  EXPECT_EQ(dropped(source, Drop::too_many_services), 2u);
}

TEST_F(PipelineTest, StoresOnlyTheServicesThatAreNamed) {
  config_.services = {" A", "b"};
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  for (const char* service : {"a", "b", "c", "c", "a"}) sender.send(datagram(service));
  EXPECT_TRUE(pipeline->stop());
  const SourceStats source = pipeline->stats().sources.at(0);
  EXPECT_EQ(source.stored, 3u);
  EXPECT_EQ(dropped(source, Drop::service_not_allowed), 2u);
}

TEST_F(PipelineTest, CommitsWithinThePeriodAndAnswersStatsMeanwhile) {
  const auto pipeline = start();
  const Sender sender(pipeline->syslog_port());
  sender.send(datagram("example"));
  const int64_t deadline_ns = monotonic_ns() + 20'000'000'000;
  while (pipeline->stats().sources.at(0).stored == 0) ASSERT_LT(monotonic_ns(), deadline_ns);
  EXPECT_EQ(pipeline->stats().commits, 1u);
}

TEST_F(PipelineTest, SaysWhatIsMissingBeforeItStarts) {
  const auto without_data = start_pipeline(config_, "/no/such/folder", store_, *salts_, claims_);
  ASSERT_FALSE(without_data.has_value());
  EXPECT_NE(without_data.error().message.find("/no/such/folder"), std::string::npos);
  config_.services = {"a/b"};
  const auto with_bad_service =
      start_pipeline(config_, BALLCONE_DATA_DIR, store_, *salts_, claims_);
  ASSERT_FALSE(with_bad_service.has_value());
  EXPECT_NE(with_bad_service.error().message.find("a/b"), std::string::npos);
  config_.services.clear();
  config_.geoip = "/no/such/file.mmdb";
  const auto without_geoip = start_pipeline(config_, BALLCONE_DATA_DIR, store_, *salts_, claims_);
  ASSERT_FALSE(without_geoip.has_value());
  EXPECT_NE(without_geoip.error().message.find("/no/such/file.mmdb"), std::string::npos);
}

}  // namespace
}  // namespace ballcone
