// Passwords, and who knows them: HTTP Basic (RFC 7617), the local token, and how often one may
// guess.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "web/digest.h"

namespace ballcone {

// Argon2id of the password with a fresh salt, as text: what web_password_hash in the configuration
// wants. Takes about 0.1 s and 64 MiB.
std::string hash_password(std::string_view password);
// True if `hash` is a text that hash_password() could have made.
bool is_password_hash(std::string_view hash);

enum class Access {
  granted,
  denied,    // no or wrong credentials: 401
  unknown,   // only verify() can tell
  too_many,  // too many wrong guesses: 429, ask again in a second
};

// Remembers credentials that were right, so that Argon2 is run once and not for each request; what
// is remembered is a hash of the header with a random key.
class Gatekeeper {
 public:
  // All three empty: everybody is granted.
  Gatekeeper(std::string user, std::string password_hash, std::string local_token);
  ~Gatekeeper();

  // Quick. `authorization` is the request's header. Any thread.
  Access check(std::string_view authorization);
  // As check(), but runs Argon2 if need be: slow. Wrong guesses of one `peer` are limited to 10 at
  // once and one per second after that. Any thread.
  Access verify(std::string_view authorization, std::string_view peer, int64_t now_us);
  // Whether a password is the one of that hash, under the same limits: slow. What `peer` guesses
  // is counted apart for each `what`. Any thread.
  Access try_password(std::string_view password_hash, std::string_view password,
                      std::string_view what, std::string_view peer, int64_t now_us);

 private:
  struct Guess {
    Digest what;
    std::string who;
    int64_t now_us = 0;
    bool is_kept = false;  // if it is right, in known_
  };
  struct Guesses {
    int left = 10;
    int64_t refilled_us = 0;
  };

  Digest digest(std::string_view text) const;
  bool is_known(const Digest& header);
  bool is_right(std::string_view authorization) const;
  Access guess(const Guess& one, const std::function<bool()>& is_right,
               std::unique_lock<std::mutex>& lock);
  bool is_verifying(const Digest& header) const;
  bool take_guess(const std::string& peer, int64_t now_us);

  const std::string user_, password_hash_;
  const bool is_open_, has_token_;
  Digest key_{};
  Digest token_{};
  std::mutex mutex_;          // of what follows
  std::deque<Digest> known_;  // headers that were right, newest last
  std::unordered_map<std::string, Guesses> guesses_;
  std::vector<Digest> verifying_;  // what a thread runs Argon2 on now
  std::condition_variable verified_;
};

}  // namespace ballcone
