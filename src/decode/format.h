// The formats of lines, by name or by pattern. decode/text_formats.cc and decode/json_formats.cc
// hold the tables.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
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

// Where and why the last line that was decoded with `memory` did not fit: `position` is in bytes,
// `expected` is a phrase ("a status such as 200"). Only of a line that was dropped.
struct Mismatch {
  size_t position = 0;
  std::string expected;
};
Mismatch last_mismatch(const DecodeMemory& memory);

// What a pattern, a mapping or a "#Fields:" line was compiled to; inside this room only.
struct Layout;

// Fills `*hit` from `line` (without its line end) or says why not; `*hit` is then unspecified.
// `line` may hold any bytes, and must be followed by kLinePadding readable bytes of any value.
constexpr size_t kLinePadding = 64;
using DecodeFunction = std::optional<Drop> (*)(std::string_view line, const Layout* layout,
                                               DecodeMemory& memory, Hit* hit);

// A format made ready for lines. Cheap to copy; any thread.
struct Decoder {
  std::string name;  // as --format names it, or the pattern
  DecodeFunction function = nullptr;
  std::shared_ptr<const Layout> layout;  // null where the function needs none
  bool has_directives = false;           // lines that begin with # say how the next ones are read

  std::optional<Drop> decode(std::string_view line, DecodeMemory& memory, Hit* hit) const {
    return function(line, layout.get(), memory, hit);
  }
};

// A row of the table.
struct Format {
  std::string_view name;     // "combined"
  std::string_view summary;  // for --help
  std::string_view example;  // a line
  Decoder (*open)(const Format& format);
};
std::span<const Format> formats();
// Of the lines that the room collect writes for hits of scripts and pixels: collect/line.h. It is
// not in the table, since nobody else may write them.
Decoder collected_decoder();
// Null if there is none of that name.
const Format* find_format(std::string_view name);

// `text` is a format's name, an nginx log_format ('$remote_addr - …'), an Apache LogFormat
// ('%h %l …'), or a mapping of JSON keys ('json:address=client.ip,time=ts,…'). The error names the
// part that is not understood and what is.
Result<Decoder> open_format(std::string_view text);

// Recognises the format of an input from its first lines (the last one may be cut). The error shows
// a line, the nearest format and the token at which it failed.
Result<Decoder> detect_format(std::span<const std::string_view> lines);

// What decodes the lines behind the directive `line` ("#Fields: date time …"); nothing if it does
// not change what `decoder` does. Only for decoders that have_directives.
std::optional<Result<Decoder>> after_directive(const Decoder& decoder, std::string_view line);

// An nginx.conf's log_format directives (in includes too), each as its name and pattern. The error
// names file and line.
struct NamedPattern {
  std::string name;
  std::string pattern;
  bool is_json = false;  // escape=json
};
Result<std::vector<NamedPattern>> read_nginx_conf(const std::string& path);

}  // namespace ballcone
