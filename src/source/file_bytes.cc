#include "source/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ballcone {

FileBytes::FileBytes(int file) : file_(file) {
  struct stat info {};
  is_pipe_ = fstat(file_, &info) != 0 || !S_ISREG(info.st_mode);
  if (is_pipe_) return;
  const off_t position = lseek(file_, 0, SEEK_CUR);
  if (position < info.st_size) bytes_in_all_ = static_cast<uint64_t>(info.st_size - position);
  posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

FileBytes::~FileBytes() { close(file_); }

Result<Got> FileBytes::read(char* to, size_t size, int wait_ms) {
  if (is_pipe_) {
    pollfd waiting{file_, POLLIN, 0};
    if (poll(&waiting, 1, wait_ms) <= 0) return Got{};  // a signal is no reason to wait on
  }
  ssize_t count = -1;
  do {
    count = ::read(file_, to, size);
  } while (count < 0 && errno == EINTR);
  if (count > 0) {
    bytes_read_.fetch_add(static_cast<uint64_t>(count), std::memory_order_relaxed);
    return Got{static_cast<size_t>(count), false};
  }
  if (count == 0) return Got{0, true};
  if (errno == EAGAIN) return Got{};
  return failure(fmt::format("cannot be read after byte {}: {}", bytes_read(), strerror(errno)));
}

bool FileBytes::skip(uint64_t bytes) {
  if (is_pipe_ || lseek(file_, static_cast<off_t>(bytes), SEEK_CUR) < 0) return false;
  bytes_read_.fetch_add(bytes, std::memory_order_relaxed);
  return true;
}

}  // namespace ballcone
