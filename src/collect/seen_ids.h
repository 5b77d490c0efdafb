// Which hits have been stored already: the ids of the last ones, and no more memory than that.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace ballcone {

// Any thread.
class SeenIds {
 public:
  explicit SeenIds(size_t ids_max) : ring_(ids_max) {}

  // False if it is there already. The oldest is forgotten for it.
  bool add(uint64_t id) {
    const std::lock_guard lock(mutex_);
    if (!ids_.insert(id).second) return false;
    if (count_ >= ring_.size()) ids_.erase(ring_[count_ % ring_.size()]);
    ring_[count_++ % ring_.size()] = id;
    return true;
  }

  // As if it had not come. Its place in the ring stays: coming again, it may be forgotten too
  // early.
  void forget(uint64_t id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }

 private:
  std::mutex mutex_;
  std::unordered_set<uint64_t> ids_;
  std::vector<uint64_t> ring_;  // in the order they came
  size_t count_ = 0;
};

}  // namespace ballcone
