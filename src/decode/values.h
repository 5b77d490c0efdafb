// The texts that web servers write for numbers, as numbers. All are pure; nothing means that the
// text is not such a number, or that it is larger than any true one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hit/hit.h"

namespace ballcone {

// "5316": digits only, below 10^18.
std::optional<int64_t> parse_count(std::string_view text);
// "0.003" seconds → 3000 µs; what is finer than a microsecond is cut. Below 10^9 seconds.
std::optional<int64_t> parse_seconds_us(std::string_view text);
// nginx's $upstream_response_time, seconds of each server that was asked, as their sum:
// "0.001", "0.001, 0.002" (one after the other), "0.001, 0.002 : 0.003" (and after an internal
// redirect). "-" stands for a server that did not answer; kAbsent if none did.
std::optional<int64_t> parse_upstream_us(std::string_view text);
// The first byte that a Range header asks for (RFC 9110, 14.2): "bytes=0-" → 0, "bytes=5-9,20-" →
// 5, "bytes=-500" → -500. Clients may send anything here.
std::optional<int64_t> parse_range_start(std::string_view text);
// 32 hex digits, with or without the dashes of a UUID.
std::optional<RequestId> parse_request_id(std::string_view text);

}  // namespace ballcone
