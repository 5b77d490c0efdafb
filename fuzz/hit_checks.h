// What holds of whatever a decoder made of a line of text.
#pragma once

#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/format.h"

namespace ballcone {

inline void check_same(const std::string& got, const std::string& want) {
  if (got != want) std::fprintf(stderr, "got:  %s\nwant: %s\n", got.c_str(), want.c_str());
  CHECK(got == want);
}

// A copy of the line, of exactly its size and padding, so that the sanitizer sees a step beyond.
class PaddedLine {
 public:
  PaddedLine(std::string_view line, char padding)
      : bytes_(new char[line.size() + kLinePadding]), size_(line.size()) {
    if (!line.empty()) std::memcpy(bytes_.get(), line.data(), line.size());
    std::memset(bytes_.get() + line.size(), padding, kLinePadding);
  }
  std::string_view line() const { return {bytes_.get(), size_}; }
  bool has_in_padding(std::string_view text) const {
    const char* const end = bytes_.get() + size_;
    return text.data() + text.size() > end && text.data() < end + kLinePadding &&
           text.data() >= bytes_.get();
  }

 private:
  std::unique_ptr<char[]> bytes_;
  size_t size_;
};

// What comes of a line, with all that it needs to stay.
struct Decoded {
  Decoded(std::string_view text, DecodeFunction decode, const Layout* layout = nullptr)
      : memory(make_decode_memory()), line(text, '"') {
    drop = decode(line.line(), layout, *memory, &hit);
  }
  std::string text() const { return drop ? std::string(text_of(*drop).name) : to_string(hit); }

  DecodeMemoryPtr memory;
  PaddedLine line;
  Hit hit;
  std::optional<Drop> drop;
};

inline void check_hit(const Hit& hit, const PaddedLine& line) {
  for (const std::string_view text :
       {hit.service, hit.host, hit.address, hit.method, hit.uri, hit.protocol, hit.scheme,
        hit.content_type, hit.referrer, hit.user_agent, hit.fetch_dest, hit.purpose,
        hit.cache_status, hit.edge_location}) {
    CHECK(is_utf8(text));
    CHECK(text.find('\0') == text.npos);
    CHECK(text.size() <= line.line().size() * 3 + 1);
    CHECK(text.empty() || !line.has_in_padding(text));
  }
  CHECK(hit.time_us >= days_of_civil(1990, 1, 1) * kDay_us);
  CHECK(hit.time_us < days_of_civil(2100, 1, 1) * kDay_us);
  CHECK(hit.status == kAbsent<uint16_t> || (hit.status >= 100 && hit.status <= 999));
  CHECK(hit.bytes >= 0 && hit.generation_time_us >= 0 && hit.upstream_time_us >= 0);
  CHECK(hit.address.size() <= 45);
}

// The hit or the drop as text, which depends on nothing but the line: neither on what follows it
// nor on what was decoded before.
inline std::string checked_line(std::string_view line, const Decoder& decoder) {
  static const DecodeMemoryPtr used = make_decode_memory();
  std::string answers[2];
  for (const bool is_fresh : {false, true}) {
    const DecodeMemoryPtr fresh = make_decode_memory();
    DecodeMemory& memory = is_fresh ? *fresh : *used;
    const PaddedLine padded(line, is_fresh ? '"' : ' ');
    Hit hit;
    const auto drop = decoder.decode(padded.line(), memory, &hit);
    if (drop) {
      // Of what holds nothing there is nothing to say. Text that is repaired grows.
      const bool has_place = *drop != Drop::empty && *drop != Drop::comment;
      CHECK(!has_place || last_mismatch(memory).position <= line.size() * 3);
    } else {
      check_hit(hit, padded);
    }
    answers[is_fresh ? 1 : 0] = drop ? std::string(text_of(*drop).name) : to_string(hit);
  }
  check_same(answers[0], answers[1]);
  return answers[0];
}

}  // namespace ballcone
