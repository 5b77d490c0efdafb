// Any bytes as a line of JSON: the fast way and the slow one agree for every table of keys, what
// they keep is in order, and a beginning of a line is not taken for whole. The same
// bytes as a mapping and as a log_format: an error or a table.
#include "decode/json_keyed.h"
#include "decode/json_mapping.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"

namespace ballcone {
namespace {

const std::vector<Decoder>& decoders() {
  static const auto all = [] {
    std::vector<Decoder> decoders;
    for (const Format& format : formats()) {
      Decoder decoder = format.open(format);
      if (decoder.function == decode_keyed_json) decoders.push_back(std::move(decoder));
    }
    CHECK(decoders.size() >= 6);
    return decoders;
  }();
  return all;
}

// Text that was made by one decoder; it dies with the next call.
struct Decoded {
  Decoded(std::string_view line, const Layout* layout, DecodeFunction decode = decode_keyed_json)
      : memory(make_decode_memory()), padded(new char[line.size() + kLinePadding]) {
    std::memcpy(padded.get(), line.data(), line.size());
    std::memset(padded.get() + line.size(), '"', kLinePadding);
    drop = decode({padded.get(), line.size()}, layout, *memory, &hit);
  }
  std::string text() const { return drop ? std::string(text_of(*drop).name) : to_string(hit); }

  DecodeMemoryPtr memory;
  std::unique_ptr<char[]> padded;  // of exactly this size, so that the sanitizer sees a step beyond
  Hit hit;
  std::optional<Drop> drop;
};

void check_in_order(const Hit& hit, size_t line_size) {
  for (const std::string_view text :
       {hit.service, hit.host, hit.address, hit.method, hit.uri, hit.protocol, hit.scheme,
        hit.content_type, hit.referrer, hit.user_agent, hit.fetch_dest, hit.purpose,
        hit.cache_status}) {
    CHECK(is_utf8(text));
    CHECK(text.find('\0') == text.npos);
    CHECK(text.size() <= line_size * 4 + 64);
  }
  CHECK(format_time(hit.time_us) >= "1990" && format_time(hit.time_us) < "2100");
  CHECK(hit.status == kAbsent<uint16_t> || (hit.status >= 100 && hit.status <= 999));
  CHECK(hit.bytes >= 0 && hit.generation_time_us >= 0 && hit.upstream_time_us >= 0);
}

// Of a beginning of a line that is without fault. Its values may be others than the line's, since
// a later key may say better what an earlier one said; but it is never taken for whole.
void check_cut(const Decoded& cut) {
  if (!cut.drop) return CHECK(cut.hit.is_repaired);
  CHECK(*cut.drop == Drop::truncated || *cut.drop == Drop::empty || *cut.drop == Drop::no_time ||
        *cut.drop == Drop::bad_time);
}

void check_line(std::string_view line, const Layout* layout) {
  const Decoded fast(line, layout);
  const Decoded slow(line, layout, decode_keyed_json_slowly);
  if (fast.text() != slow.text()) {
    std::fprintf(stderr, "fast: %s\nslow: %s\n", fast.text().c_str(), slow.text().c_str());
  }
  CHECK(fast.text() == slow.text());
  if (fast.drop) return;
  check_in_order(fast.hit, line.size());
  if (fast.hit.is_repaired) return;
  check_cut(Decoded(line.substr(0, hash64(line) % line.size()), layout));
}

}  // namespace
}  // namespace ballcone

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ballcone;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const Decoder& decoder : decoders()) check_line(line, decoder.layout.get());
  for (const auto& table : {parse_json_mapping(line), json_pattern(line)}) {
    if (table) check_line(line, &*table);
  }
  return 0;
}
