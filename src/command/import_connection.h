// A Unix socket beside the database, over which a command and the server that has the database open
// exchange lines and open files.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ballcone {

// Of one message: the kernel takes 253 at most (SCM_MAX_FD in include/net/scm.h).
constexpr size_t kFilesPerMessageMax = 200;
constexpr size_t kImportLineBytesMax = 16 << 20;

// "ballcone.duckdb" → "/…/ballcone.duckdb.sock", however the database was named.
std::string import_socket_path(const std::string& database);

// A listening socket for this user alone, in place of one that was left behind: the caller holds
// the database's lock. The address of a socket has 107 bytes; longer paths are bound through their
// folder, so that only the name has to fit.
Result<int> listen_on(const std::string& path);
// -1 if nobody listens there.
int connect_to(const std::string& path);
// Who is at the other end.
std::optional<uid_t> peer_user(int socket);

// One thread may receive while another one sends.
class ImportConnection {
 public:
  // The socket is taken over. Once `*is_hurried` is true, an other side that does not read is
  // waited for no longer than three seconds.
  explicit ImportConnection(int socket, const std::atomic<bool>* is_hurried = nullptr);
  ~ImportConnection();
  ImportConnection(const ImportConnection&) = delete;
  ImportConnection& operator=(const ImportConnection&) = delete;

  enum class Got { line, nothing, closed };
  // The next line, without its end; waits `wait_ms` for it at most.
  Got receive(std::string* line, int wait_ms);
  // Descriptors that came with the lines so far, for the caller to close.
  std::vector<int> take_files();
  // The kernel could not give all descriptors: this process has too many open.
  bool has_lost_files() const { return has_lost_files_; }

  // Waits until all of it is taken. False if the other side is gone.
  bool send(std::string_view line, std::span<const int> files = {});
  // Sends it if it can be sent at once, and forgets it otherwise: for news that soon will be old.
  void send_if_free(std::string_view line);

 private:
  bool send_waiting(int wait_ms, std::span<const int> files = {});

  int socket_;
  const std::atomic<bool>* is_hurried_;
  std::string received_;
  size_t searched_ = 0;  // no line end before it
  std::vector<int> files_;
  bool has_lost_files_ = false;
  std::string waiting_;  // the rest of a line whose beginning was sent
};

}  // namespace ballcone
