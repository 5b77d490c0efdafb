// Memory for the text of a batch: handed out in order, given back all at once.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

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

  // Everything handed out becomes invalid; the first block is kept for the next round.
  void clear() {
    const bool keeps_first = !blocks_.empty() && first_bytes_ == kBlockBytes;
    blocks_.resize(keeps_first ? 1 : 0);
    size_ = bytes_ = keeps_first ? kBlockBytes : 0;
    used_ = 0;
  }

  // Bytes taken from the system.
  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kBlockBytes = 256 * 1024;

  char* allocate(size_t size) {
    if (size > size_ - used_) {
      // A text larger than a block gets a block of its own size.
      size_ = size > kBlockBytes ? size : kBlockBytes;
      blocks_.push_back(std::make_unique<char[]>(size_));
      if (bytes_ == 0) first_bytes_ = size_;
      bytes_ += size_;
      used_ = 0;
    }
    char* memory = blocks_.back().get() + used_;
    used_ += size;
    return memory;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t size_ = 0;  // of the last block
  size_t used_ = 0;  // of the last block
  size_t bytes_ = 0;
  size_t first_bytes_ = 0;
};

}  // namespace ballcone
