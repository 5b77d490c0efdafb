#include "command/import_socket.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <numeric>
#include <thread>

#include "base/check.h"
#include "base/log.h"
#include "command/import_connection.h"
#include "command/import_files.h"
#include "command/import_json.h"

namespace ballcone {
namespace {

using Got = ImportConnection::Got;

// How soon a stop of the server or of the command is noticed.
constexpr int kWait_ms = 100;

ImportReply error_reply(std::string message) {
  return {.what = ImportReply::What::error, .error = std::move(message)};
}

// One command, on a thread of its own, until it or the server has enough.
class Session {
 public:
  Session(int socket, ImportWork& work, const std::atomic<bool>& is_stopping)
      : connection_(socket, &is_stopping), work_(work), is_stopping_(is_stopping) {}
  ~Session() {
    for (const ImportFile& file : files_) close(file.file);
  }

  void run() {
    std::string line;
    while (!is_stopping_ && !is_over_) {
      const Got got = connection_.receive(&line, kWait_ms);
      if (got == Got::closed) return;
      if (got == Got::nothing) continue;
      const auto request = parse_request(line);
      const ImportReply reply = request ? answer(*request) : error_reply(request.error().message);
      if (reply.what == ImportReply::What::error) is_over_ = true;
      if (!connection_.send(to_line(reply))) return;
    }
  }

 private:
  ImportReply answer(const ImportRequest& request) {
    switch (request.what) {
      case ImportRequest::What::import:
        options_ = request.options;
        settings_ = request.settings;
        return {.what = ImportReply::What::taken};
      case ImportRequest::What::files:
        return take_files(request);
      case ImportRequest::What::begin:
        return import();
      case ImportRequest::What::list: {
        auto imports = work_.list();
        if (!imports) return error_reply(imports.error().message);
        return {.what = ImportReply::What::list, .imports = std::move(*imports)};
      }
      case ImportRequest::What::undo: {
        const auto hits = work_.undo(request.import);
        if (!hits) return error_reply(hits.error().message);
        log_info("import {} was taken back: {} hits", request.import, *hits);
        return {.what = ImportReply::What::undone, .count = *hits};
      }
      case ImportRequest::What::stop:
        break;
    }
    return error_reply("nothing is being imported");
  }

  ImportReply take_files(const ImportRequest& request) {
    const std::vector<int> files = connection_.take_files();
    for (size_t i = 0; i < files.size(); ++i)
      files_.push_back({i < request.names.size() ? request.names[i] : "", files[i]});
    if (connection_.has_lost_files() || files.size() != request.names.size()) {
      return error_reply(fmt::format(
          "the server cannot open more files (its limit is {}, see LimitNOFILE of its unit or "
          "ulimit -n); import fewer at once",
          raise_open_files_max()));
    }
    return {.what = ImportReply::What::taken, .count = files.size()};
  }

  ImportReply import() {
    is_over_ = true;
    log_info("importing {} for a command",
             files_.size() == 1 ? files_[0].name : fmt::format("{} files", files_.size()));
    std::atomic<bool> has_enough = false;
    std::jthread listener([&](const std::stop_token& is_done) {
      std::string line;
      while (!is_done.stop_requested() && !has_enough) {
        // A stop, or the end of the command: nothing else comes now.
        has_enough = connection_.receive(&line, kWait_ms) != Got::nothing || is_stopping_;
      }
    });
    auto figures = work_.run(
        options_, settings_, std::exchange(files_, {}), has_enough, [&](const ImportFigures& now) {
          connection_.send_if_free(
              to_line(ImportReply{.what = ImportReply::What::figures, .figures = now}));
        });
    listener.request_stop();
    listener.join();
    if (!figures) {
      log_error("the import failed: {}", figures.error().message);
      return error_reply(figures.error().message);
    }
    log_info("import {}: {} lines, {} stored, {} dropped{}", figures->import, figures->lines,
             figures->stored,
             std::accumulate(figures->dropped.begin(), figures->dropped.end(), uint64_t{0}),
             figures->is_stopped ? "; stopped" : "");
    return {.what = ImportReply::What::done, .figures = std::move(*figures)};
  }

  ImportConnection connection_;
  ImportWork& work_;
  const std::atomic<bool>& is_stopping_;
  ImportOptions options_;
  ImportSettings settings_;
  std::vector<ImportFile> files_;
  bool is_over_ = false;
};

class UnixImportSocket : public ImportSocket {
 public:
  UnixImportSocket(std::string path, int listener, ImportWork& work)
      : path_(std::move(path)), listener_(listener), wake_(eventfd(0, EFD_CLOEXEC)), work_(work) {
    CHECK(wake_ >= 0);
    thread_ = std::jthread([this] { run(); });
  }
  ~UnixImportSocket() override { UnixImportSocket::stop(); }

  void stop() override {
    if (!thread_.joinable()) return;
    unlink(path_.c_str());
    is_stopping_ = true;
    const uint64_t one = 1;
    CHECK(write(wake_, &one, sizeof one) == sizeof one);
    thread_.join();
    sessions_.clear();  // joins
    close(listener_);
    close(wake_);
  }

 private:
  struct Running {
    std::atomic<bool> is_over{false};
    std::jthread thread;
  };

  void run() {
    while (!is_stopping_) {
      pollfd ready[] = {{.fd = listener_, .events = POLLIN, .revents = 0},
                        {.fd = wake_, .events = POLLIN, .revents = 0}};
      if (poll(ready, 2, -1) <= 0 || is_stopping_) continue;
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      sessions_.remove_if([](const Running& session) { return session.is_over.load(); });
      const auto user = peer_user(socket);
      if (!user || (*user != geteuid() && *user != 0)) {
        refuse(socket, "the server runs as another user; run the command as that one, or as root");
      } else if (sessions_.size() >= kImportConnectionsMax) {
        refuse(socket, fmt::format("the server does {} imports already; wait for one of them",
                                   kImportConnectionsMax));
      } else {
        Running& session = sessions_.emplace_back();
        session.thread = std::jthread([this, socket, &session] {
          Session(socket, work_, is_stopping_).run();
          session.is_over = true;
        });
      }
    }
  }

  static void refuse(int socket, std::string why) {
    ImportConnection connection(socket);
    connection.send_if_free(to_line(error_reply(std::move(why))));
  }

  std::string path_;
  int listener_;
  int wake_;
  ImportWork& work_;
  std::atomic<bool> is_stopping_{false};
  std::list<Running> sessions_;  // the thread's, and after it stop()'s
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<ImportSocket>> start_import_socket(const std::string& path,
                                                          ImportWork& work) {
  raise_open_files_max();
  const auto listener = listen_on(path);
  if (!listener) return tl::unexpected(listener.error());
  return std::make_unique<UnixImportSocket>(path, *listener, work);
}

}  // namespace ballcone
