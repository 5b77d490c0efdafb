#include "web/event_stream.h"

#include <fmt/format.h>

#include <iterator>

namespace ballcone {

void append_event(const StreamEvent& event, std::string* out) {
  if (!event.id.empty()) fmt::format_to(std::back_inserter(*out), "id: {}\n", event.id);
  fmt::format_to(std::back_inserter(*out), "event: {}\ndata: {}\n\n", event.name, event.data);
}

void append_comment(std::string_view text, std::string* out) {
  fmt::format_to(std::back_inserter(*out), ": {}\n\n", text);
}

void append_retry(int64_t ms, std::string* out) {
  fmt::format_to(std::back_inserter(*out), "retry: {}\n\n", ms);
}

HttpResponse stream_response(std::function<std::string()> pieces) {
  return {.content_type = "text/event-stream; charset=utf-8",
          .headers = {{"Cache-Control", "no-store, no-transform"}, {"X-Accel-Buffering", "no"}},
          .stream = std::move(pieces)};
}

}  // namespace ballcone
