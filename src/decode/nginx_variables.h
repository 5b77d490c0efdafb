// What nginx's variables mean in a log; inside this room only.
#pragma once

#include <string_view>

#include "decode/field.h"

namespace ballcone {

// `name` without its dollar sign and braces. Field::ignored for those that say nothing we keep:
// nginx has hundreds, and every header, cookie and argument is one.
Field field_of_nginx_variable(std::string_view name);

}  // namespace ballcone
