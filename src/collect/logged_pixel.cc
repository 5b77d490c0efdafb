// As a CDN's log has it, with the path and the query put together:
//
//   /hello.gif?t=pv&ts=1561982400123&u=https%253A%252F%252Fexample.com%252Fa&hn=example.com&…
#include "collect/logged_pixel.h"

#include <algorithm>
#include <utility>

#include "base/form.h"
#include "base/text.h"
#include "collect/parse.h"

namespace ballcone {
namespace {

// CloudFront writes the % of a query as %25. A query in which every % is one of those was not
// encoded twice by whoever asked.
std::string decoded_once(std::string_view query) {
  constexpr std::string_view kPercent = "%25";
  for (size_t at = query.find('%'); at != query.npos; at = query.find('%', at + 1))
    if (!query.substr(at).starts_with(kPercent)) return std::string(query);
  std::string out;
  for (size_t at = 0; at < query.size();) {
    const bool is_percent = query.substr(at).starts_with(kPercent);
    out += query[at];
    at += is_percent ? kPercent.size() : 1;
  }
  return out;
}

bool has_value(const FormReader::Views& query, std::string_view name) {
  for (const auto& [key, value] : query)
    if (key == name && !value.empty()) return true;
  return false;
}

// A picture may have any name. What names no page is the pixel only if that is made for pages
// without a script, and then the page is the one that shows it.
bool names_page(const FormReader::Views& query, CollectRoute route, const Hit& hit) {
  return has_value(query, "u") || has_value(query, "pa") ||
         (route == CollectRoute::noscript && !hit.referrer.empty());
}

void move_texts(CollectedHit&& from, LoggedPixel* pixel) {
  pixel->scheme = std::move(from.scheme);
  pixel->host = std::move(from.host);
  pixel->uri = std::move(from.uri);
  pixel->referrer = std::move(from.referrer);
  pixel->user_agent = std::move(from.user_agent);
  pixel->event = std::move(from.event);
  pixel->props = std::move(from.props);
  pixel->browser_facts = std::move(from.browser_facts);
}

// A mail has no host: the pixel's own says whose it is.
void retell(const LoggedPixel& pixel, std::string_view via, Hit* hit) {
  if (!pixel.host.empty()) {
    hit->host = pixel.host;
    hit->scheme = pixel.scheme;
  }
  hit->uri = pixel.uri;
  hit->referrer = pixel.referrer;
  if (hit->user_agent.empty()) hit->user_agent = pixel.user_agent;
  hit->via = via;
  hit->event = pixel.event;
  hit->props = pixel.props;
  hit->browser_facts = pixel.browser_facts;
  // Of the picture, and not of the page.
  hit->method = hit->content_type = hit->fetch_dest = hit->purpose = {};
  hit->status = kAbsent<uint16_t>;
  hit->range_start = kAbsent<int64_t>;
}

}  // namespace

bool is_pixel(std::string_view uri) {
  const std::string_view path = uri.substr(0, uri.find('?'));
  return path.ends_with("/hello.gif") || path.ends_with("/noscript.gif");
}

bool read_logged_pixel(LoggedPixel* pixel, Hit* hit) {
  if (!hit->method.empty() && !equal_ignoring_case(hit->method, "GET")) return false;
  const size_t mark = std::min(hit->uri.find('?'), hit->uri.size());
  const bool is_noscript = hit->uri.substr(0, mark).ends_with("/noscript.gif");
  const std::string_view query = hit->uri.substr(std::min(mark + 1, hit->uri.size()));
  const std::string text = decoded_once(query);
  const auto& given = pixel->form.read(text);
  const CollectRequest request{
      .route = is_noscript ? CollectRoute::noscript : CollectRoute::pixel,
      .query = given,
      .referer = hit->referrer,
      .user_agent = hit->user_agent,
      .now_us = hit->time_us,
  };
  if (!names_page(given, request.route, *hit)) return false;
  CollectedHit told;
  if (parse_pixel(request, &told)) {
    hit->is_repaired = true;
    return false;
  }
  const std::string_view via = told.via;
  move_texts(std::move(told), pixel);
  retell(*pixel, via, hit);
  return true;
}

}  // namespace ballcone
