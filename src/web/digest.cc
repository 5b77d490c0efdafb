#include "web/digest.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "base/check.h"

namespace ballcone {
namespace {

constexpr size_t kTokenBytes = 16;

}  // namespace

std::string random_token() {
  CHECK(sodium_init() >= 0);
  std::array<unsigned char, kTokenBytes> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

bool is_token(std::string_view text) {
  return text.size() == 2 * kTokenBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// A key may be longer than the algorithm takes: its own digest stands for it.
Digest digest_of(std::string_view text, std::string_view key) {
  const auto run = [](std::string_view input, const unsigned char* key_bytes, size_t key_size) {
    Digest out;
    CHECK(crypto_generichash(out.data(), out.size(),
                             reinterpret_cast<const unsigned char*>(input.data()), input.size(),
                             key_bytes, key_size) == 0);
    return out;
  };
  if (key.empty()) return run(text, nullptr, 0);
  const Digest short_key = run(key, nullptr, 0);
  return run(text, short_key.data(), short_key.size());
}

bool is_same(const Digest& a, const Digest& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex(const Digest& digest) { return fmt::format("{:02x}", fmt::join(digest, "")); }

std::optional<Digest> parse_hex(std::string_view text) {
  Digest digest;
  size_t size = 0;
  const bool is_hex = sodium_hex2bin(digest.data(), digest.size(), text.data(), text.size(),
                                     nullptr, &size, nullptr) == 0;
  return is_hex && size == digest.size() ? std::optional(digest) : std::nullopt;
}

}  // namespace ballcone
