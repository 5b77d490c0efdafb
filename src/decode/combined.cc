#include "decode/combined.h"

#include <array>
#include <cstring>

#include "base/text.h"
#include "base/time.h"
#include "decode/hit_builder.h"
#include "decode/memory.h"
#include "decode/pattern.h"
#include "decode/same_text.h"
#include "decode/text_escapes.h"

namespace ballcone {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<bool, 256> bytes_among(std::string_view text) {
  std::array<bool, 256> bytes{};
  for (const char c : text) bytes[static_cast<uint8_t>(c)] = true;
  return bytes;
}
constexpr auto kAddressBytes = bytes_among("0123456789abcdefABCDEF.:");
constexpr auto kHostBytes = bytes_among("0123456789abcdefghijklmnopqrstuvwxyz.-");

// Takes what a line mostly has, and says false of all else: the plain decoder then starts anew.
class CombinedReader {
 public:
  CombinedReader(std::string_view line, DecodeMemory& memory, Hit* hit)
      : at_(line.data()), end_(line.data() + line.size()), memory_(memory), hit_(*hit) {}

  bool read(bool has_host, bool has_referrer) {
    if (has_host && !take_host()) return false;
    return take_address() && take_users() && take_time() && take_request() && take_status() &&
           take_bytes() && (has_referrer ? take_referrer() && take_user_agent() : at_ == end_);
  }

 private:
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  std::string_view rest() const { return {at_, left()}; }
  // Behind the padding of the line there is nothing, but in it any byte.
  bool take(char c) { return at_ < end_ && *at_ == c && ++at_; }
  const char* find(char c) const { return static_cast<const char*>(std::memchr(at_, c, left())); }
  static std::string_view text(const char* begin, const char* end) {
    const std::string_view text(begin, static_cast<size_t>(end - begin));
    return text == "-" ? std::string_view() : text;
  }

  // "example.com " or "example.com:443 ".
  bool take_host() {
    const char* const begin = at_;
    while (at_ < end_ && kHostBytes[static_cast<uint8_t>(*at_)]) ++at_;
    hit_.host = {begin, static_cast<size_t>(at_ - begin)};
    if (hit_.host.empty() || hit_.host == "-" || hit_.host.ends_with('.')) return false;
    if (take(':')) {
      while (at_ < end_ && is_digit(*at_)) ++at_;
    }
    return take(' ');
  }

  bool take_address() {
    constexpr size_t kAddressSizeMax = 45;
    const char* const begin = at_;
    bool has_dot = false;
    bool has_colon = false;
    for (; at_ < end_ && kAddressBytes[static_cast<uint8_t>(*at_)]; ++at_) {
      has_dot |= *at_ == '.';
      has_colon |= *at_ == ':';
    }
    const auto size = static_cast<size_t>(at_ - begin);
    hit_.address = {begin, size};
    return size >= 2 && size <= kAddressSizeMax && !(has_dot && has_colon) && take(' ');
  }

  // "- frank [": what identd and the password said.
  bool take_users() {
    if (left() < 5) return false;
    if (is_same_text({at_, 5}, "- - [")) {
      at_ += 5;
      return true;
    }
    const char* const space = find(' ');
    if (space == nullptr) return false;
    at_ = space + 1;
    const size_t size = rest().find(" [");
    if (size == std::string_view::npos) return false;
    at_ += size + 2;
    return true;
  }

  // "23/Nov/2026:12:00:00 +0100] ". Date and offset are mostly those of the line before.
  bool take_time() {
    constexpr size_t kDaySize = 12;
    constexpr size_t kSize = 26;
    if (left() < kSize + 2 || at_[kSize] != ']' || at_[kSize + 1] != ' ') return false;
    const std::string_view day(at_, kDaySize);
    const std::string_view offset(at_ + 20, 6);
    if (!is_same_text(day, memory_.clf_day) || !is_same_text(offset, memory_.clf_offset)) {
      const auto time_us = parse_clf_time(std::string(day) + "00:00:00" + std::string(offset));
      if (!time_us) return false;
      memory_.clf_day = day;
      memory_.clf_offset = offset;
      memory_.clf_us = *time_us;
    }
    const auto two = [&](size_t at) {
      return is_digit(at_[at]) && is_digit(at_[at + 1]) ? (at_[at] - '0') * 10 + at_[at + 1] - '0'
                                                        : 99;
    };
    const int hour = two(12);
    const int minute = two(15);
    const int second = two(18);
    if (hour > 23 || minute > 59 || second > 59 || at_[14] != ':' || at_[17] != ':') return false;
    hit_.time_us = memory_.clf_us + (hour * 3600 + minute * 60 + second) * kSecond_us;
    at_ += kSize + 2;
    return hit_.time_us >= kTimeMin_us && hit_.time_us < kTimeEnd_us;
  }

