#include "enrich/enrich.h"

#include <algorithm>
#include <string>

#include "enrich/bot.h"
#include "enrich/browser_facts.h"
#include "enrich/channel.h"
#include "enrich/geoip.h"
#include "enrich/kind.h"
#include "enrich/referrer.h"
#include "enrich/url.h"
#include "enrich/user_agent.h"
#include "enrich/visitor.h"

namespace ballcone {
namespace {

// The order matters where a step reads what another has filled: kind needs path; channel needs
// query, utm_* and referrer_host; geoip and visitor need the address before it is masked.
constexpr EnrichStep kSteps[] = {
    {"url", "path, query and utm_* from the requested URI, secrets masked", fill_url},
    {"kind", "kind from path, method, status, content type, Sec-Fetch-Dest, via and event",
     fill_kind},
    {"browser_facts", "language, timezone, … from what a script or pixel said", fill_browser_facts},
    {"user_agent", "browser, os and device from the User-Agent", fill_user_agent},
    {"bot", "bot, bot_kind and bot_reason from the User-Agent", fill_bot},
    {"referrer", "referrer without its query, secrets masked, its host and the site's name",
     fill_referrer},
    {"channel", "channel from referrer, utm_*, click ids and the host asked for", fill_channel},
    {"geoip", "country, region, city, asn and network from the address", fill_geoip},
    {"visitor", "visitor from address, User-Agent, service and the day's salt", fill_visitor},
    {"address", "address masked, removed or kept, as the settings say", apply_address_policy},
};

void add_time(std::vector<StepTime>& times, std::string_view name, uint64_t rows, uint64_t ns) {
  const auto time =
      std::find_if(times.begin(), times.end(), [&](const StepTime& t) { return t.name == name; });
  if (time == times.end()) {
    times.push_back({std::string(name), rows, ns});
  } else {
    time->rows += rows;
    time->ns += ns;
  }
}

}  // namespace

std::span<const EnrichStep> enrich_steps() { return kSteps; }

void enrich(HitBatch& batch, EnrichContext& context, std::vector<StepTime>* times,
            int64_t (*monotonic_ns)()) {
  context.parsed_addresses.clear();
  for (const EnrichStep& step : kSteps) {
    const int64_t start_ns = times ? monotonic_ns() : 0;
    step.run(batch, context);
    if (times)
      add_time(*times, step.name, batch.rows(), static_cast<uint64_t>(monotonic_ns() - start_ns));
  }
  batch.check_lengths();
}

}  // namespace ballcone
