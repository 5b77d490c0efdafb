#include "decode/hit_builder.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"
#include "decode/same_text.h"
#include "decode/values.h"

namespace ballcone {
namespace {

constexpr auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
constexpr auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };

// Without leaving early, which for a host's name costs more than it saves.
template <class Predicate>
bool has_any(std::string_view text, Predicate predicate) {
  bool has = false;
  for (const char c : text) has |= predicate(c);
  return has;
}

bool is_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// "192.0.2.7:51234" → "192.0.2.7", "[2001:db8::1]:443" → "2001:db8::1".
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) {
    if (const size_t end = text.find(']'); end != text.npos) return text.substr(1, end - 1);
  }
  const size_t colon = text.find(':');
  if (colon != text.npos && colon == text.rfind(':') && text.find('.') < colon) {
    return text.substr(0, colon);
  }
  return text;
}

// What may stand in an address, as bits that tell more when they are or-ed together.
constexpr uint8_t kDot = 1;
constexpr uint8_t kColon = 2;
constexpr uint8_t kOther = 4;

constexpr std::array<uint8_t, 256> make_address_bytes() {
  std::array<uint8_t, 256> bytes{};
  bytes.fill(kOther);
  for (const char c : std::string_view("0123456789abcdefABCDEF"))
    bytes[static_cast<uint8_t>(c)] = 0;
  bytes['.'] = kDot;
  bytes[':'] = kColon;
  return bytes;
}
constexpr auto kAddressBytes = make_address_bytes();

uint8_t address_bytes_of(std::string_view text) {
  uint8_t all = 0;
  for (const char c : text) all |= kAddressBytes[static_cast<uint8_t>(c)];
  return text.size() >= 2 && text.size() <= 45 ? all : kOther;
}

bool is_address(std::string_view text) { return address_bytes_of(text) < kOther; }

}  // namespace

HitBuilder::HitBuilder(std::string_view line, DecodeMemory& memory, Hit* hit)
    : line_(line), memory_(memory), hit_(*hit), time_(line, memory) {
  static constexpr Hit kEmpty;  // copied at once; made in place it took 5 % of decoding
  hit_ = kEmpty;
  // Each part of the line may be unescaped, decoded, lower-cased, and joined with another.
  memory_.text.clear(line.size() * 4 + 64);
}

