// Where the data files lie that came with the program.
#pragma once

#include <string>

namespace ballcone {

// share/ballcone beside the program (as built) or beside its folder (as installed).
std::string find_data_dir();

}  // namespace ballcone
