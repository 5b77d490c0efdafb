// How commands find the server that has a database open: a file beside the database, readable by
// its owner alone, with the server's address and a token that it accepts instead of a password.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace ballcone {

struct ServerAddress {
  std::string host;  // "127.0.0.1"
  uint16_t port = 0;
  std::string token;
};

// "ballcone.duckdb" → "ballcone.duckdb.server"
std::string server_file_path(const std::string& database);
Result<void> write_server_file(const std::string& path, const ServerAddress& server);
// Nothing if there is no such file, or none that makes sense.
std::optional<ServerAddress> read_server_file(const std::string& path);
// 32 random hexadecimal digits.
std::string make_token();

}  // namespace ballcone