void HitBuilder::set(Field field, std::string_view text) {
  seen_ |= 1ULL << static_cast<uint32_t>(field);
  switch (field) {
    case Field::service:
      hit_.service = text.empty() || (text.front() > ' ' && text.back() > ' ') ? text : trim(text);
      break;
    case Field::time_iso:
    case Field::time_clf:
    case Field::time_epoch:
    case Field::time_epoch_ms:
    case Field::time_epoch_us:
    case Field::time_epoch_ns:
      time_.set(field, text);
      break;
    case Field::date:
      time_.set_date(text);
      break;
    case Field::time_of_day:
      time_.set_time_of_day(text);
      break;
    case Field::address:
      hit_.address = address(text);
      break;
    case Field::address_and_port:
      // HAProxy: "2001:db8::1:51234".
      hit_.address = address(text.substr(0, text.rfind(':')));
      break;
    case Field::forwarded_for:
      text = without_port(trim(text.substr(0, text.find(','))));
      forwarded_for_ = is_address(text) ? text : std::string_view();
      is_combined_ = true;
      break;
    case Field::user_agent:
      hit_.user_agent = text;
      break;
    case Field::user_agent_encoded:
      hit_.user_agent = decode_user_agent(text, &memory_.text);
      break;
    case Field::referrer:
      hit_.referrer = text;
      break;
    case Field::referrer_encoded:
      hit_.referrer = decode_referrer(text, &memory_.text);
      break;
    case Field::request:
      set_request(text);
      break;
    case Field::method:
      hit_.method = text;
      break;
    case Field::uri:
      set_uri(text);
      break;
    case Field::path:
      path_ = text;
      is_combined_ = true;
      break;
    case Field::query:
      query_ = text;
      is_combined_ = true;
      break;
    case Field::protocol:
      hit_.protocol = text;
      break;
    case Field::scheme:
      hit_.scheme = text;
      break;
    case Field::host:
      hit_.host = host(text);
      break;
    case Field::status:
      hit_.status = status(text);
      break;
    case Field::bytes:
      hit_.bytes = number(parse_count, text);
      break;
    case Field::bytes_body:
      bytes_body_ = number(parse_count, text);
      is_combined_ = true;
      break;
    case Field::duration_s:
      hit_.generation_time_us = number(parse_seconds_us, text);
      break;
    case Field::duration_ms:
      hit_.generation_time_us = duration(text, parse_milliseconds_us);
      break;
    case Field::duration_us:
      hit_.generation_time_us = duration(text, parse_microseconds_us);
      break;
    case Field::duration_ns:
      hit_.generation_time_us = duration(text, parse_nanoseconds_us);
      break;
    case Field::duration_part_s:
      set_duration_part(text);
      break;
    case Field::upstream_s:
      hit_.upstream_time_us = number(parse_upstream_us, text);
      break;
    case Field::upstream_ms:
      hit_.upstream_time_us = duration(text, parse_milliseconds_us);
      break;
    case Field::upstream_ns:
      hit_.upstream_time_us = duration(text, parse_nanoseconds_us);
      break;
    case Field::upstream_part_s:
      hit_.upstream_time_us = duration(text, parse_seconds_us);
      set_duration_part(text);
      break;
    case Field::content_type:
      hit_.content_type = content_type(text);
      break;
    case Field::cache_status:
      hit_.cache_status = upper(text);
      break;
    case Field::edge_location:
      hit_.edge_location = text;
      break;
    case Field::request_id:
      hit_.request_id = number(parse_request_id, text);
      break;
    // What a client may fill with anything is no fault of the line.
    case Field::gpc:
      hit_.gpc = text == "1" ? 1 : text == "0" ? 0 : kAbsent<uint8_t>;
      break;
    case Field::fetch_dest:
      hit_.fetch_dest = text;
      break;
    case Field::sec_purpose:
      sec_purpose_ = text;
      break;
    case Field::purpose:
      purpose_ = text;
      break;
    case Field::range:
      hit_.range_start = parse_range_start(text).value_or(kAbsent<int64_t>);
      break;
    case Field::range_start:
      hit_.range_start = number(parse_count, text);
      break;
    case Field::via:
      hit_.via = text;
      break;
    case Field::event:
      hit_.event = text;
      break;
    case Field::props:
      hit_.props = text;
      break;
    case Field::engaged_us:
      hit_.engaged_us = number(parse_count, text);
      break;
    case Field::browser_facts:
      hit_.browser_facts = text;
      break;
    case Field::ignored:
    case Field::count_:
      break;
  }
}

// Absent if empty; absent and repaired if it is no such number.
template <class T>
T HitBuilder::number(std::optional<T> (*parse)(std::string_view), std::string_view text) {
  if (text.empty()) return kAbsent<T>;
  const std::optional<T> value = parse(text);
  if (!value) mark_repaired();
  return value.value_or(kAbsent<T>);
}

// Load balancers write -1 where nothing was measured, and + before what is not over.
int64_t HitBuilder::duration(std::string_view text,
                             std::optional<int64_t> (*parse)(std::string_view)) {
  if (text.starts_with("-1") && text.find_first_not_of(".0", 2) == text.npos) text = {};
  if (text.starts_with('+')) text.remove_prefix(1);
  return number(parse, text);
}

void HitBuilder::set_duration_part(std::string_view text) {
  const int64_t part_us = duration(text, parse_seconds_us);
  is_combined_ = true;
  duration_us_ = part_us == kAbsent<int64_t> || duration_us_ == kAbsent<int64_t>
                     ? kAbsent<int64_t>
                     : duration_us_ + part_us;
}

// nginx says 000 of a connection closed before the answer, and 009 of HTTP/0.9.
uint16_t HitBuilder::status(std::string_view text) {
  if (text.empty()) return kAbsent<uint16_t>;
  const auto value = parse_count(text);
  if (value && *value >= 100 && *value <= 999) return static_cast<uint16_t>(*value);
  if (text != "000" && text != "009" && text != "0") mark_repaired();
  return kAbsent<uint16_t>;
}

// "unix:" is what nginx says of a client on a Unix socket.
std::string_view HitBuilder::address(std::string_view text) {
  if (text.empty() || is_same_text(text, "unix:")) return {};
  // Nearly all are without a port, and then have full stops or colons alone.
  if (address_bytes_of(text) < (kDot | kColon)) return text;
  text = without_port(text);
  if (is_address(text)) return text;
  mark_repaired();
  return {};
}

