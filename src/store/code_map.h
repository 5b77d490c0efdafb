// Hash of a text → its code, for the texts seen last; bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ballcone {

// Two halves: what is used moves to the young one; when that is full it becomes the old one, and
// what was only in the old one is forgotten. So what stays is roughly what was used last, at
// O(1) per look-up and without a list to keep. 32 bytes per text at most.
class CodeMap {
 public:
  explicit CodeMap(size_t count_max) : half_max_(count_max / 2 > 0 ? count_max / 2 : 1) {}

  // 0: not here. A hash is never 0.
  uint32_t find(uint64_t hash);
  void insert(uint64_t hash, uint32_t code);
  void clear();

  // True as long as nothing has been forgotten: what is not here then is nowhere.
  bool has_all() const { return has_all_; }
  void forget_all();  // empty, and has_all() false
  size_t count_max() const { return half_max_ * 2; }
  size_t size() const { return young_.count + old_.count; }
  size_t bytes() const { return young_.bytes() + old_.bytes(); }

 private:
  // Open addressing; keys and codes apart, so that a slot takes 12 bytes.
  struct Half {
    std::vector<uint64_t> hashes;  // 0: free
    std::vector<uint32_t> codes;
    size_t count = 0;

    uint32_t find(uint64_t hash) const;
    void insert(uint64_t hash, uint32_t code);
    void grow();
    size_t bytes() const { return hashes.size() * (sizeof(uint64_t) + sizeof(uint32_t)); }
  };

  void insert_young(uint64_t hash, uint32_t code);

  size_t half_max_;
  Half young_;
  Half old_;
  bool has_all_ = true;
};

}  // namespace ballcone
