// A batch's addresses as values: three steps want them, and reading text is slower than using it.
#pragma once

#include <optional>
#include <vector>

#include "base/ip.h"
#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

using ParsedAddresses = std::vector<std::optional<IpAddress>>;

// One per distinct address; nothing for what is none. Read when first asked for; enrich() forgets
// them for each batch.
const ParsedAddresses& parsed_addresses(const HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
