// Columns of a batch: text is coded, so that work on text is done once per distinct value.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/huge_pages.h"
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
    if (text == distinct_[last_]) return last_;  // runs of equal text are common
    return last_ = find_or_add(prepare(text), arena);
  }
  void append(std::string_view text, Arena& arena) { codes_.push_back(intern(text, arena)); }

  // The same in two steps: a table of many texts is not in the cache, and what prepare() has asked
  // for arrives while other things are done. The text must live until append().
  struct Prepared {
    std::string_view text;
    uint64_t hash = 0;
  };
  Prepared prepare(std::string_view text) const {
    if (text.empty()) return {};
    const uint64_t hash = hash64(text, seed_);
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
    return {text, hash};
  }
  void append(const Prepared& prepared, Arena& arena) {
    codes_.push_back(prepared.text.empty() ? 0 : find_or_add(prepared, arena));
  }
  void append_code(uint32_t code) {
    CHECK(code < distinct_.size());
    codes_.push_back(code);
  }
  void reserve(size_t rows) { codes_.reserve(rows); }

  // Replaces a distinct text in place, for all its rows. `text` must live as long as the batch.
  void replace_distinct(uint32_t code, std::string_view text) { distinct_[code] = text; }

  // Another distinct text, which intern() does not find, though it may be equal to one: its
  // attributes differ. Lives as long as the batch. And one row's code.
  uint32_t add_distinct(std::string_view text) {
    distinct_.push_back(text);
    return static_cast<uint32_t>(distinct_.size() - 1);
  }
  void set_code(size_t row, uint32_t code) { codes_[row] = code; }

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
  // Texts are told apart by hash and length, without a look at them: the seed is random and secret,
  // and two of a batch's 102,400 texts share 64 bits once in three thousand million batches. (The
  // store tells them apart in the same way.)
  struct Slot {
    uint64_t hash = 0;
    uint32_t code = 0;  // 0: free
    uint32_t size = 0;
  };

  uint32_t find_or_add(const Prepared& prepared, Arena& arena) {
    const auto [text, hash] = prepared;
    if ((distinct_.size() + 1) * 4 > slots_.size() * 3) grow();
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      Slot& slot = slots_[i];
      if (slot.code == 0) {
        slot = {hash, static_cast<uint32_t>(distinct_.size()), static_cast<uint32_t>(text.size())};
        distinct_.push_back(arena.copy(text));
        return slot.code;
      }
      if (slot.hash == hash && slot.size == text.size()) return slot.code;
    }
  }

  void grow() {
    const Slots old = std::move(slots_);
    slots_.assign(old.empty() ? 64 : old.size() * 2, {});
    const size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.code == 0) continue;
      size_t i = slot.hash & mask;
      while (slots_[i].code != 0) i = (i + 1) & mask;
      slots_[i] = slot;
    }
  }

  using Slots = std::vector<Slot, HugePageAllocator<Slot>>;
  uint64_t seed_ = run_seed();  // of the table only: codes are given out in the order of appearance
  std::vector<uint32_t> codes_;
  std::vector<std::string_view> distinct_;
  Slots slots_;        // open addressing, a power of two
  uint32_t last_ = 0;  // the code that intern() gave out last
};

}  // namespace ballcone
