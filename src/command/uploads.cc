#include "command/uploads.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "command/import_json.h"
#include "command/server_file.h"
#include "command/spool.h"
#include "command/upload_preview.h"
#include "decode/format.h"
#include "web/http.h"
#include "web/json.h"

namespace ballcone {
namespace {

using namespace std::chrono_literals;

HttpResponse refuse(int status, std::string_view message) {
  HttpResponse response = error_response("/api/", status, message);
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

// One file. What is not atomic belongs to the mutex of all.
struct File {
  enum class State { receiving, waiting, importing, done, failed, stopped };
  static constexpr std::string_view kStates[] = {"receiving", "waiting", "importing",
                                                 "done",      "failed",  "stopped"};
  std::string id, name;
  ImportOptions options;
  uint64_t bytes = 0;     // that it has
  uint64_t received = 0;  // that have come
  Spool spool;            // of receiving and waiting; the thread's that writes, while is_writing
  bool is_writing = false;
  int64_t heard_us = 0;  // when the last piece came
  State state = State::receiving;
  std::atomic<bool> is_stopping{false};
  ImportFigures figures;
  std::string error;

  bool is_over() const { return state >= State::done; }
};
using State = File::State;

HttpResponse show(const File& file) {
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("id").value(file.id).key("name").value(file.name);
  json.key("state").value(File::kStates[static_cast<size_t>(file.state)]);
  json.key("bytes").value(file.bytes).key("received").value(file.received);
  json.key("figures");
  file.state < State::importing ? json.null() : json.raw(summary_json(file.figures, false));
  json.key("error");
  file.error.empty() ? json.null() : json.value(file.error);
  json.end_object();
  return response;
}

class FileUploads : public Uploads {
 public:
  FileUploads(std::string folder, ImportWork& work, UploadLimits limits)
      : folder_(std::move(folder)), work_(work), limits_(limits) {
    thread_ = std::jthread([this] { run(); });
  }
  ~FileUploads() override { FileUploads::stop(); }

  HttpResponse answer(const UploadCall& call) override {
    if (call.what == UploadCall::What::preview) return preview_upload(call);
    if (call.what == UploadCall::What::begin) return begin(call);
    std::unique_lock lock(mutex_);
    const auto file = find(call.id);
    if (!file) return refuse(404, "there is no such upload; it may have been forgotten");
    switch (call.what) {
      case UploadCall::What::piece:
        return take(call, *file, lock);
      case UploadCall::What::import:
        return import(*file);
      case UploadCall::What::stop:
        end(*file);
        return show(*file);
      default:
        return show(*file);
    }
  }

  void stop() override {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
      for (const auto& file : files_) end(*file);
    }
    has_changed_.notify_all();
    thread_.join();
  }

 private:
  using FilePtr = std::shared_ptr<File>;

  FilePtr find(std::string_view id) const {
    const auto found = std::find_if(files_.begin(), files_.end(),
                                    [&](const FilePtr& file) { return file->id == id; });
    return found == files_.end() ? nullptr : *found;
  }

  HttpResponse begin(const UploadCall& call) {
    if (call.bytes == 0) return refuse(400, "expected a file that is not empty");
    if (call.bytes > limits_.bytes_max)
      return refuse(413, fmt::format("expected a file of at most {} bytes, got {}; copy it to the "
                                     "server and give it to `ballcone import`",
                                     limits_.bytes_max, call.bytes));
    auto options = upload_options(call);
    if (!options) return refuse(400, options.error().message);
    auto spool = Spool::make(folder_, call.bytes);
    if (!spool) return refuse(507, spool.error().message);
    auto file = std::make_shared<File>();
    file->id = make_token();
    file->name = call.name;
    file->options = *std::move(options);
    file->bytes = call.bytes;
    file->spool = *std::move(spool);
    file->heard_us = monotonic_ns() / 1000;
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return refuse(503, "the server is stopping");
    const auto is_busy = [](const FilePtr& one) { return !one->is_over(); };
    if (static_cast<size_t>(std::count_if(files_.begin(), files_.end(), is_busy)) >=
        limits_.uploads_max)
      return refuse(
          503, fmt::format("{} uploads are under way; wait for one of them", limits_.uploads_max));
    files_.push_back(file);
    return show(*file);
  }

  // The disk is waited for without the lock.
  HttpResponse take(const UploadCall& call, File& file, std::unique_lock<std::mutex>& lock) {
    if (file.state != State::receiving) return refuse(409, "the upload is over; begin another one");
    if (file.is_writing || call.at != file.received)
      return refuse(
          409, fmt::format("expected the piece at {}, got the one at {}", file.received, call.at));
    if (call.piece.size() > file.bytes - file.received)
      return refuse(400, fmt::format("expected {} bytes more at most, got {}",
                                     file.bytes - file.received, call.piece.size()));
    file.is_writing = true;
    lock.unlock();
    const auto written = file.spool.append(call.piece);
    lock.lock();
    file.is_writing = false;
    file.heard_us = monotonic_ns() / 1000;
    file.received = file.spool.bytes();
    if (!written) {
      fail(file, written.error().message);
      return refuse(507, written.error().message);
    }
    if (file.state != State::receiving) file.spool = {};  // stopped meanwhile
    return show(file);
  }

  HttpResponse import(File& file) {
    if (file.state != State::receiving) return refuse(409, "the upload is over; begin another one");
    if (file.is_writing || file.received < file.bytes)
      return refuse(409, fmt::format("expected {} bytes before the import begins, got {}",
                                     file.bytes, file.received));
    file.state = State::waiting;
    has_changed_.notify_all();
    return show(file);
  }

  void fail(File& file, std::string message) {
    file.state = State::failed;
    file.error = std::move(message);
    file.spool = {};
  }

  void end(File& file) {
    file.is_stopping = true;
    if (file.state > State::waiting) return;
    file.state = State::stopped;
    if (!file.is_writing) file.spool = {};
  }

  // ---- the thread that imports

  void run() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
      forget();
      const auto next = std::find_if(files_.begin(), files_.end(), [](const FilePtr& file) {
        return file->state == State::waiting;
      });
      if (next == files_.end()) {
        has_changed_.wait_for(lock, 1s);
      } else {
        read(*next, lock);
      }
    }
  }

