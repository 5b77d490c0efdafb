// Generations that lost a path's name and lie beside it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "source/followed_bytes.h"

namespace ballcone {

// "access.log.1", "access.log-20261123", "access-20261123.log" of "access.log"; not
// "access.log.2.gz", which cannot go on.
bool is_rotated_name(std::string_view name, std::string_view of);
// Oldest first, the youngest 64, as they are at one moment, even while they are being renamed.
std::vector<std::unique_ptr<FollowedBytes>> open_rotated(const std::string& path);

}  // namespace ballcone
