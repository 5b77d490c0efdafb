// The formats of lines, by name. decode/format.cc holds the table.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "hit/drop.h"
#include "hit/hit.h"

namespace ballcone {

// Memory that one thread's decoding needs: parsers and repaired text. The views in a Hit live until
// its next use.
struct DecodeMemory;
struct DecodeMemoryDeleter {
  void operator()(DecodeMemory* memory) const;
};
using DecodeMemoryPtr = std::unique_ptr<DecodeMemory, DecodeMemoryDeleter>;
DecodeMemoryPtr make_decode_memory();

// Fills `*hit` from `line` (without its line end) or says why not; `*hit` is then unspecified.
// `line` may hold any bytes, and must be followed by kLinePadding readable bytes of any value.
constexpr size_t kLinePadding = 64;
using DecodeFunction = std::optional<Drop> (*)(std::string_view line, DecodeMemory& memory,
                                               Hit* hit);

struct Format {
  std::string_view name;     // "ballcone"
  std::string_view summary;  // for --help
  DecodeFunction decode;
};

std::span<const Format> formats();
// Null if there is none of that name.
const Format* find_format(std::string_view name);

}  // namespace ballcone
