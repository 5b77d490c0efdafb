// The server's side of imports: takes files and options from commands of the same user, does the
// work, and tells how it goes.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "command/import_work.h"

namespace ballcone {

constexpr size_t kImportConnectionsMax = 32;

class ImportSocket {
 public:
  virtual ~ImportSocket() = default;  // stop()
  // Removes the socket, stops imports at a committed position, tells their commands so, and waits
  // for that.
  virtual void stop() = 0;
};

// `path` as of import_socket_path(); the caller holds the database's lock, and `work` outlives it.
Result<std::unique_ptr<ImportSocket>> start_import_socket(const std::string& path,
                                                          ImportWork& work);

}  // namespace ballcone
