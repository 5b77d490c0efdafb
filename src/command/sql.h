// `ballcone sql`: one read-only question from the shell.
#pragma once

#include "command_line.h"
#include "config.h"

namespace ballcone {

// Returns the exit code: 0 answered, 1 refused or failed (the message is on standard error).
int run_sql(const Config& config, const SqlOptions& options);

}  // namespace ballcone
