// The formats whose lines are fields one behind the other, most of them patterns; inside this room
// only.
#pragma once

#include <span>

#include "decode/format.h"

namespace ballcone {

std::span<const Format> text_formats();

}  // namespace ballcone
