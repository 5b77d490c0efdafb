// `ballcone serve`: receive, keep, show, until SIGTERM or SIGINT.
#pragma once

#include "config.h"

namespace ballcone {

// Returns the exit code: 0 stopped in order with everything committed, 1 could not start or could
// not commit, 2 settings that do not go together.
int run_serve(const Config& config);

}  // namespace ballcone
