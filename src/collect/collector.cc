#include "collect/collector.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "collect/parse.h"
#include "hit/service.h"

namespace ballcone {
namespace {

Fault parse(const CollectRequest& request, CollectedHit* hit) {
  switch (request.route) {
    case CollectRoute::pixel:
    case CollectRoute::noscript:
      return parse_pixel(request, hit);
    case CollectRoute::hello:
      return parse_hello(request, hit);
    default:
      return parse_plausible(request, hit);
  }
}

// Where the page says that it is. Origin cannot be set by a page's script; Referer is what is left
// of pixels.
std::string page_host(const CollectRequest& request) {
  const std::string origin = host_of(request.origin);
  return origin.empty() ? host_of(request.referer) : origin;
}

bool has_opted_out(const CollectRequest& request, const ServiceSettings& service) {
  return (service.honours_gpc && request.gpc == "1") || (service.honours_dnt && request.dnt == "1");
}

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view kBearer = "bearer ";
  if (!equal_ignoring_case(authorization.substr(0, kBearer.size()), kBearer)) return {};
  return trim(authorization.substr(kBearer.size()));
}

// What the service does not want kept. Logs are treated in the same way where they are decoded.
void apply_switches(const ServiceSettings& service, CollectedHit* hit) {
  if (!service.keeps_query) hit->uri.resize(std::min(hit->uri.find('?'), hit->uri.size()));
  if (service.keeps_referrer || hit->referrer.empty()) return;
  const size_t host = hit->referrer.find("://") + 3;
  hit->referrer.resize(std::min(hit->referrer.find_first_of("/?#", host), hit->referrer.size()));
}

uint64_t id_of(std::string_view service, const CollectedHit& hit) {
  return hash128(std::string(service) + '\n' + hit.idempotency_key).low;
}

}  // namespace

Collector::Collector(CollectOptions options, std::shared_ptr<const ServiceRegistry> services)
    : options_(std::move(options)),
      services_(std::move(services)),
      limiter_(options_.rate_per_minute) {}

void Collector::set_log_hosts(LogHosts hosts) {
  auto all = std::make_shared<const LogHosts>(std::move(hosts));
  const std::lock_guard lock(mutex_);
  log_hosts_ = std::move(all);
}

std::string Collector::find_in_logs(std::string_view named, std::string_view host) const {
  if (host.empty()) return "";
  const auto logs = [&] {
    const std::lock_guard lock(mutex_);
    return log_hosts_;
  }();
  const auto has_it = [&](const auto& entry) { return entry.second.contains(std::string(host)); };
  if (const auto name = service_name(named); name && !named.empty()) {
    const auto found = logs->find(*name);
    if (found != logs->end()) return has_it(*found) ? found->first : "";
    if (named != host) return "";
  }
  const auto found = std::find_if(logs->begin(), logs->end(), has_it);
  return found == logs->end() ? "" : found->first;
}

// `named`: the name or host of a service, as the hit has it; empty if it has none.
Fault Collector::admit(const CollectRequest& request, CollectedHit* hit, std::string_view named,
                       std::vector<CollectedLine>* lines) {
  const auto services = services_->now();
  const std::string host = page_host(request);
  const ServiceSettings* of_key = services->find_key(hit->key);
  const ServiceSettings* service = nullptr;
  if (!named.empty()) {
    const auto name = service_name(named);
    if (name) service = services->find(*name);
    if (!service) service = services->find_host(to_lower_ascii(named));
    // A pixel's host is the page's, not a name: the key says more.
    if (!service && request.route <= CollectRoute::noscript) service = of_key;
  } else {
    service = of_key ? of_key : services->find_host(host);
  }
  if (!service) {
    // Who has logs needs no more than the tag.
    const std::string known = hit->key.empty() ? find_in_logs(named, host) : "";
    if (known.empty())
      return fault(Drop::unknown_service,
                   fmt::format("expected a service that is registered, got \"{}\" from host \"{}\"",
                               named.substr(0, 100), host.substr(0, 100)));
    lines->push_back({line_of(*hit, known)});
    return {};
  }
  if (!hit->key.empty() && of_key != service)
    return fault(Drop::wrong_key, fmt::format("expected the key of {}", service->name));
  if (hit->key.empty() && !has_host(*service, host))
    return fault(Drop::wrong_origin,
                 fmt::format("expected the key of {}, or an Origin or Referer of its hosts; got "
                             "host \"{}\"",
                             service->name, host.substr(0, 100)));
  if (has_opted_out(request, *service))
    return fault(Drop::opted_out, fmt::format("{} honours Sec-GPC or DNT", service->name));
  apply_switches(*service, hit);
  lines->push_back({line_of(*hit, service->name)});
  return {};
}