// "Example.COM:8080" → "example.com", "[2001:db8::1]:80" → "[2001:db8::1]".
std::string_view HitBuilder::host(std::string_view text) {
  if (text.starts_with('[')) {
    text = text.substr(0, std::min(text.find(']'), text.size() - 1) + 1);
  } else if (const size_t colon = text.find(':'); colon == text.rfind(':')) {
    text = text.substr(0, colon);
  }
  if (text.ends_with('.')) text.remove_suffix(1);
  return text == "_" || text == "-" ? std::string_view() : lower(text);
}

// "text/html; charset=utf-8" → "text/html".
std::string_view HitBuilder::content_type(std::string_view text) {
  return lower(trim(text.substr(0, text.find(';'))));
}

std::string_view HitBuilder::lower(std::string_view text) {
  if (!has_any(text, is_upper)) return text;
  std::transform(text.begin(), text.end(), memory_.text.next(),
                 [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });
  return memory_.text.commit(text.size());
}

// "Hit" → "HIT": CloudFront and nginx say the same of a cache.
std::string_view HitBuilder::upper(std::string_view text) {
  if (!has_any(text, is_lower)) return text;
  std::transform(text.begin(), text.end(), memory_.text.next(),
                 [](char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; });
  return memory_.text.commit(text.size());
}

// Clients send anything to a web server's port; what is no request is no fault of the line.
void HitBuilder::set_request(std::string_view text) {
  const RequestLine request = parse_request_line(text);
  hit_.method = request.method;
  hit_.protocol = request.protocol;
  set_uri(request.uri);
}

// A proxy, and HTTP/2 behind some load balancers, ask for whole URLs.
void HitBuilder::set_uri(std::string_view text) {
  hit_.uri = text;
  url_scheme_ = url_host_ = {};
  if (text.starts_with('/')) return;
  for (const std::string_view scheme : {"https://", "http://", "wss://", "ws://"}) {
    if (equal_ignoring_case(text.substr(0, scheme.size()), scheme)) {
      return split_url(text, scheme.size() - 3);
    }
  }
}

// "https://user@Example.com:443/a?b" → "https", "example.com" and "/a?b".
void HitBuilder::split_url(std::string_view text, size_t scheme_size) {
  url_scheme_ = lower(text.substr(0, scheme_size));
  const std::string_view rest = text.substr(scheme_size + 3);
  const size_t host_size = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view name = rest.substr(0, host_size);
  if (const size_t at = name.rfind('@'); at != name.npos) name.remove_prefix(at + 1);
  url_host_ = host(name);
  hit_.uri = rest.substr(host_size);
  is_combined_ = true;
  if (hit_.uri.starts_with('/')) return;
  char* out = memory_.text.next();
  *out = '/';
  std::copy(hit_.uri.begin(), hit_.uri.end(), out + 1);
  hit_.uri = memory_.text.commit(hit_.uri.size() + 1);
}

std::string_view HitBuilder::path_and_query() {
  if (query_.starts_with('?')) query_.remove_prefix(1);
  if (query_.empty()) return path_;
  // In many logs they are neighbours, with the question mark between.
  if (!path_.empty() && path_.data() + path_.size() + 1 == query_.data() && is_in(path_, line_) &&
      is_in(query_, line_) && query_.data()[-1] == '?') {
    return {path_.data(), path_.size() + 1 + query_.size()};
  }
  char* out = std::copy(path_.begin(), path_.end(), memory_.text.next());
  *out++ = '?';
  std::copy(query_.begin(), query_.end(), out);
  return memory_.text.commit(path_.size() + 1 + query_.size());
}

// What several fields say together.
void HitBuilder::combine() {
  if (hit_.uri.empty()) set_uri(path_and_query());
  if (hit_.host.empty()) hit_.host = url_host_;
  if (hit_.scheme.empty()) hit_.scheme = url_scheme_;
  if (hit_.bytes == kAbsent<int64_t>) hit_.bytes = bytes_body_;
  if (!forwarded_for_.empty()) hit_.address = forwarded_for_;
  if (has(Field::duration_part_s)) hit_.generation_time_us = duration_us_;
}

std::optional<Drop> HitBuilder::finish(bool is_cut) {
  hit_.purpose = sec_purpose_.empty() ? purpose_ : sec_purpose_;
  if (is_combined_) combine();
  if (is_cut) mark_repaired();
  return time_.finish(is_cut, &hit_.time_us);
}

}  // namespace ballcone
