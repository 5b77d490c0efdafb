// A GET as nearly every client sends it, read in place: what a busy server of pixels gets a hundred
// thousand times a second. Whatever is not quite so (another method or version, a body, a header
// that is cut, folded, repeated or odd, anything but printable ASCII) is left to the HTTP library,
// which has the last word on what is right; plain_request_test.cc holds the two against each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ballcone {

// Views into the bytes that were scanned.
struct PlainRequest {
  std::string_view path, query;  // as they came, not decoded
  // Headers, without white space around them; empty if absent. The first where there are several.
  std::string_view host, origin, referer, user_agent, forwarded_for, cf_connecting_ip,
      authorization, gpc, dnt;
  std::string_view peer;  // whoever asks; the server fills it in
  int64_t now_us = 0;     // the same
  size_t bytes = 0;       // of the whole request
};

// The request at the front of `bytes`: HTTP/1.1, one Host, no body, and the connection stays open.
// Nothing if the library has to look. A head beyond `head_bytes_max` is one of those. Pure.
std::optional<PlainRequest> scan_plain_request(std::string_view bytes, size_t head_bytes_max);

}  // namespace ballcone
