#include "command/import_connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/check.h"

namespace ballcone {
namespace {

// An address for `path`, good as long as this lives.
class SocketAddress {
 public:
  explicit SocketAddress(const std::string& path) {
    std::string name = path;
    if (name.size() >= sizeof address_.sun_path) {
      const auto whole = std::filesystem::path(path);
      folder_ = open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
      name = fmt::format("/proc/self/fd/{}/{}", folder_, whole.filename().string());
    }
    address_.sun_family = AF_UNIX;
    fits_ = name.size() < sizeof address_.sun_path;
    if (fits_) std::memcpy(address_.sun_path, name.c_str(), name.size() + 1);
  }
  ~SocketAddress() {
    if (folder_ >= 0) close(folder_);
  }
  SocketAddress(const SocketAddress&) = delete;
  SocketAddress& operator=(const SocketAddress&) = delete;

  bool fits() const { return fits_; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static constexpr socklen_t size() { return sizeof(sockaddr_un); }

 private:
  sockaddr_un address_{};
  int folder_ = -1;
  bool fits_ = false;
};

int open_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

std::string import_socket_path(const std::string& database) {
  std::error_code error;
  const auto whole = std::filesystem::weakly_canonical(database, error);
  return (error ? database : whole.string()) + ".sock";
}

Result<int> listen_on(const std::string& path) {
  const SocketAddress address(path);
  if (!address.fits())
    return failure(
        fmt::format("expected a path that fits a socket's address, got {}; give the "
                    "database a shorter name",
                    path));
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) unlink(path.c_str());
  const int listener = open_socket();
  if (listener < 0 || bind(listener, address.get(), address.size()) != 0 ||
      chmod(path.c_str(), 0600) != 0 || listen(listener, 16) != 0) {
    const int error = errno;
    if (listener >= 0) close(listener);
    return failure(fmt::format("cannot listen on {}: {}", path, std::strerror(error)));
  }
  return listener;
}

int connect_to(const std::string& path) {
  const SocketAddress address(path);
  if (!address.fits()) return -1;
  const int connection = open_socket();
  if (connection >= 0 && connect(connection, address.get(), address.size()) == 0) return connection;
  if (connection >= 0) close(connection);
  return -1;
}

std::optional<uid_t> peer_user(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

ImportConnection::ImportConnection(int socket, const std::atomic<bool>* is_hurried)
    : socket_(socket), is_hurried_(is_hurried) {}

ImportConnection::~ImportConnection() {
  for (const int file : files_) close(file);
  close(socket_);
}

ImportConnection::Got ImportConnection::receive(std::string* line, int wait_ms) {
  for (;;) {
    const size_t end = received_.find('\n', searched_);
    if (end != received_.npos) {
      line->assign(received_, 0, end);
      received_.erase(0, end + 1);
      searched_ = 0;
      return Got::line;
    }
    searched_ = received_.size();
    if (received_.size() > kImportLineBytesMax) return Got::closed;

    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, wait_ms);
    if (ready <= 0) return Got::nothing;

    char bytes[64 << 10];
    iovec part{.iov_base = bytes, .iov_len = sizeof bytes};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 256)];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t size = recvmsg(socket_, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return Got::nothing;
    if (size <= 0) return Got::closed;
    received_.append(bytes, static_cast<size_t>(size));
    has_lost_files_ = has_lost_files_ || (message.msg_flags & MSG_CTRUNC) != 0;
    for (auto* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
      if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
      const size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      const size_t before = files_.size();
      files_.resize(before + count);
      std::memcpy(files_.data() + before, CMSG_DATA(head), count * sizeof(int));
    }
  }
}

std::vector<int> ImportConnection::take_files() { return std::exchange(files_, {}); }

bool ImportConnection::send(std::string_view line, std::span<const int> files) {
  // The descriptors travel with the first byte: it must be of their own line.
  if (!waiting_.empty() && !send_waiting(-1)) return false;
  waiting_ = line;
  return send_waiting(-1, files);
}

void ImportConnection::send_if_free(std::string_view line) {
  if (!waiting_.empty() && (!send_waiting(0) || !waiting_.empty())) return;
  waiting_ = line;
  send_waiting(0);
}

// Sends what waits; stops early when it would have to wait longer than `wait_ms` (-1: any time).
// False if the other side is gone.
bool ImportConnection::send_waiting(int wait_ms, std::span<const int> files) {
  CHECK(files.size() <= kFilesPerMessageMax);
  size_t sent = 0;
  bool is_alive = true;
  int hurried_seconds = 0;
  while (is_alive && sent < waiting_.size()) {
    iovec part{.iov_base = waiting_.data() + sent, .iov_len = waiting_.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kFilesPerMessageMax)];
    if (!files.empty()) {
      std::memset(control, 0, sizeof control);
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(files.size_bytes());
      cmsghdr* head = CMSG_FIRSTHDR(&message);
      head->cmsg_level = SOL_SOCKET;
      head->cmsg_type = SCM_RIGHTS;
      head->cmsg_len = CMSG_LEN(files.size_bytes());
      std::memcpy(CMSG_DATA(head), files.data(), files.size_bytes());
    }
    const ssize_t size = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size > 0) {
      sent += static_cast<size_t>(size);
      files = {};
    } else if (errno == EAGAIN || errno == ETOOMANYREFS) {
      // ETOOMANYREFS: more descriptors are on their way than this user may have open.
      pollfd waiting{.fd = socket_, .events = POLLOUT, .revents = 0};
      if (poll(&waiting, 1, wait_ms < 0 ? 1000 : wait_ms) == 0 && wait_ms >= 0) break;
      is_alive = (waiting.revents & (POLLHUP | POLLERR)) == 0;
      // A command that was suspended does not read, and nobody waits for it for ever.
      if (waiting.revents == 0 && is_hurried_ != nullptr && *is_hurried_)
        is_alive = ++hurried_seconds < 3;
    } else if (errno != EINTR) {
      is_alive = false;
    }
  }
  waiting_.erase(0, sent);
  return is_alive;
}

}  // namespace ballcone
