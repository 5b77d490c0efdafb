// The TOML file of settings: every long flag is a key of the same name.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ballcone {

// Sets from the file what the command line has not set. Throws CLI::ParseError, as the parsing of
// the command line does.
void apply_file(const std::string& path, CLI::App& app);

// The settings in force as such a file.
std::string config_text(const CLI::App& app);

}  // namespace ballcone
