#include "source/followed_bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ballcone {
namespace {

// Enough for several lines: that two generations begin with the same ones does not happen, their
// times differ.
constexpr size_t kHeadBytes = 4096;

ssize_t read_at(int file, char* to, size_t size, uint64_t position) {
  ssize_t count = -1;
  do {
    count = pread(file, to, size, static_cast<off_t>(position));
  } while (count < 0 && errno == EINTR);
  return count;
}

int64_t modified_ns_of(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

}  // namespace

FileIdentity identity_of(const struct stat& info) { return {info.st_dev, info.st_ino}; }

std::unique_ptr<FollowedBytes> FollowedBytes::open(const std::string& path) {
  // Not blocking, so that a pipe which has the name does not hold us.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return nullptr;
  auto bytes = std::unique_ptr<FollowedBytes>(new FollowedBytes(file));
  if (S_ISREG(bytes->info().st_mode)) return bytes;
  bytes.reset();
  errno = EISDIR;
  return nullptr;
}

FollowedBytes::FollowedBytes(int file) : file_(file), modified_ns_(modified_ns_of(info())) {}

FollowedBytes::~FollowedBytes() { close(file_); }

struct stat FollowedBytes::info() const {
  struct stat info {};
  fstat(file_, &info);
  return info;
}

FileIdentity FollowedBytes::identity() const { return identity_of(info()); }

std::string FollowedBytes::beginning() const {
  std::string now(kHeadBytes, '\0');
  now.resize(static_cast<size_t>(std::max<ssize_t>(0, read_at(file_, now.data(), now.size(), 0))));
  return now;
}

bool FollowedBytes::is_replaced() {
  if (is_replaced_) return true;
  const struct stat now = info();
  is_replaced_ = static_cast<uint64_t>(now.st_size) < read_end_ ||
                 (!head_.empty() && !beginning().starts_with(head_));
  // Without a beginning nothing tells whose time this is.
  if (!is_replaced_ && !head_.empty()) modified_ns_ = modified_ns_of(now);
  return is_replaced_;
}

Result<Got> FollowedBytes::read(char* to, size_t size, int /*wait_ms*/) {
  if (is_replaced_) return Got{0, true};
  const ssize_t count = read_at(file_, to, size, position_);
  trouble_ = count < 0 ? std::string("cannot be read: ") + std::strerror(errno) : "";
  // Looked at after reading: then it was whole when it was read.
  if (is_replaced() || count <= 0) return Got{0, true};
  const auto bytes = static_cast<size_t>(count);
  if (position_ == head_.size() && head_.size() < kHeadBytes)
    head_.append(to, std::min(bytes, kHeadBytes - head_.size()));
  position_ += bytes;
  read_end_ = std::max(read_end_, position_);
  return Got{bytes, false};
}

bool FollowedBytes::skip(uint64_t bytes) {
  position_ += bytes;
  return true;
}

void FollowedBytes::continue_in(std::unique_ptr<FollowedBytes> copy) {
  std::swap(file_, copy->file_);
  is_replaced_ = false;
}

}  // namespace ballcone
