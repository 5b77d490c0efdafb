// One HTTP request to a server on this machine, for commands that hand their work to it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "command/server_file.h"
#include "config.h"
#include "store/store.h"

namespace ballcone {

struct Answer {
  int status = 0;
  std::string body;
  bool is_truncated = false;  // Ballcone-Truncated: true; the body has only the first rows
};

// What a refusal, {"error": {"message": …, "position": …}}, says.
Error error_of(const Answer& answer);

// POSTs JSON and waits for the whole answer. Fails only if there is nobody (the server was killed
// and its file stayed) or what came is not HTTP.
Result<Answer> post_json(const ServerAddress& server, std::string_view target,
                         std::string_view body);

// The answer of the server that has the database open to that request, or, where none runs, what
// `change` makes of it with the database opened here; both are the same JSON.
Result<std::string> ask_server_or_store(const Config& config, std::string_view target,
                                        std::string_view request,
                                        Result<std::string> (*change)(Store&, std::string_view));

}  // namespace ballcone
