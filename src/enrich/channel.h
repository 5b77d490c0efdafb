// referrer and campaign tags → channel: the default channel groups of Google Analytics 4 in their
// order, and two of our own, Internal and AI Assistant.
#pragma once

#include <span>
#include <string_view>

#include "enrich/enrich.h"
#include "enrich/referrer.h"
#include "hit/batch.h"

namespace ballcone {

// All that the rules look at. Texts in lower case.
struct Arrival {
  std::string_view source;            // utm_source, else the referrer's host
  std::string_view medium;            // utm_medium
  std::string_view campaign;          // utm_campaign
  SiteKind site = SiteKind::unknown;  // of the source, of the click id, or else of the referrer
  bool is_paid_click = false;         // the query has an id that only advertisements add
  bool is_internal = false;           // the referrer is on the site that was asked
};

struct ChannelRule {
  std::string_view name;  // as stored
  std::string_view doc;
  bool (*matches)(const Arrival&);
};

// In order: the first that matches names the channel. The last one matches everything.
std::span<const ChannelRule> channel_rules();
std::string_view channel_of(const Arrival& arrival);

// Step: fills channel. Needs fill_url and fill_referrer to have run.
void fill_channel(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
