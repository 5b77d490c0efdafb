#include "enrich/atom_finder.h"

#include "base/check.h"

namespace ballcone {

AtomFinder::AtomFinder(const std::vector<std::string>& atoms) {
  for (const std::string& atom : atoms) {
    for (const char byte : atom) {
      CHECK(byte < 'A' || byte > 'Z');
      uint8_t& byte_class = class_of_[static_cast<uint8_t>(byte)];
      if (byte_class == 0) byte_class = static_cast<uint8_t>(classes_++);
      CHECK(classes_ < 256);
    }
  }
  add_node();
  for (size_t i = 0; i < atoms.size(); ++i) {
    CHECK(!atoms[i].empty());
    uint32_t node = 0;
    for (const char byte : atoms[i]) {
      const size_t edge = node * classes_ + class_of_[static_cast<uint8_t>(byte)];
      if (next_[edge] == 0) {
        const uint32_t added = add_node();  // moves next_
        next_[edge] = added;
      }
      node = next_[edge];
    }
    atom_[node] = static_cast<int32_t>(i);
  }
  for (int letter = 'A'; letter <= 'Z'; ++letter) class_of_[letter] = class_of_[letter - 'A' + 'a'];
  link();
}

uint32_t AtomFinder::add_node() {
  next_.resize(next_.size() + classes_);
  shorter_.push_back(0);
  ending_.push_back(0);
  atom_.push_back(-1);
  return static_cast<uint32_t>(atom_.size() - 1);
}

// Breadth first, so that a node's suffix is complete before the node is visited.
void AtomFinder::link() {
  std::vector<uint32_t> queue{0};
  for (size_t i = 0; i < queue.size(); ++i) {
    const uint32_t node = queue[i];
    ending_[node] = atom_[node] >= 0 ? node : ending_[shorter_[node]];
    for (uint32_t c = 0; c < classes_; ++c) {
      uint32_t& edge = next_[node * classes_ + c];
      const uint32_t by_suffix = node == 0 ? 0 : next_[shorter_[node] * classes_ + c];
      if (edge == 0) {
        edge = by_suffix;
      } else {
        shorter_[edge] = by_suffix;
        queue.push_back(edge);
      }
    }
  }
}

}  // namespace ballcone
