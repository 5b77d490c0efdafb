// Any bytes as a line: the fast decoder and the slow one agree; what they keep is in order; strict
// JSON says the same to another library; and of a line that was cut nothing is made up.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "decode/json_ballcone.h"
#include "hit_checks.h"
#include "json_ballcone_reference.h"

namespace ballcone {
namespace {

// Beside what holds of every format's hit.
void check_plain(const Hit& hit) {
  for (const std::string_view text :
       {hit.service, hit.host, hit.address, hit.method, hit.uri, hit.protocol, hit.scheme,
        hit.content_type, hit.referrer, hit.user_agent, hit.fetch_dest, hit.purpose,
        hit.cache_status}) {
    CHECK(text != "-");
  }
  CHECK(trim(hit.service) == hit.service);
}

void check_reference(std::string_view line, const Decoded& fast) {
  // A byte order mark is skipped there, and a NUL taken for the end.
  if (line.starts_with("\xef\xbb\xbf") || line.find('\0') != line.npos) return;
  FieldReader reader;
  if (!nlohmann::json::sax_parse(line.begin(), line.end(), &reader)) return;
  if (!reader.is_object) return check_same(fast.text(), "malformed");
  ReferenceDecoder reference(reader.fields);
  const auto drop = reference.run();
  check_same(fast.text(), drop ? std::string(text_of(*drop).name) : to_string(reference.hit()));
}

// `cut` is a beginning of what `whole` came from, which was without fault.
void check_cut(const Decoded& whole, const Decoded& cut) {
  if (cut.drop) {
    CHECK(*cut.drop == Drop::truncated || *cut.drop == Drop::empty);
    return;
  }
  const auto is_same_or_absent = [](auto part, auto all, auto absent) {
    return part == all || part == absent;
  };
  const Hit& a = cut.hit;
  const Hit& b = whole.hit;
  CHECK(a.time_us == b.time_us);
  CHECK(is_same_or_absent(a.service, b.service, ""));
  CHECK(is_same_or_absent(a.host, b.host, ""));
  CHECK(is_same_or_absent(a.address, b.address, ""));
  CHECK(is_same_or_absent(a.method, b.method, ""));
  CHECK(is_same_or_absent(a.content_type, b.content_type, ""));
  CHECK(is_same_or_absent(a.status, b.status, kAbsent<uint16_t>));
  CHECK(is_same_or_absent(a.bytes, b.bytes, kAbsent<int64_t>));
  CHECK(is_same_or_absent(a.generation_time_us, b.generation_time_us, kAbsent<int64_t>));
  CHECK(is_same_or_absent(a.range_start, b.range_start, kAbsent<int64_t>));
  CHECK(b.uri.starts_with(a.uri));
  CHECK(b.referrer.starts_with(a.referrer));
  CHECK(b.user_agent.starts_with(a.user_agent));
}

void check_ballcone_json(std::string_view line) {
  const Decoded fast(line, decode_ballcone_json);
  const Decoded slow(line, decode_ballcone_json_slowly);
  check_same(fast.text(), slow.text());
  check_reference(line, fast);
  if (fast.drop) return;
  check_hit(fast.hit, fast.line);
  check_plain(fast.hit);
  if (fast.hit.is_repaired) return;
  // Two places that depend on the line alone.
  for (const size_t place : {hash64(line), hash64(line, 1)}) {
    check_cut(fast, Decoded(line.substr(0, place % line.size()), decode_ballcone_json));
  }
}

}  // namespace
}  // namespace ballcone

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ballcone::check_ballcone_json({reinterpret_cast<const char*>(data), size});
  return 0;
}
