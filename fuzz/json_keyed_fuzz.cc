// Any bytes as a line of JSON: the fast way and the slow one agree for every table of keys, what
// they keep is in order, and a beginning of a line is not taken for whole. The same
// bytes as a mapping and as a log_format: an error or a table.
#include "decode/json_keyed.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "decode/json_mapping.h"
#include "hit_checks.h"

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

// Of a beginning of a line that is without fault. Its values may be others than the line's, since
// a later key may say better what an earlier one said; but it is never taken for whole.
void check_cut(const Decoded& cut) {
  if (!cut.drop) return CHECK(cut.hit.is_repaired);
  CHECK(*cut.drop == Drop::truncated || *cut.drop == Drop::empty || *cut.drop == Drop::no_time ||
        *cut.drop == Drop::bad_time);
}

void check_line(std::string_view line, const Layout* layout) {
  const Decoded fast(line, decode_keyed_json, layout);
  check_same(fast.text(), Decoded(line, decode_keyed_json_slowly, layout).text());
  if (fast.drop) return;
  check_hit(fast.hit, fast.line);
  if (fast.hit.is_repaired) return;
  check_cut(Decoded(line.substr(0, hash64(line) % line.size()), decode_keyed_json, layout));
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
