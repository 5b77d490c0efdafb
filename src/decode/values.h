// The texts that web servers write for numbers and for what they could not write plainly. All are
// pure; nothing means that the text is not such a number, or that it is larger than any true one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/field.h"
#include "decode/memory.h"
#include "hit/hit.h"

namespace ballcone {

// "5316": digits only, below 10^18.
std::optional<int64_t> parse_count(std::string_view text);
// "0.003" seconds → 3000 µs; what is finer than a microsecond is cut. Below 10^9 seconds, here and
// in the others.
std::optional<int64_t> parse_seconds_us(std::string_view text);
std::optional<int64_t> parse_milliseconds_us(std::string_view text);
std::optional<int64_t> parse_microseconds_us(std::string_view text);
std::optional<int64_t> parse_nanoseconds_us(std::string_view text);
// "1795435200.123" for Field::time_epoch, "1795435200123" for time_epoch_ms, and so on.
std::optional<int64_t> parse_epoch_us(Field field, std::string_view text);
// nginx's $upstream_response_time, seconds of each server that was asked, as their sum:
// "0.001", "0.001, 0.002" (one after the other), "0.001, 0.002 : 0.003" (and after an internal
// redirect). "-" stands for a server that did not answer; kAbsent if none did.
std::optional<int64_t> parse_upstream_us(std::string_view text);
// The first byte that a Range header asks for (RFC 9110, 14.2): "bytes=0-" → 0, "bytes=5-9,20-" →
// 5, "bytes=-500" → -500. Clients may send anything here.
std::optional<int64_t> parse_range_start(std::string_view text);
// 32 hex digits, with or without the dashes of a UUID.
std::optional<RequestId> parse_request_id(std::string_view text);

// "GET /a b?c HTTP/1.1"; the URI may have spaces, and HTTP/0.9 has no protocol. All empty if it is
// no request.
struct RequestLine {
  std::string_view method;
  std::string_view uri;
  std::string_view protocol;
};
RequestLine parse_request_line(std::string_view text);

// W3C logs have no spaces in a field. IIS writes + for them, CloudFront %20, and CloudFront writes
// its % as %25 once more:
//   "Mozilla/5.0+(compatible;++https://example.com/bot)" and "Mozilla/5.0%2520(compatible;…)".
// The result is in the text or in `memory`, of which it takes no more than the text's size.
std::string_view decode_user_agent(std::string_view text, TextMemory* memory);
// A URL stays percent-encoded; only what was encoded once more, "%2520", is undone.
std::string_view decode_referrer(std::string_view text, TextMemory* memory);

}  // namespace ballcone
