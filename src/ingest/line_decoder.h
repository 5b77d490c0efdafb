// A block's lines as rows of a batch.
#pragma once

#include <optional>
#include <string_view>

#include "decode/format.h"
#include "hit/batch.h"
#include "ingest/block.h"
#include "ingest/service_gate.h"

namespace ballcone {

// One thread.
class LineDecoder {
 public:
  explicit LineDecoder(ServiceGate& gate) : names_(gate), memory_(make_decode_memory()) {}

  // Appends the hits to `*batch` and counts what became of each line; `stored` of the tally says
  // how many rows there are to store.
  void decode(const Block& block, HitBatch* batch, Tally* tally);

 private:
  std::optional<Drop> decode_line(std::string_view line, const Block& block, Hit* hit);
  std::optional<Drop> set_service(const Feed& feed, Hit* hit);

  ServiceNames names_;
  DecodeMemoryPtr memory_;
  Decoder decoder_;  // of the block; directives in it change it
};

}  // namespace ballcone
