#include "store/readers.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "base/thread.h"

namespace ballcone {
namespace {

using std::chrono::milliseconds;

// Together less than the 50 ms that QueryLimits promises.
constexpr milliseconds kLook{10};
constexpr int64_t kGrace_ns = 25'000'000;  // for the engine to end by itself

}  // namespace

struct Readers::Job {
  Work work;
  std::atomic<bool> is_stopped = false;
  std::optional<Result<Table>> answer;
};

struct Readers::Reader {
  std::unique_ptr<Connection> connection;
  std::shared_ptr<Job> job;  // there: busy
  std::jthread thread;
};

Readers::Readers(std::vector<std::unique_ptr<Connection>> connections) {
  for (auto& connection : connections) {
    readers_.push_back(std::make_unique<Reader>());
    readers_.back()->connection = std::move(connection);
  }
  for (auto& reader : readers_)
    reader->thread = std::jthread([this, &reader = *reader] {
      name_thread("reader");
      give_way();
      serve(reader);
    });
  watchdog_ = std::jthread([this] { interrupt_stopped(); });
}

Readers::~Readers() {
  stop(std::numeric_limits<int64_t>::max() / 2000);
  for (auto& reader : readers_) reader->thread.join();
}

bool Readers::stop(int64_t wait_us) {
  std::unique_lock lock(mutex_);
  is_closing_ = true;
  for (auto& reader : readers_)
    if (reader->job) reader->job->is_stopped = true;
  job_given_.notify_all();
  watch_.notify_all();
  return job_done_.wait_for(lock, std::chrono::microseconds(wait_us),
                            [&] { return running_ == 0; });
}

void Readers::serve(Reader& reader) {
  std::unique_lock lock(mutex_);
  while (true) {
    job_given_.wait(lock, [&] { return reader.job || is_closing_; });
    if (!reader.job) return;
    const std::shared_ptr<Job> job = reader.job;
    lock.unlock();
    auto answer = job->work(*reader.connection, job->is_stopped);
    lock.lock();
    job->answer = std::move(answer);
    reader.job = nullptr;
    --running_;
    job_done_.notify_all();
    reader_freed_.notify_one();
  }
}

// An interrupt that comes between two statements is lost; so it is repeated until the job ends.
void Readers::interrupt_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    watch_.wait(lock, [&] { return is_closing_ || running_ > 0; });
    for (auto& reader : readers_)
      if (reader->job && reader->job->is_stopped) reader->connection->interrupt();
    if (is_closing_ && running_ == 0) return;
    watch_.wait_for(lock, kLook, [&] { return is_closing_ && running_ == 0; });
  }
}

std::optional<Error> Readers::stop_reason(const QueryLimits& limits, int64_t end_ns) const {
  if (is_closing_) return Error{"the database is being closed"};
  if (limits.is_cancelled != nullptr && *limits.is_cancelled) return Error{"cancelled"};
  if (monotonic_ns() < end_ns) return {};
  return Error{fmt::format("stopped after {:g} s, the limit for one query",
                           static_cast<double>(limits.time_us) / 1e6)};
}

Result<Table> Readers::run(Work work, const QueryLimits& limits) {
  const int64_t started_ns = monotonic_ns();
  const int64_t end_ns = started_ns + limits.time_us * 1000;
  std::unique_lock lock(mutex_);
  Reader* free = nullptr;
  const auto find_free = [&] {
    for (auto& reader : readers_)
      if (!reader->job) free = reader.get();
    return free != nullptr;
  };
  while (!reader_freed_.wait_for(lock, kLook, find_free))
    if (auto reason = stop_reason(limits, end_ns)) return tl::unexpected(*reason);
  if (auto reason = stop_reason(limits, end_ns)) return tl::unexpected(*reason);

  const auto job = std::make_shared<Job>();
  job->work = std::move(work);
  free->job = job;
  ++running_;
  job_given_.notify_all();
  watch_.notify_one();

  std::optional<Error> reason;
  int64_t stopped_ns = 0;
  while (!job_done_.wait_for(lock, kLook, [&] { return job->answer.has_value(); })) {
    if (!reason && (reason = stop_reason(limits, end_ns))) {
      job->is_stopped = true;
      stopped_ns = monotonic_ns();
    }
    // Left to itself: the reader is free again when the engine gives up.
    if (reason && monotonic_ns() - stopped_ns > kGrace_ns) return tl::unexpected(*reason);
  }
  if (reason && !*job->answer) return tl::unexpected(*reason);
  Result<Table> answer = std::move(*job->answer);
  if (answer) answer->elapsed_us = (monotonic_ns() - started_ns) / 1000;
  return answer;
}

}  // namespace ballcone
