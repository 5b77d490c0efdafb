#include "command/server_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/check.h"

namespace ballcone {

std::string server_file_path(const std::string& database) { return database + ".server"; }

Result<void> write_server_file(const std::string& path, const ServerAddress& server) {
  const std::string text = fmt::format("{} {} {}\n", server.host, server.port, server.token);
  const std::string next = path + ".new";
  const int fd = open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool is_written =
      fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  if (fd >= 0) close(fd);
  if (!is_written || rename(next.c_str(), path.c_str()) != 0) {
    return failure(
        fmt::format("cannot write {}: {}", path, std::strerror(is_written ? errno : error)));
  }
  return {};
}

std::optional<ServerAddress> read_server_file(const std::string& path) {
  std::ifstream file(path);
  ServerAddress server;
  if (!(file >> server.host >> server.port >> server.token)) return std::nullopt;
  return server;
}

std::string make_token() {
  std::array<uint8_t, 16> bytes;
  CHECK(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

}  // namespace ballcone
