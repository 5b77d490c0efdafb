// What the keys of a table hold in one line, and what that makes of a hit; inside this room only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "decode/hit_builder.h"
#include "decode/json_table.h"
#include "decode/json_text.h"
#include "decode/memory.h"

namespace ballcone {

// Takes all values before it hands over the first: which of them counts is a matter of the table's
// order, not of the line's.
class KeyedValues {
 public:
  explicit KeyedValues(const JsonTable& table) : table_(table) {}

  void take(uint16_t key, const JsonField& field) {
    if (key == JsonTable::kNone) return;
    if (field.is_cut && !has_field(kKeptCut, table_.keys()[key].field)) return;
    uint64_t& word = seen_[key / 64];
    const uint64_t mask = uint64_t{1} << key % 64;
    is_repaired_ |= (word & mask) != 0;
    word |= mask;
    values_[key] = {field.value.data(), field.value.size(), field.kind, field.is_cut};
  }

  // Hands over what was taken. Call once.
  void give(Unescape unescape, TextMemory& memory, HitBuilder& builder);

  // After give(): whether the line is not about a request, as JsonTable::only() has it, and whether
  // it has a key for what was requested.
  bool is_comment() const { return is_comment_; }
  bool has_what_for() const { return has_what_for_; }

 private:
  // No constructor: of 128 of them a line fills twenty.
  struct Value {
    const char* data;
    size_t size;
    JsonKind kind;
    bool is_cut;
  };

  const JsonTable& table_;
  std::array<Value, JsonTable::kKeysMax> values_;  // where seen_ says so
  std::array<uint64_t, JsonTable::kKeysMax / 64> seen_{};
  bool is_repaired_ = false;
  bool is_comment_ = false;
  bool has_what_for_ = false;
};

}  // namespace ballcone
