// Memory for the text of a batch: handed out in order, given back all at once.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "base/huge_pages.h"

namespace ballcone {

class Arena {
 public:
  // A copy of `text` that lives until clear() or the arena's end.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* memory = allocate(text.size());
    std::memcpy(memory, text.data(), text.size());
    return {memory, text.size()};
  }

  // Everything handed out becomes invalid. As many blocks are kept for the next round as this one
  // needed.
  void clear() {
    blocks_.resize(blocks_.empty() ? 0 : last_ + 1);
    last_ = used_ = 0;
  }

  // Bytes taken from the system.
  size_t bytes() const {
    size_t bytes = 0;
    for (const Block& block : blocks_) bytes += block.size();
    return bytes;
  }

 private:
  using Block = std::vector<char, HugePageAllocator<char>>;
  static constexpr size_t kFirstBlockBytes = 256 << 10;  // enough for quiet hours
  static constexpr size_t kBlockBytes = kHugePageBytes;

  char* allocate(size_t size) {
    if (blocks_.empty() || size > blocks_[last_].size() - used_) next_block(size);
    char* memory = blocks_[last_].data() + used_;
    used_ += size;
    return memory;
  }

  // A text larger than a block gets a block of its own size.
  void next_block(size_t size) {
    if (!blocks_.empty()) ++last_;
    while (last_ < blocks_.size() && blocks_[last_].size() < size) ++last_;
    if (last_ == blocks_.size()) {
      const size_t usual = blocks_.empty() ? kFirstBlockBytes : kBlockBytes;
      blocks_.emplace_back(size > usual ? size : usual);
    }
    used_ = 0;
  }

  std::vector<Block> blocks_;
  size_t last_ = 0;  // the block in use
  size_t used_ = 0;  // of it
};

}  // namespace ballcone
