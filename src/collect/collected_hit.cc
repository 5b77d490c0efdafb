#include "collect/collected_hit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/hash.h"
#include "base/text.h"

namespace ballcone {
namespace {

struct UrlParts {
  std::string_view scheme, host, rest;
};

std::optional<UrlParts> split_url(std::string_view url) {
  const size_t colon = url.find("://");
  if (colon == url.npos) return std::nullopt;
  UrlParts parts{.scheme = url.substr(0, colon)};
  if (!equal_ignoring_case(parts.scheme, "http") && !equal_ignoring_case(parts.scheme, "https"))
    return std::nullopt;
  url.remove_prefix(colon + 3);
  const auto end =
      static_cast<size_t>(std::find_if(url.begin(), url.end(),
                                       [](char c) { return c == '/' || c == '?' || c == '#'; }) -
                          url.begin());
  parts.host = url.substr(0, end);
  parts.rest = url.substr(end);
  if (const size_t at = parts.host.rfind('@'); at != parts.host.npos)
    parts.host.remove_prefix(at + 1);
  // "[2001:db8::1]:80" and "example.com:80".
  const size_t bracket = parts.host.find(']');
  parts.host =
      parts.host.substr(0, bracket == parts.host.npos ? parts.host.find(':') : bracket + 1);
  if (parts.host.ends_with('.')) parts.host.remove_suffix(1);
  if (parts.host.empty() || parts.host.find(' ') != parts.host.npos) return std::nullopt;
  return parts;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

class Line {
 public:
  Line() {
    out_.reserve(kUsualBytes);
    out_ += '{';
  }
  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    append_quoted(value, &out_);
  }
  void number(std::string_view name, int64_t value) {
    begin(name);
    const fmt::format_int digits(value);
    out_.append(digits.data(), digits.size());
  }
  std::string finish() { return std::move(out_ += '}'); }

 private:
  static constexpr size_t kUsualBytes = 512;

  void begin(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_.append(name).append("\":");
  }
  std::string out_;
};

// True if all of it may stand between the quotes of JSON as it is: ASCII without controls, quotes
// and backslashes, looked at eight bytes at a time.
bool is_plain(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
  // The high bit of each byte that is 0.
  const auto zeros = [](uint64_t eight) { return (eight - kOnes) & ~eight & kHigh; };
  uint64_t odd = 0;
  const auto look = [&](uint64_t eight) {
    odd |= (eight & kHigh) | ((eight - 0x20 * kOnes) & ~eight & kHigh) |
           zeros(eight ^ '"' * kOnes) | zeros(eight ^ '\\' * kOnes);
  };
  for (uint64_t eight = 0; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, text.data(), sizeof eight);
    look(eight);
  }
  uint64_t rest = ' ' * kOnes;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  look(rest);
  return odd == 0;
}

}  // namespace

void CollectedHit::clear() {
  services.clear();
  for (std::string* text : {&key, &scheme, &host, &uri, &referrer, &user_agent, &address, &event,
                            &props, &browser_facts, &method, &idempotency_key})
    text->clear();
  via = {};
  time_us = status = 0;
  engaged_us = gpc = -1;
}

Fault fault(Drop reason, std::string sentence) { return Refusal{reason, std::move(sentence)}; }

bool is_encoded(const CollectRequest& request) {
  return !request.content_encoding.empty() &&
         !equal_ignoring_case(request.content_encoding, "identity");
}

Refusal encoded_fault() { return {Drop::bad_request, "expected a body without Content-Encoding"}; }

Fault set_url(std::string_view url, bool keeps_fragment, CollectedHit* hit) {
  if (url.size() > kUrlBytesMax)
    return fault(Drop::too_large, fmt::format("expected a URL of at most {} bytes", kUrlBytesMax));
  const auto parts = has_control(url) ? std::nullopt : split_url(url);
  if (!parts)
    return fault(Drop::bad_request, "expected the page's URL, such as https://example.com/a");
  hit->scheme = to_lower_ascii(parts->scheme);
  hit->host = to_lower_ascii(parts->host);
  const size_t hash = std::min(parts->rest.find('#'), parts->rest.size());
  const std::string_view fragment = parts->rest.substr(hash);
  const std::string_view target = parts->rest.substr(0, hash);
  const size_t mark = std::min(target.find('?'), target.size());
  hit->uri = target.substr(0, mark);
  if (!hit->uri.starts_with('/')) hit->uri.insert(0, "/");
  // %23 is what stays a part of the path; a question mark behind it is no query.
  if (keeps_fragment && fragment.size() > 1) {
    hit->uri += "%23";
    for (const char c : fragment.substr(1)) hit->uri += c == '?' ? "%3F" : std::string(1, c);
  }
  hit->uri += target.substr(mark);
  return {};
}

void set_referrer(std::string_view url, CollectedHit* hit) {
  if (url.size() <= kUrlBytesMax && !has_control(url) && url.find("://") != url.npos)
    hit->referrer = url;
}

Fault set_event(std::string_view name, CollectedHit* hit) {
  name = trim(name);
  if (name.empty() || name == "-" || has_control(name))
    return fault(Drop::bad_request, "expected the event's name");
  if (name.size() > kEventNameBytesMax)
    return fault(Drop::too_large,
                 fmt::format("expected a name of at most {} bytes", kEventNameBytesMax));
  hit->event = name;
  return {};
}

void add_fact(std::string_view name, std::string_view value, std::string* facts) {
  if (value.empty() || value.size() > kFactBytesMax || has_control(value)) return;
  if (value.find(';') != value.npos || !is_utf8(value)) return;
  *facts += facts->empty() ? "" : ";";
  facts->append(name).append("=").append(value);
}

std::string host_of(std::string_view url) {
  const auto parts = split_url(trim(url));
  return parts ? to_lower_ascii(parts->host) : "";
}

void append_quoted(std::string_view text, std::string* out) {
  *out += '"';
  if (is_plain(text)) {
    out->append(text).push_back('"');
    return;
  }
  std::string repaired;
  if (!is_utf8(text) || text.find('\0') != text.npos) {
    append_repaired_utf8(text, &repaired);
    text = repaired;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '"' || byte == '\\') {
      *out += '\\';
      *out += c;
    } else if (byte < 0x20) {
      fmt::format_to(std::back_inserter(*out), "\\u{:04x}", byte);
    } else {
      *out += c;
    }
  }
  *out += '"';
}

std::string line_of(const CollectedHit& hit, std::string_view service) {
  Line line;
  line.text("service", service);
  line.number("time_us", hit.time_us);
  line.text("via", hit.via);
  line.text("address", hit.address);
  line.text("host", hit.host);
  line.text("scheme", hit.scheme);
  line.text("uri", hit.uri);
  line.text("method", hit.method);
  if (hit.status != 0) line.number("status", hit.status);
  line.text("referrer", hit.referrer);
  line.text("user_agent", hit.user_agent);
  if (hit.gpc >= 0) line.number("gpc", hit.gpc);
  line.text("event", hit.event);
  line.text("props", hit.props);
  line.text("browser_facts", hit.browser_facts);
  if (hit.engaged_us >= 0) line.number("engaged_us", hit.engaged_us);
  if (!hit.idempotency_key.empty()) {
    const Hash128 id = hash128(std::string(service) + '\n' + hit.idempotency_key);
    line.text("request_id", fmt::format("{:016x}{:016x}", id.high, id.low));
  }
  return line.finish();
}

}  // namespace ballcone
