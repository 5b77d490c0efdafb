#include "decode/json_line.h"

#include <algorithm>

namespace ballcone {

bool is_blank_json(std::string_view line) {
  return std::all_of(line.begin(), line.end(),
                     [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

std::string_view repaired_json(std::string_view line, DecodeMemory& memory) {
  memory.line.clear();
  append_repaired_utf8(line, &memory.line);
  const size_t size = memory.line.size();
  memory.line.append(kLinePadding, ' ');
  return {memory.line.data(), size};
}

}  // namespace ballcone
