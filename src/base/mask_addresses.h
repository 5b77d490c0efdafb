// Addresses in a text of unknown form.
#pragma once

#include <string>
#include <string_view>

namespace ballcone {

// The text with each address in it masked to /24 or /48: "from 192.0.2.7:80" → "from 192.0.2.0:80".
// What only looks like an address goes, too.
std::string mask_addresses_in(std::string_view text);

}  // namespace ballcone
