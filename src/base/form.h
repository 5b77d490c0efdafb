// application/x-www-form-urlencoded, the text of queries and forms.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ballcone {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=x+y" → {a, 1}, {b, "x y"}; well-formed UTF-8.
Pairs parse_form(std::string_view text);
// "%D0%BF" → "п": decoded once, well-formed UTF-8.
std::string repaired_percent_decoded(std::string_view text);

}  // namespace ballcone
