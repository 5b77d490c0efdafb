// What was sent, read by the rules of its route; inside this room only. Each gives the fault, or
// fills the hit but for address, service and what headers say.
#pragma once

#include "collect/collected_hit.h"

namespace ballcone {

constexpr size_t kBodyBytesMax = 32 << 10;  // of one hit
constexpr size_t kHitsLinesMax = 1000;
constexpr int64_t kClockOff_us = 24 * int64_t{3'600'000'000};  // a browser's clock may be wrong
constexpr int64_t kFuture_us = 600'000'000;                    // a server's may not

// ownstats' parameters: docs/collect.md.
Fault parse_pixel(const CollectRequest& request, CollectedHit* hit);
// {"s":"shop","n":"pageview","u":"https://…","r":…,"w":1280,"l":"de-DE","z":"Europe/Berlin"}
Fault parse_hello(const CollectRequest& request, CollectedHit* hit);
// {"n":"pageview","u":"https://…","d":"example.com","r":…,"p":{…},"$":{"amount":1,"currency":"EUR"}}
Fault parse_plausible(const CollectRequest& request, CollectedHit* hit);
// A line of /api/v1/hits: {"id":"order-17","time":"2026-11-23T12:00:00Z","url":"https://…",…}
Fault parse_server_hit(std::string_view line, const CollectRequest& request, CollectedHit* hit);

// The text of a JSON object, as properties: canonical, bounded.
Fault parse_props(std::string_view json, std::string* props);

}  // namespace ballcone
