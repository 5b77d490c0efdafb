// A block's lines as rows of a batch.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "collect/logged_pixel.h"
#include "decode/format.h"
#include "hit/batch.h"
#include "hit/services.h"
#include "ingest/block.h"
#include "ingest/service_gate.h"

namespace ballcone {

// One thread.
class LineDecoder {
 public:
  explicit LineDecoder(ServiceGate& gate);

  // Appends the hits of the block's lines from `first` on to `*batch`, until that has `rows_max`
  // rows, and counts what became of each line; `stored` of the tally says how many rows there are
  // to store. Returns the line to go on with. A block is begun with its line 0.
  size_t decode(const Block& block, size_t first, size_t rows_max, HitBatch* batch, Tally* tally);

  // What they want kept of query and referrer.
  void set_services(std::shared_ptr<const Services> services);

 private:
  // Some hits are decoded before they are appended, so that what their texts will touch in the
  // batch's tables is in the cache by then. Each needs a decoder's memory of its own.
  static constexpr size_t kAhead = 8;
  struct Ahead {
    DecodeMemoryPtr memory;
    Hit hit;
    std::string service;
    LoggedPixel pixel;
    HitBatch::Prepared prepared;
  };

  void append_ahead(size_t count, HitBatch* batch);
  std::optional<Drop> decode_line(std::string_view line, const Block& block, Ahead* ahead);
  void apply_switches(Ahead* ahead) const;
  std::optional<Drop> set_service(const Feed& feed, Ahead* ahead);

  ServiceNames names_;
  std::shared_ptr<const Services> services_;  // null: none wants anything else
  std::array<Ahead, kAhead> ahead_;
  Decoder decoder_;  // of the block; directives in it change it
};

}  // namespace ballcone
