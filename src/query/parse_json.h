// JSON from outside, and what to say when it is not as expected. For the files that read questions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ballcone {

using Json = nlohmann::ordered_json;

// What a JSON value is, for a message.
std::string shown(const Json& json);
// "expected a name, got 7"
tl::unexpected<Error> expected_failure(std::string_view field, std::string_view want,
                                       const Json& got);
std::string repaired(const std::string& text);
Result<Json> parse_json(std::string_view text, std::string_view field);

}  // namespace ballcone
