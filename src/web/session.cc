#include "web/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/log.h"

namespace ballcone {

Sessions::Sessions(std::string secret, std::string file)
    : secret_(std::move(secret)), file_(std::move(file)) {
  if (!file_.empty()) read();
}

std::string Sessions::begin(int64_t now_us) {
  std::string token = random_token();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const Session& one) { return one.ends_us <= now_us; });
  if (sessions_.size() >= kSessionsMax) sessions_.pop_front();
  sessions_.push_back({digest_of(token, secret_), now_us + kSession_us});
  write();
  return token;
}

// Looks at all of them, whichever it is.
bool Sessions::is_valid(std::string_view token, int64_t now_us) const {
  if (!is_token(token)) return false;
  const Digest digest = digest_of(token, secret_);
  const std::lock_guard lock(mutex_);
  bool is_found = false;
  for (const Session& one : sessions_)
    is_found |= is_same(one.digest, digest) && now_us < one.ends_us;
  return is_found;
}

void Sessions::end(std::string_view token) {
  if (!is_token(token)) return;
  const Digest digest = digest_of(token, secret_);
  const std::lock_guard lock(mutex_);
  const auto ended =
      std::erase_if(sessions_, [&](const Session& one) { return is_same(one.digest, digest); });
  if (ended > 0) write();
}

// A line per session: "<64 hexadecimal digits> <microseconds>". What is none is passed over: the
// worst that a damaged file does is to ask for the password.
void Sessions::read() {
  std::ifstream file(file_);
  std::string digest;
  int64_t ends_us = 0;
  while (sessions_.size() < kSessionsMax && file >> digest >> ends_us) {
    if (const auto known = parse_hex(digest)) sessions_.push_back({*known, ends_us});
  }
}

void Sessions::write() const {
  if (file_.empty()) return;
  std::string text;
  for (const Session& one : sessions_) text += fmt::format("{} {}\n", hex(one.digest), one.ends_us);
  const std::string next = file_ + ".new";
  const int fd = open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool is_written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) close(fd);
  if (!is_written || rename(next.c_str(), file_.c_str()) != 0)
    log_warning("cannot write {}: {}; logins end with this program", file_, std::strerror(errno));
}

}  // namespace ballcone
