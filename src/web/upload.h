// Log files that a browser sends in pieces, to be imported: what the routes hand to those who can.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "web/server.h"

namespace ballcone {

struct UploadCall {
  enum class What {
    preview,  // `piece` is a file's beginning: what would become of it
    begin,    // a file of `bytes` bytes will come
    piece,    // … of which `piece` begins at `at`
    import,   // all has come: import it
    stop,     // forget it; an import under way ends at a committed position
    show,     // how far it is
  } what = What::show;
  std::string id;                     // of what begin has answered
  std::string name, service, format;  // of preview and begin; the last two may be empty
  uint64_t bytes = 0, at = 0;
  std::string_view piece;
};

// Answers as docs/api.md has it; any thread.
using Upload = std::function<HttpResponse(const UploadCall& call)>;

}  // namespace ballcone
