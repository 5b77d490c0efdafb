// What was found out about a text, remembered: a bounded table in which a new text takes the place
// of the one that hashed to the same slot. No order to keep, and a hostile sender can only make it
// slow, never large.
#pragma once

#include <bit>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace ballcone {

template <class Value>
class TextCache {
 public:
  // `slots` is rounded up to a power of two; a slot is 8 bytes until it is used.
  explicit TextCache(size_t slots) : entries_(std::bit_ceil(slots)) {}

  // make(text) is called if the text is not there. The reference is good until the next call.
  template <class Make>
  const Value& get(std::string_view text, Make&& make) {
    auto& entry = entries_[hash64(text) & (entries_.size() - 1)];
    if (!entry || entry->text != text)
      entry = std::make_unique<Entry>(Entry{std::string(text), make(text)});
    return entry->value;
  }

 private:
  struct Entry {
    std::string text;
    Value value;
  };
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace ballcone
