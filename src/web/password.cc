#include "web/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "base/ip.h"
#include "base/text.h"

namespace ballcone {
namespace {

constexpr size_t kKnownMax = 16;    // one per browser and script; the oldest is forgotten
constexpr size_t kPeersMax = 4096;  // whose wrong guesses are counted
constexpr int kGuessesMax = 10;     // at once
constexpr int64_t kGuessEach_us = 1'000'000;
constexpr size_t kVerifyingMax = 2;  // guesses at once, 64 MiB each; the other workers stay free

void start_sodium() { CHECK(sodium_init() >= 0); }

// libsodium wants the hash in 128 bytes, filled with zeros.
std::optional<std::array<char, crypto_pwhash_STRBYTES>> padded(std::string_view hash) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (hash.size() >= text.size()) return std::nullopt;
  std::copy(hash.begin(), hash.end(), text.begin());
  return text;
}

// "Basic dXNlcjpwYXNz" → "user:pass". The same behind "Bearer ", because programs made for another
// API than ours can send nothing but a token.
std::optional<std::string> decode_credentials(std::string_view authorization) {
  const std::string_view scheme = authorization.substr(0, authorization.find(' '));
  if (!equal_ignoring_case(scheme, "Basic") && !equal_ignoring_case(scheme, "Bearer")) {
    return std::nullopt;
  }
  const std::string_view base64 = trim(authorization.substr(scheme.size()));
  if (base64.empty()) return std::nullopt;
  std::string plain(base64.size(), '\0');
  size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), base64.data(),
                        base64.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != base64.data() + base64.size()) {
    return std::nullopt;
  }
  plain.resize(size);
  return plain;
}

// An IPv6 client owns a /64 at least, so that is who guesses.
std::string guesser(std::string_view peer) {
  const auto address = parse_ip(peer);
  return address ? format_ip(mask_ip(*address, 32, 64)) : std::string(peer);
}

}  // namespace

std::string hash_password(std::string_view password) {
  start_sodium();
  char text[crypto_pwhash_STRBYTES];
  CHECK(crypto_pwhash_str(text, password.data(), password.size(),
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0);
  return text;
}

bool is_password_hash(std::string_view hash) {
  start_sodium();
  const auto text = padded(hash);
  return text && crypto_pwhash_str_needs_rehash(text->data(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                                crypto_pwhash_MEMLIMIT_INTERACTIVE) >= 0;
}

Gatekeeper::Gatekeeper(std::string user, std::string password_hash, std::string local_token)
    : user_(std::move(user)),
      password_hash_(std::move(password_hash)),
      is_open_(password_hash_.empty()),
      has_token_(!local_token.empty()) {
  start_sodium();
  randombytes_buf(key_.data(), key_.size());
  token_ = digest("Bearer " + local_token);
  sodium_memzero(local_token.data(), local_token.size());
}

Gatekeeper::~Gatekeeper() { sodium_memzero(key_.data(), key_.size()); }

Digest Gatekeeper::digest(std::string_view text) const {
  Digest hash;
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), key_.data(), key_.size());
  return hash;
}

// Compares all of them in constant time: which one matches must not be told by the time it takes.
bool Gatekeeper::is_known(const Digest& header) {
  const std::lock_guard lock(mutex_);
  bool is_found = has_token_ && sodium_memcmp(header.data(), token_.data(), header.size()) == 0;
  for (const Digest& known : known_) {
    is_found |= sodium_memcmp(header.data(), known.data(), known.size()) == 0;
  }
  return is_found;
}

Access Gatekeeper::check(std::string_view authorization) {
  if (is_open_) return Access::granted;
  if (authorization.empty()) return Access::denied;
  if (is_known(digest(authorization))) return Access::granted;
  return decode_credentials(authorization) ? Access::unknown : Access::denied;
}

// The password is looked at even if the user is wrong, so that both take equally long.
bool Gatekeeper::is_right(std::string_view authorization) const {
  auto plain = decode_credentials(authorization);
  const auto hash = padded(password_hash_);
  if (!plain || !hash) return false;
  const size_t colon = plain->find(':');
  if (colon == plain->npos) return false;
  const Digest given = digest(std::string_view(*plain).substr(0, colon));
  const Digest wanted = digest(user_);
  const bool is_user = sodium_memcmp(given.data(), wanted.data(), given.size()) == 0;
  const bool is_password = crypto_pwhash_str_verify(hash->data(), plain->data() + colon + 1,
                                                    plain->size() - colon - 1) == 0;
  sodium_memzero(plain->data(), plain->size());
  return is_user && is_password;
}

// A bucket of guesses per peer, under mutex_.
bool Gatekeeper::take_guess(const std::string& peer, int64_t now_us) {
  if (guesses_.size() >= kPeersMax && !guesses_.contains(peer)) guesses_.clear();
  Guesses& guesses = guesses_.try_emplace(peer, Guesses{kGuessesMax, now_us}).first->second;
  const int64_t refill = std::max<int64_t>(0, (now_us - guesses.refilled_us) / kGuessEach_us);
  guesses.left = static_cast<int>(std::min<int64_t>(kGuessesMax, guesses.left + refill));
  guesses.refilled_us += refill * kGuessEach_us;
  if (guesses.left == 0) return false;
  --guesses.left;
  return true;
}

Access Gatekeeper::verify(std::string_view authorization, std::string_view peer, int64_t now_us) {
  const Access quick = check(authorization);
  if (quick != Access::unknown) return quick;
  const Digest header = digest(authorization);
  std::unique_lock lock(mutex_);
  // A page asks for many things at once with the same credentials: one Argon2 answers them all.
  if (is_verifying(header)) {
    verified_.wait(lock, [&] { return !is_verifying(header); });
    lock.unlock();
    return is_known(header) ? Access::granted : Access::denied;
  }
  return guess(
      {.what = header, .who = guesser(peer), .now_us = now_us, .is_kept = true},
      [&] { return is_right(authorization); }, lock);
}

Access Gatekeeper::try_password(std::string_view password_hash, std::string_view password,
                                std::string_view what, std::string_view peer, int64_t now_us) {
  const auto hash = padded(password_hash);
  const auto is_right = [&] {
    return hash && crypto_pwhash_str_verify(hash->data(), password.data(), password.size()) == 0;
  };
  std::string who = what.empty() ? guesser(peer) : fmt::format("{} {}", what, guesser(peer));
  std::unique_lock lock(mutex_);
  return guess({.what = digest(fmt::format("{} {}", password_hash, password)),
                .who = std::move(who),
                .now_us = now_us},
               is_right, lock);
}

// Runs Argon2 for a guess, if there is room and patience for it; without the lock meanwhile.
Access Gatekeeper::guess(const Guess& one, const std::function<bool()>& is_right,
                         std::unique_lock<std::mutex>& lock) {
  if (verifying_.size() >= kVerifyingMax || !take_guess(one.who, one.now_us))
    return Access::too_many;
  verifying_.push_back(one.what);
  lock.unlock();
  const bool is_granted = is_right();
  lock.lock();
  verifying_.erase(std::find(verifying_.begin(), verifying_.end(), one.what));
  if (is_granted) {
    if (one.is_kept && known_.size() >= kKnownMax) known_.pop_front();
    if (one.is_kept) known_.push_back(one.what);
    guesses_.erase(one.who);
  }
  verified_.notify_all();
  return is_granted ? Access::granted : Access::denied;
}

bool Gatekeeper::is_verifying(const Digest& header) const {
  return std::find(verifying_.begin(), verifying_.end(), header) != verifying_.end();
}

}  // namespace ballcone