void Collector::collect_hit(const CollectRequest& request, CollectOutcome* outcome) {
  // Its texts' memory is used again: a pixel has a dozen of them.
  static thread_local CollectedHit hit;
  hit.clear();
  hit.address = client_address(request, options_.proxies);
  if (!limiter_.allow(hit.address, request.now_us)) {
    outcome->refusals.push_back({Drop::rate_limited, "expected fewer hits from one address"});
    return;
  }
  if (auto failed = parse(request, &hit)) {
    outcome->refusals.push_back(std::move(*failed));
    return;
  }
  if (!request.user_agent.empty()) hit.user_agent = request.user_agent.substr(0, 2048);
  if (request.gpc == "1" || request.gpc == "0") hit.gpc = request.gpc == "1" ? 1 : 0;
  const auto take = [&](CollectedHit* of_service, std::string_view named) {
    if (auto failed = admit(request, of_service, named, &outcome->lines))
      outcome->refusals.push_back(std::move(*failed));
  };
  if (hit.services.empty()) return take(&hit, "");
  for (size_t i = 0; i + 1 < hit.services.size(); ++i) {
    CollectedHit copy = hit;  // each service has switches of its own
    take(&copy, hit.services[i]);
  }
  take(&hit, hit.services.back());
}

void Collector::collect_lines(const CollectRequest& request, CollectOutcome* outcome) {
  const auto services = services_->now();
  const ServiceSettings* service = services->find_server_key(bearer(request.authorization));
  if (!service) {
    outcome->refusals.push_back(
        {Drop::wrong_key, "expected Authorization: Bearer with a service's server key"});
    return;
  }
  if (is_encoded(request)) {
    outcome->refusals.push_back(encoded_fault());
    return;
  }
  const auto lines = static_cast<size_t>(
      std::count_if(request.body.begin(), request.body.end(), [](char c) { return c == '\n'; }));
  if (lines + !request.body.ends_with('\n') > kHitsLinesMax) {
    outcome->refusals.push_back(
        {Drop::too_large, fmt::format("expected at most {} lines", kHitsLinesMax)});
    return;
  }
  size_t number = 0;
  for (std::string_view rest = request.body; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++number;
    if (trim(line).empty()) continue;
    const auto refuse = [&](Refusal refusal) {
      refusal.line = number;
      outcome->refusals.push_back(std::move(refusal));
    };
    CollectedHit hit;
    if (auto failed = parse_server_hit(line, request, &hit)) {
      refuse(std::move(*failed));
      continue;
    }
    if (!hit.services.empty() && service_name(hit.services[0]) != service->name) {
      refuse(
          {Drop::wrong_key, fmt::format("expected hits of {}, whose key this is", service->name)});
      continue;
    }
    const uint64_t id = hit.idempotency_key.empty() ? 0 : id_of(service->name, hit);
    if (id != 0 && !seen_.add(id)) {
      refuse({Drop::replayed, fmt::format("the id {} was stored before", hit.idempotency_key)});
      continue;
    }
    apply_switches(*service, &hit);
    outcome->lines.push_back({line_of(hit, service->name), number, id});
  }
}

void Collector::forget_refused(const CollectOutcome& outcome) {
  for (const Refusal& refusal : outcome.refusals)
    if (refusal.id != 0) seen_.forget(refusal.id);
}

void Collector::collect(const CollectRequest& request, CollectOutcome* outcome) {
  outcome->lines.clear();
  outcome->refusals.clear();
  if (request.route == CollectRoute::hits)
    collect_lines(request, outcome);
  else
    collect_hit(request, outcome);
}

}  // namespace ballcone
