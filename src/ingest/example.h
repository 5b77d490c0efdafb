// What may be kept of a line that was dropped: it is shown on the page and written to the log, and
// has not been through enrichment.
#pragma once

#include <string>
#include <string_view>

namespace ballcone {

// Of its words, those that look like e-mail addresses, tokens or card numbers go, and so do values
// of parameters that are called like secrets (enrich/masking.h): "/login?token=1" →
// "/login?token=***". Its addresses are masked already: Tally::drop_line().
std::string mask_example(std::string_view line);

}  // namespace ballcone