  // What nobody sends any more, and the oldest of what is over.
  void forget() {
    const int64_t now_us = monotonic_ns() / 1000;
    for (const FilePtr& file : files_) {
      if (file->state != State::receiving || file->is_writing) continue;
      if (now_us - file->heard_us > limits_.silence_max_us)
        fail(*file, "the rest of the file did not come; nothing was stored");
    }
    while (files_.size() > limits_.shown_max) {
      const auto oldest = std::find_if(files_.begin(), files_.end(),
                                       [](const FilePtr& file) { return file->is_over(); });
      if (oldest == files_.end()) return;
      files_.erase(oldest);
    }
  }

  void read(const FilePtr& file, std::unique_lock<std::mutex>& lock) {
    file->state = State::importing;
    std::vector<ImportFile> files{{file->name, file->spool.release()}};
    lock.unlock();
    log_info("importing {}, which was uploaded", file->name);
    auto figures = work_.run(file->options, {}, std::move(files), file->is_stopping,
                             [&](const ImportFigures& now) {
                               const std::lock_guard inner(mutex_);
                               file->figures = now;
                             });
    lock.lock();
    if (!figures) return fail(*file, figures.error().message);
    file->figures = *std::move(figures);
    const bool is_read = file->figures.problems.empty();
    file->state = file->figures.is_stopped ? State::stopped : is_read ? State::done : State::failed;
    if (!is_read) file->error = file->figures.problems.front();
    log_info("import {} of {}: {} lines, {} stored{}", file->figures.import, file->name,
             file->figures.lines, file->figures.stored, is_read ? "" : "; " + file->error);
  }

  const std::string folder_;
  ImportWork& work_;
  const UploadLimits limits_;
  std::mutex mutex_;
  std::condition_variable has_changed_;
  bool is_stopping_ = false;
  std::list<FilePtr> files_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Uploads> start_uploads(std::string folder, ImportWork& work, UploadLimits limits) {
  return std::make_unique<FileUploads>(std::move(folder), work, limits);
}

}  // namespace ballcone
