// Lines on their way from a source to the decoder, many at a time: one memory block and where each
// line lies in it.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace ballcone {

class Lines {
 public:
  // Bytes behind every line that a decoder may read (not use): SIMD loads run past the end.
  static constexpr size_t kPadding = 64;

  explicit Lines(size_t capacity_bytes)
      : memory_(std::make_unique<char[]>(capacity_bytes + kPadding)), capacity_(capacity_bytes) {}

  size_t count() const { return spans_.size(); }
  size_t bytes() const { return used_; }
  size_t free_bytes() const { return capacity_ - used_; }
  std::string_view line(size_t i) const {
    return {memory_.get() + spans_[i].offset, spans_[i].size};
  }

  // Where line `i` begins in the memory; behind the last one: bytes().
  size_t offset(size_t i) const { return i < spans_.size() ? spans_[i].offset : used_; }

  // The caller has looked at free_bytes().
  void append(std::string_view line) {
    CHECK(line.size() <= free_bytes());
    if (!line.empty()) std::memcpy(memory_.get() + used_, line.data(), line.size());
    spans_.push_back({static_cast<uint32_t>(used_), static_cast<uint32_t>(line.size())});
    used_ += line.size();
  }

  // For a source that reads many lines at once: it fills free_memory(), and then says where the
  // lines are and how far the memory is in use.
  char* free_memory() { return memory_.get() + used_; }
  void append_in_place(const char* begin, size_t size) {
    spans_.push_back({static_cast<uint32_t>(begin - memory_.get()), static_cast<uint32_t>(size)});
  }
  // Everything up to `end` is taken.
  void use_until(const char* end) { used_ = static_cast<size_t>(end - memory_.get()); }

  void remove_last() {
    used_ = spans_.back().offset;
    spans_.pop_back();
  }

  void clear() {
    spans_.clear();
    used_ = 0;
  }

 private:
  struct Span {
    uint32_t offset;
    uint32_t size;
  };

  std::unique_ptr<char[]> memory_;
  std::vector<Span> spans_;
  size_t capacity_;
  size_t used_ = 0;
};

}  // namespace ballcone
