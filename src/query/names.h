// "expected a metric, got "visitor"; did you mean "visitors"?"
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace ballcone {

// An Error about one field of a request.
tl::unexpected<Error> field_failure(std::string_view field, std::string message);

// That `got` is not one of `names`, with the nearest of them by edit distance, or all of them if
// none is near. `what`: "a metric".
tl::unexpected<Error> name_failure(std::string_view field, std::string_view what,
                                   std::string_view got,
                                   const std::vector<std::string_view>& names);

// For a message: in quotes, at most 60 bytes of it.
std::string in_quotes(std::string_view text);

}  // namespace ballcone
