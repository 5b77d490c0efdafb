// One decoded request, before it becomes a row of a batch.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace ballcone {

// The value of a number that the log does not have; NULL in the store.
template <class T>
constexpr T kAbsent = std::numeric_limits<T>::max();

// 128 bits, most significant half first; both halves kAbsent: not there.
struct RequestId {
  uint64_t high = kAbsent<uint64_t>;
  uint64_t low = kAbsent<uint64_t>;
  bool operator==(const RequestId&) const = default;
};

// Views into the line or into the decoder's own memory: valid until the decoder is called again.
// Empty text: absent (a decoder turns the log's "-" into empty). All text is well-formed UTF-8.
struct Hit {
  int64_t time_us = kAbsent<int64_t>;  // the hit's own time
  std::string_view service;            // as the line names it; the pipeline checks it
  std::string_view host;
  std::string_view address;  // of the client, as text
  std::string_view method;
  std::string_view uri;           // path and query as requested, still percent-encoded
  std::string_view protocol;      // "HTTP/1.1"
  std::string_view scheme;        // "https"
  std::string_view content_type;  // of the answer, without parameters: "text/html"
  std::string_view referrer;
  std::string_view user_agent;
  std::string_view fetch_dest;     // Sec-Fetch-Dest: "document", "image", "empty" …
  std::string_view purpose;        // Sec-Purpose or Purpose: "prefetch", "prefetch;prerender" …
  std::string_view cache_status;   // "HIT", "MISS", "BYPASS" …
  std::string_view via;            // "script", "pixel", "server"; absent: a request's
  std::string_view event;          // a custom event's name, or "engagement"
  std::string_view props;          // {"plan":"pro"}
  std::string_view browser_facts;  // "language=de-DE;timezone=Europe/Berlin"
  std::string_view edge_location;  // of a CDN, by its own code: "FRA56-P4"
  uint16_t status = kAbsent<uint16_t>;
  int64_t bytes = kAbsent<int64_t>;  // sent to the client, headers included
  int64_t generation_time_us = kAbsent<int64_t>;
  int64_t upstream_time_us = kAbsent<int64_t>;
  int64_t engaged_us = kAbsent<int64_t>;
  int64_t range_start = kAbsent<int64_t>;  // first byte asked for; negative: that many from the end
  uint8_t gpc = kAbsent<uint8_t>;  // Sec-GPC: 1 asked not to be tracked, 0 said it does not mind
  RequestId request_id;
  uint32_t import = kAbsent<uint32_t>;  // set by the pipeline: which import the line came with
  bool is_repaired = false;  // something in the line was not as it should be, and the rest was kept
};

// One line, "name=value …", absent values left out, control bytes as \xNN; for tests and people.
std::string to_string(const Hit& hit);

}  // namespace ballcone
