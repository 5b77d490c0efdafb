// Any bytes as a format, and behind the first line end as a line in it: a fault is named at a place
// that is there, and what is kept of a line is in order. All together they are an input whose
// format is to be recognised.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "hit_checks.h"

namespace ballcone {
namespace {

void check_detection(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty() && lines.size() < 4) {
    const size_t size = std::min(bytes.find('\n'), bytes.size());
    lines.push_back(bytes.substr(0, size));
    bytes.remove_prefix(std::min(size + 1, bytes.size()));
  }
  const auto decoder = detect_format(lines);
  CHECK(decoder ? find_format(decoder->name) != nullptr : is_utf8(decoder.error().message));
}

void check_pattern(std::string_view bytes) {
  const size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view pattern = bytes.substr(0, end);
  const std::string_view line = bytes.substr(std::min(end + 1, bytes.size()));
  const auto decoder = open_format(pattern);
  if (decoder) {
    checked_line(line, *decoder);
  } else {
    CHECK(!decoder.error().message.empty());
    CHECK(decoder.error().position < static_cast<int>(pattern.size()) + 1);
  }
  const auto directive = after_directive(*open_format("w3c"), pattern);
  if (directive && *directive) checked_line(line, **directive);
  check_detection(bytes);
}

}  // namespace
}  // namespace ballcone

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ballcone::check_pattern({reinterpret_cast<const char*>(data), size});
  return 0;
}
