// Writing JSON straight into a string: answers are numbers and short texts by the thousand.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// With quotes; <, > and & stay (the answer's type is application/json). Ill-formed UTF-8 becomes
// U+FFFD.
void append_json_string(std::string_view text, std::string* out);
// NaN and infinities become null.
void append_json_number(double value, std::string* out);
void append_json_value(const Value& value, std::string* out);

// {"error": {"message": …, "field": … or null, "position": … or null}}
std::string error_json(const Error& error);

}  // namespace ballcone
