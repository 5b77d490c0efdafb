// ownstats' pixel, as its script and hand-made pixels ask for it:
//
//   GET /hello.gif?t=pv&ts=1795435200000&u=https%3A%2F%2Fexample.com%2Fa&hn=example.com&pa=%2Fa
//     &ua=Mozilla…&r=https%3A%2F%2Fexample.org%2F&iw=1280&ih=720&ti=Title&w=1920&h=1080&d=24
//     &l=de-DE&p=Linux%20x86_64&m=8&c=8&tz=Europe%2FBerlin&uso=newsletter
//   GET /hello.gif?t=tr&ts=…&u=…&en=Signup&pr=%7B%22plan%22%3A%22pro%22%7D&dk=KEY
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "collect/parse.h"

namespace ballcone {
namespace {

class Parameters {
 public:
  explicit Parameters(const CollectRequest& request) : query_(request.query) {}
  std::string_view operator[](std::string_view name) const {
    for (const auto& [key, value] : query_)
      if (key == name) return value;
    return {};
  }

 private:
  std::span<const std::pair<std::string_view, std::string_view>> query_;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 6 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.';
  });
}

std::string size_of(std::string_view width, std::string_view height) {
  if (!is_number(width) || !is_number(height)) return "";
  std::string size(width);
  return size.append("x").append(height);
}

// Milliseconds since 1970, of the browser's clock: only to tell old ones from new ones.
Fault check_time(std::string_view ts, int64_t now_us) {
  if (ts.empty()) return {};
  int64_t ms = 0;
  const auto [end, error] = std::from_chars(ts.data(), ts.data() + ts.size(), ms);
  const bool is_time = error == std::errc() && end == ts.data() + ts.size() && ms > 0;
  if (!is_time) return fault(Drop::bad_request, "expected ts in milliseconds since 1970");
  constexpr int64_t kFar_ms = int64_t{1} << 52;
  const int64_t off_us = ms > kFar_ms ? kFar_ms : std::abs(ms * 1000 - now_us);
  if (off_us > kClockOff_us)
    return fault(Drop::stale, "expected ts within a day of the server's clock");
  return {};
}

// Its script encodes some values twice.
std::string decoded_url(std::string_view url) {
  std::string out;
  if (equal_ignoring_case(url.substr(0, 7), "http%3A") ||
      equal_ignoring_case(url.substr(0, 8), "https%3A")) {
    append_percent_decoded(url, &out);
  } else {
    out = url;
  }
  return out;
}

Fault set_page(const CollectRequest& request, const Parameters& given, CollectedHit* hit) {
  if (const auto url = given["u"]; !url.empty()) return set_url(decoded_url(url), false, hit);
  const std::string_view path = given["pa"], host = given["hn"];
  if (!path.empty()) {
    if (host.empty() && !request.referer.empty() && !host_of(request.referer).empty())
      return set_url("https://" + host_of(request.referer) + std::string(path), false, hit);
    if (!host.empty())
      return set_url(fmt::format("https://{}{}{}", host, path.starts_with('/') ? "" : "/", path),
                     false, hit);
    // A mail has no host: the path is a name that its author gave.
    const auto failed =
        set_url(fmt::format("https://x{}{}", path.starts_with('/') ? "" : "/", path), false, hit);
    hit->host.clear();
    hit->scheme.clear();
    return failed;
  }
  // Without JavaScript the page that shows the pixel is all there is.
  if (!request.referer.empty()) return set_url(request.referer, false, hit);
  return fault(Drop::bad_request, "expected the page's URL in u, or its path in pa, or a Referer");
}

// Tags that its script has read of the URL: they are there again, unless the URL was shortened.
void add_campaign(const Parameters& given, CollectedHit* hit) {
  constexpr std::pair<std::string_view, std::string_view> kTags[] = {
      {"uso", "utm_source"},  {"uca", "utm_campaign"}, {"ume", "utm_medium"},
      {"uco", "utm_content"}, {"ute", "utm_term"},     {"s", "source"}};
  for (const auto& [short_name, name] : kTags) {
    const std::string_view value = given[short_name];
    if (value.empty() || value.size() > 512 || hit->uri.find(name) != std::string::npos) continue;
    hit->uri += hit->uri.find('?') == std::string::npos ? '?' : '&';
    hit->uri.append(name).append("=");
    for (const char c : value) {
      if (c == '&' || c == '#' || c == '+' || c == '%' || c == ' ')
        hit->uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
      else
        hit->uri += c;
    }
  }
}

std::string facts_of(const Parameters& given) {
  std::string facts;
  add_fact("language", given["l"], &facts);
  add_fact("timezone", given["tz"], &facts);
  add_fact("outer_resolution", size_of(given["w"], given["h"]), &facts);
  add_fact("inner_resolution", size_of(given["iw"], given["ih"]), &facts);
  if (is_number(given["d"])) add_fact("color_depth", given["d"], &facts);
  add_fact("platform", given["p"], &facts);
  if (is_number(given["m"])) add_fact("memory", given["m"], &facts);
  if (is_number(given["c"])) add_fact("cores", given["c"], &facts);
  return facts;
}

}  // namespace

Fault parse_pixel(const CollectRequest& request, CollectedHit* hit) {
  const Parameters given(request);
  // Only a script knows the time.
  const bool is_script = request.route == CollectRoute::pixel && !given["ts"].empty();
  hit->via = is_script ? "script" : "pixel";
  hit->time_us = request.now_us;
  hit->key = given["dk"];
  if (const auto host = given["hn"]; !host.empty()) hit->services = {std::string(host)};
  if (auto failed = check_time(given["ts"], request.now_us)) return failed;
  if (auto failed = set_page(request, given, hit)) return failed;
  add_campaign(given, hit);
  set_referrer(decoded_url(given["r"]), hit);
  if (request.user_agent.empty()) hit->user_agent = given["ua"];
  hit->browser_facts = facts_of(given);
  const std::string_view type = given["t"];
  if (type.empty() || type == "pv") return {};
  // tr: a custom event; pm, ft: what its script measures of performance and features.
  if (type != "tr" && type != "pm" && type != "ft")
    return fault(Drop::bad_request, "expected t to be pv or tr: who a visitor is is not stored");
  if (auto failed = set_event(given["en"], hit)) return failed;
  return given["pr"].empty() ? Fault() : parse_props(given["pr"], &hit->props);
}

}  // namespace ballcone