  // "GET /a?b HTTP/1.1" with its quotes.
  bool take_request() {
    constexpr size_t kProtocolSize = 9;  // " HTTP/1.1"
    constexpr size_t kMethodSizeMax = 24;
    if (!take('"')) return false;
    const char* const quote = find('"');
    if (quote == nullptr || static_cast<size_t>(quote - at_) < kProtocolSize + 3) return false;
    const char* const begin = at_;
    while (*at_ >= 'A' && *at_ <= 'Z') ++at_;
    hit_.method = {begin, static_cast<size_t>(at_ - begin)};
    if (*at_ != ' ' || hit_.method.empty() || hit_.method.size() > kMethodSizeMax) return false;
    const char* const uri = ++at_;
    const char* const protocol = quote - kProtocolSize;
    if (protocol <= uri || *uri != '/' || !is_same_text({protocol, 6}, " HTTP/")) return false;
    if (protocol[6] == ' ' || protocol[7] == ' ' || protocol[8] == ' ') return false;
    hit_.uri = {uri, static_cast<size_t>(protocol - uri)};
    hit_.protocol = {protocol + 1, kProtocolSize - 1};
    at_ = quote + 1;
    return take(' ');
  }

  bool take_status() {
    if (left() < 4 || !is_digit(at_[0]) || at_[0] == '0' || !is_digit(at_[1]) ||
        !is_digit(at_[2]) || at_[3] != ' ') {
      return false;
    }
    hit_.status =
        static_cast<uint16_t>((at_[0] - '0') * 100 + (at_[1] - '0') * 10 + (at_[2] - '0'));
    at_ += 4;
    return true;
  }

  bool take_bytes() {
    if (take('-')) return true;
    constexpr int kDigitsMax = 18;
    int64_t bytes = 0;
    int digits = 0;
    for (; at_ < end_ && is_digit(*at_) && digits < kDigitsMax; ++at_, ++digits) {
      bytes = bytes * 10 + (*at_ - '0');
    }
    hit_.bytes = bytes;
    return digits >= 1;
  }

  bool take_referrer() {
    if (left() < 2 || at_[0] != ' ' || at_[1] != '"') return false;
    at_ += 2;
    const char* const quote = find('"');
    if (quote == nullptr || end_ - quote < 4 || quote[1] != ' ' || quote[2] != '"') return false;
    hit_.referrer = text(at_, quote);
    at_ = quote + 3;
    return true;
  }

  bool take_user_agent() {
    if (find('"') != end_ - 1) return false;
    hit_.user_agent = text(at_, end_ - 1);
    return true;
  }

  const char* at_;
  const char* const end_;
  DecodeMemory& memory_;
  Hit& hit_;
};

template <bool has_host, bool has_referrer>
std::optional<Drop> decode(std::string_view line, const Layout* layout, DecodeMemory& memory,
                           Hit* hit) {
  const LineBytes bytes = bytes_of(line);
  if (!bytes.has_backslash && !bytes.has_nul && (bytes.is_ascii || is_utf8(line))) {
    static constexpr Hit kEmpty;
    *hit = kEmpty;
    if (CombinedReader(line, memory, hit).read(has_host, has_referrer)) return std::nullopt;
  }
  return decode_pattern(line, layout, memory, hit);
}

}  // namespace

std::optional<Drop> decode_common(std::string_view line, const Layout* layout, DecodeMemory& memory,
                                  Hit* hit) {
  return decode<false, false>(line, layout, memory, hit);
}
std::optional<Drop> decode_combined(std::string_view line, const Layout* layout,
                                    DecodeMemory& memory, Hit* hit) {
  return decode<false, true>(line, layout, memory, hit);
}
std::optional<Drop> decode_vhost_common(std::string_view line, const Layout* layout,
                                        DecodeMemory& memory, Hit* hit) {
  return decode<true, false>(line, layout, memory, hit);
}
std::optional<Drop> decode_vhost_combined(std::string_view line, const Layout* layout,
                                          DecodeMemory& memory, Hit* hit) {
  return decode<true, true>(line, layout, memory, hit);
}

}  // namespace ballcone
