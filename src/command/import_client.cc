#include "command/import_client.h"

#include <sys/stat.h>
#include <unistd.h>

#include "command/import_connection.h"
#include "command/import_json.h"

namespace ballcone {
namespace {

using Got = ImportConnection::Got;

constexpr const char* kServerGone =
    "the server ended before it had answered; what was committed stays, and the same command goes "
    "on from there";

class ServerWork : public ImportWork {
 public:
  explicit ServerWork(int socket) : connection_(socket) {}

  Result<ImportFigures> run(const ImportOptions& options, const ImportSettings& settings,
                            std::vector<ImportFile> files, const std::atomic<bool>& is_stopping,
                            const ImportReport& report) override {
    if (const auto sent = send_files(options, settings, files); !sent)
      return tl::unexpected(sent.error());
    connection_.send(to_line(ImportRequest{.what = ImportRequest::What::begin}));
    bool has_stopped = false;
    for (;;) {
      if (is_stopping && !has_stopped) {
        connection_.send(to_line(ImportRequest{.what = ImportRequest::What::stop}));
        has_stopped = true;
      }
      const auto reply = receive(100);
      if (!reply) return tl::unexpected(reply.error());
      if (!*reply) continue;
      if ((*reply)->what == ImportReply::What::done) return std::move((*reply)->figures);
      if ((*reply)->what == ImportReply::What::figures) report((*reply)->figures);
    }
  }

  Result<std::vector<ImportInfo>> list() override {
    return ask(ImportRequest{.what = ImportRequest::What::list}).map([](ImportReply reply) {
      return std::move(reply.imports);
    });
  }
  Result<uint64_t> undo(uint32_t import) override {
    return ask(ImportRequest{.what = ImportRequest::What::undo, .import = import})
        .map([](const ImportReply& reply) { return reply.count; });
  }

 private:
  // Closes them on the way: the server has its own then.
  Result<void> send_files(const ImportOptions& options, const ImportSettings& settings,
                          const std::vector<ImportFile>& files) {
    auto reply = ask(ImportRequest{
        .what = ImportRequest::What::import, .options = options, .settings = settings});
    for (size_t at = 0; at < files.size(); at += kFilesPerMessageMax) {
      ImportRequest request{.what = ImportRequest::What::files};
      std::vector<int> descriptors;
      for (size_t i = at; i < std::min(files.size(), at + kFilesPerMessageMax); ++i) {
        request.names.push_back(files[i].name);
        descriptors.push_back(files[i].file);
      }
      if (reply) reply = ask(request, descriptors);
      for (const int file : descriptors) close(file);
    }
    if (!reply) return tl::unexpected(reply.error());
    return {};
  }

  Result<ImportReply> ask(const ImportRequest& request, std::span<const int> files = {}) {
    // What the server said before it hung up says more than the failure to send.
    connection_.send(to_line(request), files);
    for (;;) {
      auto reply = receive(1000);
      if (!reply) return tl::unexpected(reply.error());
      if (*reply) return std::move(**reply);
    }
  }

  // Nothing if nothing came in time. An error that the server reports is an error here.
  Result<std::optional<ImportReply>> receive(int wait_ms) {
    std::string line;
    const Got got = connection_.receive(&line, wait_ms);
    if (got == Got::closed) return failure(kServerGone);
    if (got == Got::nothing) return std::nullopt;
    auto reply = parse_reply(line);
    if (!reply) return tl::unexpected(reply.error());
    if (reply->what == ImportReply::What::error) return failure(reply->error);
    return std::move(*reply);
  }

  ImportConnection connection_;
};

// Open files are given to it: it must be this user, root, or whose the database is.
bool is_trusted(int socket, const std::string& database) {
  const auto user = peer_user(socket);
  struct stat status {};
  return user && (*user == geteuid() || *user == 0 ||
                  (stat(database.c_str(), &status) == 0 && status.st_uid == *user));
}

}  // namespace

std::unique_ptr<ImportWork> find_server_work(const std::string& database) {
  if (database == ":memory:") return nullptr;
  const int socket = connect_to(import_socket_path(database));
  if (socket < 0) return nullptr;
  if (!is_trusted(socket, database)) {
    close(socket);
    return nullptr;
  }
  return std::make_unique<ServerWork>(socket);
}

}  // namespace ballcone
