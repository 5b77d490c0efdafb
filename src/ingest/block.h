// Lines on their way to the store, with what is needed to decode them and to find them again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/format.h"
#include "hit/hit.h"
#include "hit/input.h"
#include "ingest/tally.h"
#include "source/lines.h"

namespace ballcone {

enum class ServiceFrom { line, host, file };
// Which requests for the pixel in a log are page views: none, those that a CDN's edge answered
// (where Ballcone answers itself it has counted them), or all.
enum class PixelsFrom { none, edge, all };
// Of --log-pixels.
inline PixelsFrom pixels_from(std::string_view setting) {
  if (setting == "off") return PixelsFrom::none;
  return setting == "all" ? PixelsFrom::all : PixelsFrom::edge;
}

// Where lines come from and which of them are wanted. Constant while they are read.
struct Feed {
  std::string name;        // for people: "access.log"
  bool is_syslog = false;  // each line is a datagram with a syslog header
  // Whose the hits are: `service`, or what service_from says; `line` falls back to the host, and
  // both to file_service.
  std::string service;
  ServiceFrom service_from = ServiceFrom::line;
  std::string file_service;
  uint32_t import = kAbsent<uint32_t>;
  uint32_t input = 0;  // with positions if there is an import
  std::optional<int64_t> since_us;
  std::optional<int64_t> until_us;
  std::vector<std::string> excludes;  // paths with * and ?
  bool keeps_query = true;
  PixelsFrom pixels_from = PixelsFrom::none;
  std::shared_ptr<Counters> counters;
};

struct Block {
  explicit Block(size_t bytes_max) : lines(bytes_max) {}

  Lines lines;
  std::shared_ptr<const Feed> feed;
  Decoder decoder;
  Range range;              // of the input
  uint64_t first_line = 0;  // its number in the input, from 1; 0: not known

  // Whether the memory holds just the bytes of the range, so that a line's place in the one tells
  // that in the other. It does not where a line was too long to be kept; datagrams have no range.
  bool has_positions() const { return feed->is_syslog || lines.bytes() == range.end - range.begin; }
};
using BlockPtr = std::unique_ptr<Block>;

}  // namespace ballcone
