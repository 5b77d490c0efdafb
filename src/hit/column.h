// Columns of a batch: text is coded, so that work on text is done once per distinct value.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/check.h"
#include "base/hash.h"
#include "hit/hit.h"

namespace ballcone {

template <class T>
using NumberColumn = std::vector<T>;  // kAbsent<T> where the log has nothing

// One code per row, and the distinct texts that the codes point into. distinct()[0] is always ""
// and means absent. A step may make two distinct texts equal (masking does); the store sees them as
// one.
class StringColumn {
 public:
  StringColumn() { clear(); }

  size_t size() const { return codes_.size(); }
  const std::vector<uint32_t>& codes() const { return codes_; }
  const std::vector<std::string_view>& distinct() const { return distinct_; }
  std::string_view at(size_t row) const { return distinct_[codes_[row]]; }

  // The code of `text`, which is copied into `arena` when it is new. Does not add a row.
  uint32_t intern(std::string_view text, Arena& arena) {
    if (text.empty()) return 0;
    if (text == distinct_[last_]) return last_;
    return last_ = find_or_add(text, arena);
  }
  void append(std::string_view text, Arena& arena) { codes_.push_back(intern(text, arena)); }
  void append_code(uint32_t code) {
    CHECK(code < distinct_.size());
    codes_.push_back(code);
  }
  void reserve(size_t rows) { codes_.reserve(rows); }

  // Replaces a distinct text in place, for all its rows. `text` must live as long as the batch.
  void replace_distinct(uint32_t code, std::string_view text) { distinct_[code] = text; }

  void clear() {
    codes_.clear();
    // The next batch is likely to be like this one, so its table need not grow again; unless it was
    // far too large, since emptying it costs its size.
    const bool keeps_slots = distinct_.size() * 16 > slots_.size();
    slots_.assign(keeps_slots ? slots_.size() : 0, {});
    distinct_.assign(1, {});
    last_ = 0;
  }

 private:
  struct Slot {
    uint32_t hash =
        0;  // the low half: enough to find its place in a larger table, without the text
    uint32_t code = 0;  // 0: free
  };

  uint32_t find_or_add(std::string_view text, Arena& arena) {
    if ((distinct_.size() + 1) * 2 > slots_.size()) grow();
    const auto hash = static_cast<uint32_t>(hash64(text, seed_));
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      Slot& slot = slots_[i];
      if (slot.code == 0) {
        slot = {hash, static_cast<uint32_t>(distinct_.size())};
        distinct_.push_back(arena.copy(text));
        return slot.code;
      }
      if (slot.hash == hash && distinct_[slot.code] == text) return slot.code;
    }
  }

  void grow() {
    const std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.empty() ? 64 : old.size() * 2, {});
    const size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.code == 0) continue;
      size_t i = slot.hash & mask;
      while (slots_[i].code != 0) i = (i + 1) & mask;
      slots_[i] = slot;
    }
  }

  uint64_t seed_ = run_seed();  // of the table only: codes are given out in the order of appearance
  std::vector<uint32_t> codes_;
  std::vector<std::string_view> distinct_;
  std::vector<Slot> slots_;  // open addressing, a power of two
  uint32_t last_ = 0;        // the code given out last: runs of equal text are common
};

}  // namespace ballcone
