// Compresses answers; the only file that includes libdeflate is gzip.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ballcone {

// A gzip member (RFC 1952) of `bytes`, or nothing if it would not be smaller. Any thread.
std::optional<std::string> gzip(std::string_view bytes);
// What gzip() made, read back; nothing if it is not gzip or would be longer than `size_max`.
std::optional<std::string> gunzip(std::string_view bytes, size_t size_max);

}  // namespace ballcone
