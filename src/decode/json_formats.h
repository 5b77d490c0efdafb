// The formats whose lines are JSON, most of them tables of keys; inside this room only.
#pragma once

#include <span>

#include "decode/format.h"

namespace ballcone {

std::span<const Format> json_formats();

}  // namespace ballcone
