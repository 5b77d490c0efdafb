// The command's side of an import through the server that has the database open.
#pragma once

#include <memory>
#include <string>

#include "command/import_work.h"

namespace ballcone {

// Null if no server listens beside the database: there is none, or it was killed. Does one piece of
// work; another one needs another.
std::unique_ptr<ImportWork> find_server_work(const std::string& database);

}  // namespace ballcone
