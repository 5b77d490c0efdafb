// Which of many short literal texts ("atoms") occur in a text: one pass, whatever their number.
// Aho & Corasick, "Efficient string matching", 1975, as a full automaton: one table look-up a byte.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ballcone {

class AtomFinder {
 public:
  AtomFinder() = default;
  // Atoms must not be empty, nor have upper-case ASCII letters. Found again by their index.
  explicit AtomFinder(const std::vector<std::string>& atoms);

  // Calls found(index) for each occurrence of an atom in `text`, ignoring the case of ASCII
  // letters; several times where it occurs several times, in the order of their last bytes.
  template <class Found>
  void find(std::string_view text, Found&& found) const {
    if (next_.empty()) return;
    uint32_t node = 0;
    for (const char byte : text) {
      node = next_[node * classes_ + class_of_[static_cast<uint8_t>(byte)]];
      for (uint32_t at = ending_[node]; at != 0; at = ending_[shorter_[at]])
        found(static_cast<size_t>(atom_[at]));
    }
  }

  size_t bytes() const { return next_.capacity() * sizeof(uint32_t); }

 private:
  uint32_t add_node();
  void link();

  std::array<uint8_t, 256> class_of_{};  // bytes that occur in no atom share class 0
  uint32_t classes_ = 1;
  std::vector<uint32_t> next_;     // node × class → node; node 0 is the start
  std::vector<uint32_t> shorter_;  // the node of the longest proper suffix
  std::vector<uint32_t>
      ending_;                 // this node or the nearest shorter one where an atom ends; 0: none
  std::vector<int32_t> atom_;  // the atom that ends here, or -1
};

}  // namespace ballcone
