// Who has logged in. A session is a random token in the operator's browser; here are only digests
// of tokens, in memory and in a file beside the database, so that a restart ends none.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "web/digest.h"

namespace ballcone {

constexpr int64_t kSession_us = int64_t{30} * 86'400 * 1'000'000;  // from the login on
constexpr size_t kSessionsMax = 64;  // one per browser; the oldest is ended for a new one

// Any thread.
class Sessions {
 public:
  // `secret` keys the digests: with another one, no session of the file is valid. `file` is read
  // now and written at each login and logout, mode 0600; empty: sessions end with the program.
  Sessions(std::string secret, std::string file);

  // Its token, which nothing but the browser knows.
  std::string begin(int64_t now_us);
  bool is_valid(std::string_view token, int64_t now_us) const;
  void end(std::string_view token);

 private:
  struct Session {
    Digest digest;
    int64_t ends_us = 0;
  };
  void read();
  void write() const;  // under mutex_

  const std::string secret_, file_;
  mutable std::mutex mutex_;
  std::deque<Session> sessions_;  // newest last
};

}  // namespace ballcone
