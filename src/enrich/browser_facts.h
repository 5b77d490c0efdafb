// What a script or pixel said of the browser, taken apart.
#pragma once

#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

// Step: fills language, timezone, outer_resolution, inner_resolution, color_depth, platform, memory
// and cores from browser_facts ("language=de-DE;timezone=Europe/Berlin"), once per distinct text.
// Names it does not know are left alone.
void fill_browser_facts(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
