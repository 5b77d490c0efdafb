// Secrets that are recognised and not kept: random texts, and digests of them that are compared in
// constant time. BLAKE2b (RFC 7693), of libsodium.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ballcone {

using Digest = std::array<unsigned char, 32>;

// 128 random bits as 32 hexadecimal digits.
std::string random_token();
// True if `text` could be a random_token().
bool is_token(std::string_view text);

// Of the whole text; an empty key is none.
Digest digest_of(std::string_view text, std::string_view key = "");
// Takes as long whether they differ at the beginning or at the end.
bool is_same(const Digest& a, const Digest& b);
std::string hex(const Digest& digest);
std::optional<Digest> parse_hex(std::string_view text);

}  // namespace ballcone
