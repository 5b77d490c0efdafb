#include "command/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace ballcone {
namespace {

// Not every file system can make a file without a name; there it has one for a moment.
int open_nameless(const std::string& folder) {
  const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return file;
  std::string name = folder + "/.ballcone-upload-XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

}  // namespace

Spool::Spool(Spool&& other) noexcept { *this = std::move(other); }

Spool& Spool::operator=(Spool&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

Result<Spool> Spool::make(const std::string& folder, uint64_t bytes) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) == 0 && space.f_bavail * space.f_frsize < bytes)
    return failure(
        fmt::format("expected {} bytes free in {}, got {}; free some, or copy the file "
                    "there and give it to `ballcone import`",
                    bytes, folder, space.f_bavail * space.f_frsize));
  const int file = open_nameless(folder);
  if (file < 0)
    return failure(fmt::format("cannot keep a file in {}: {}", folder, std::strerror(errno)));
  return Spool(file);
}

Result<Spool> Spool::make_in_memory() {
  const int file = memfd_create("ballcone-upload", MFD_CLOEXEC);
  if (file < 0) return failure(fmt::format("cannot keep a file: {}", std::strerror(errno)));
  return Spool(file);
}

Result<void> Spool::append(std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = pwrite(file_, piece.data(), piece.size(), static_cast<off_t>(bytes_));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failure(fmt::format("cannot keep the file: {}", std::strerror(errno)));
    bytes_ += static_cast<uint64_t>(written);
    piece.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

int Spool::release() {
  lseek(file_, 0, SEEK_SET);
  return std::exchange(file_, -1);
}

}  // namespace ballcone
