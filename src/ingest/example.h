// What may be kept of a line that was dropped: it is shown on the page and written to the log, and
// has not been through enrichment.
#pragma once

#include <string>
#include <string_view>

namespace ballcone {

// Addresses end in /24 or /48, whatever the settings say of those that are stored, and words that
// look like e-mail addresses, tokens or card numbers go (enrich/masking.h). "10.1.2.3 - - [" →
// "10.1.2.0 - - [".
std::string mask_example(std::string_view line);

}  // namespace ballcone
