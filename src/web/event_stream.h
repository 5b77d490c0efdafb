// The text of server-sent events (WHATWG HTML, 9.2), without sockets.
//
//   retry: 2000
//
//   id: 1f3a-12-40
//   event: hits
//   data: {"arrived":3, …}
//
//   : still here
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "web/server.h"

namespace ballcone {

struct StreamEvent {
  std::string_view id;    // "": leaves the last one standing
  std::string_view name;  // "hits"
  std::string_view data;  // JSON: without line breaks
};

void append_event(const StreamEvent& event, std::string* out);
// What a client passes over; keeps proxies from taking a quiet stream for a dead one.
void append_comment(std::string_view text, std::string* out);
// How long a client waits before it comes back.
void append_retry(int64_t ms, std::string* out);

// An answer that goes on: `pieces` gives what there is to say, "" for nothing, whenever the server
// asks. Never compressed, and not kept back by a proxy that knows nginx' X-Accel-Buffering.
HttpResponse stream_response(std::function<std::string()> pieces);

}  // namespace ballcone
