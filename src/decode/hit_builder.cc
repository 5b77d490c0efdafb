#include "decode/hit_builder.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "decode/same_text.h"
#include "decode/values.h"
#include "hit/service.h"

namespace ballcone {
namespace {

constexpr int64_t kTimeMin_us = days_of_civil(1990, 1, 1) * kDay_us;
constexpr int64_t kTimeEnd_us = days_of_civil(2100, 1, 1) * kDay_us;

// Of a line nothing is compared so often.
bool is_dash(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

bool is_kept_cut(NginxKey key) {
  return key == NginxKey::path || key == NginxKey::referrer || key == NginxKey::user_agent;
}

}  // namespace

HitBuilder::HitBuilder(std::string_view line, Escapes escapes, DecodeMemory& memory, Hit* hit)
    : escapes_(escapes), memory_(memory), hit_(*hit) {
  static constexpr Hit kEmpty;  // copied at once; made in place it took 5 % of decoding
  hit_ = kEmpty;
  // Each part of the line may be unescaped, and then lower-cased.
  memory_.text.clear(line.size() * 2);
}

void HitBuilder::take(NginxKey key, const JsonField& field) {
  if (field.is_cut && !is_kept_cut(key)) return;
  if (key == NginxKey::unknown) return;
  if (has_seen(key)) mark_repaired();
  seen_ |= 1U << static_cast<uint32_t>(key);
  std::string_view text = text_of(field);
  const bool wants_text = key != NginxKey::status && key != NginxKey::length &&
                          key != NginxKey::generation_time_milli &&
                          key != NginxKey::upstream_time && key != NginxKey::gpc &&
                          key != NginxKey::range && key != NginxKey::date;
  if (wants_text && field.kind != JsonKind::text && !text.empty()) {
    mark_repaired();
    text = {};
  }
  set(key, text);
}

// What the field says, unescaped; empty if it says that there is nothing.
std::string_view HitBuilder::text_of(const JsonField& field) {
  std::string_view text = field.value;
  switch (field.kind) {
    case JsonKind::text:
      if (escapes_ == Escapes::anything ||
          (escapes_ == Escapes::some && text.find('\\') != text.npos)) {
        const auto plain =
            unescape_json(text, field.is_cut, memory_.text.next(), &hit_.is_repaired);
        text = memory_.text.commit(plain.size());
      }
      return is_dash(text) ? std::string_view() : text;
    case JsonKind::scalar:
      // `"length": ,` and `"length": -` come from a variable without value and without quotes.
      if (text.empty() || is_dash(text)) mark_repaired();
      return is_dash(text) || text == "null" ? std::string_view() : text;
    case JsonKind::nested:
      mark_repaired();
      return {};
  }
  return {};
}

void HitBuilder::set(NginxKey key, std::string_view text) {
  switch (key) {
    case NginxKey::service:
      service_ = text;
      break;
    case NginxKey::date:
      date_ = text;
      break;
    case NginxKey::ip:
      hit_.address = address(text);
      break;
    case NginxKey::host:
      hit_.host = host(text);
      break;
    case NginxKey::path:
      hit_.uri = text;
      break;
    case NginxKey::status:
      hit_.status = status(text);
      break;
    case NginxKey::referrer:
      hit_.referrer = text;
      break;
    case NginxKey::user_agent:
      hit_.user_agent = text;
      break;
    case NginxKey::length:
      hit_.bytes = number(parse_count, text);
      break;
    case NginxKey::generation_time_milli:
      hit_.generation_time_us = number(parse_seconds_us, text);
      break;
    case NginxKey::upstream_time:
      hit_.upstream_time_us = number(parse_upstream_us, text);
      break;
    case NginxKey::request_id:
      hit_.request_id = number(parse_request_id, text);
      break;
    case NginxKey::method:
      hit_.method = text;
      break;
    case NginxKey::scheme:
      hit_.scheme = text;
      break;
    case NginxKey::protocol:
      hit_.protocol = text;
      break;
    case NginxKey::cache_status:
      hit_.cache_status = text;
      break;
    case NginxKey::content_type:
      hit_.content_type = content_type(text);
      break;
    case NginxKey::fetch_dest:
      hit_.fetch_dest = text;
      break;
    case NginxKey::sec_purpose:
      sec_purpose_ = text;
      break;
    case NginxKey::purpose:
      purpose_ = text;
      break;
    // What a client may fill with anything is no fault of the line.
    case NginxKey::gpc:
      hit_.gpc = text == "1" ? 1 : text == "0" ? 0 : kAbsent<uint8_t>;
      break;
    case NginxKey::range:
      hit_.range_start = parse_range_start(text).value_or(kAbsent<int64_t>);
      break;
    case NginxKey::unknown:
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

// nginx says 000 of a connection closed before the answer, and 009 of HTTP/0.9.
uint16_t HitBuilder::status(std::string_view text) {
  if (text.empty()) return kAbsent<uint16_t>;
  const auto value = parse_count(text);
  if (value && *value >= 100 && *value <= 999) return static_cast<uint16_t>(*value);
  if (text != "000" && text != "009") mark_repaired();
  return kAbsent<uint16_t>;
}

// "unix:" is what nginx says of a client on a Unix socket.
std::string_view HitBuilder::address(std::string_view text) {
  if (text.empty() || text == "unix:") return {};
  if (text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const bool is_address =
      text.size() >= 2 && text.size() <= 45 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= ':') || c == '.' || (c >= 'a' && c <= 'f') ||
               (c >= 'A' && c <= 'F');
      });
  if (is_address) return text;
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
  if (std::none_of(text.begin(), text.end(), is_upper)) return text;
  std::transform(text.begin(), text.end(), memory_.text.next(),
                 [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });
  return memory_.text.commit(text.size());
}

std::optional<Drop> HitBuilder::finish(bool is_cut) {
  hit_.purpose = sec_purpose_.empty() ? purpose_ : sec_purpose_;
  if (is_cut) {
    mark_repaired();
    if (!has_seen(NginxKey::service) || !has_seen(NginxKey::date)) return Drop::truncated;
  }
  if (const auto drop = set_service()) return drop;
  return set_time();
}

std::optional<Drop> HitBuilder::set_service() {
  if (trim(service_).empty()) return Drop::no_service;
  if (!is_same_text(service_, memory_.service_text)) {
    auto name = service_name(service_);
    if (!name) return Drop::bad_service;
    memory_.service = *std::move(name);
    memory_.service_text = service_;
  }
  hit_.service = memory_.service;
  return std::nullopt;
}

std::optional<Drop> HitBuilder::set_time() {
  if (date_.empty()) return Drop::no_time;
  if (!is_same_text(date_, memory_.date_text)) {
    const auto time_us = parse_iso8601(date_);
    if (!time_us || *time_us < kTimeMin_us || *time_us >= kTimeEnd_us) return Drop::bad_time;
    memory_.date_us = *time_us;
    memory_.date_text = date_;
  }
  hit_.time_us = memory_.date_us;
  return std::nullopt;
}

}  // namespace ballcone
