// Plausible's filters → ours, JSON to JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ballcone {

// ["is", "event:page", ["/a", "/b"]] → ["in", "path", ["/a", "/b"]]
Result<nlohmann::ordered_json> own_filter(const nlohmann::ordered_json& theirs, size_t depth = 0);

// "^/blog/.*" → {"/blog/*"}: for those regular expressions that say no more than our wildcards can;
// "a|b" is two of them. The error names what is too much.
Result<std::vector<std::string>> wildcards_of_regex(std::string_view regex);

}  // namespace ballcone
