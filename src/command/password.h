// `ballcone password`: the hash of a password, for the settings.
#pragma once

#include <string>

namespace ballcone {

int run_password();

// One line of standard input; asked for and not shown where that is a terminal.
std::string read_password();

}  // namespace ballcone
