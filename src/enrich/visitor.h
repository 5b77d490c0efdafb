// Who came, without knowing who: a keyed hash that lives for a day; and what is kept of addresses.
#pragma once

#include <string_view>

#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

// Step: fills visitor with SipHash-2-4 of address (the whole one, as 16 bytes) and User-Agent. The
// key is derived from the service's name and the salt of its own local day at the time of the hit,
// so the same person is another visitor on another day and on another service, and nobody can
// compute a hash once the salt is deleted. Absent where the log has no address: nobody could be
// told apart.
void fill_visitor(HitBatch& batch, EnrichContext& context);

// Step: rewrites each address as the policy says: masked "192.0.2.0" and "2001:db8:1::", none "",
// full as canonical text; and forgets region, city and network for services that keep the country
// alone. What is not an address ("unix:") becomes absent. Runs after the steps
// that need the address.
void apply_address_policy(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
