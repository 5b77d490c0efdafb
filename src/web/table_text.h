// An answer as people read it in a terminal: columns aligned, numbers to the right, NULL as "–".
#pragma once

#include <string>

#include "store/store.h"

namespace ballcone {

std::string table_text(const Table& table);

}  // namespace ballcone
