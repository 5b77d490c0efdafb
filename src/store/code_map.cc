#include "store/code_map.h"

#include <utility>

#include "base/check.h"

namespace ballcone {

uint32_t CodeMap::Half::find(uint64_t hash) const {
  if (hashes.empty()) return 0;
  const size_t mask = hashes.size() - 1;
  for (size_t i = hash & mask; hashes[i] != 0; i = (i + 1) & mask)
    if (hashes[i] == hash) return codes[i];
  return 0;
}

void CodeMap::Half::insert(uint64_t hash, uint32_t code) {
  if ((count + 1) * 4 > hashes.size() * 3) grow();
  const size_t mask = hashes.size() - 1;
  size_t i = hash & mask;
  while (hashes[i] != 0 && hashes[i] != hash) i = (i + 1) & mask;
  count += hashes[i] == 0;
  hashes[i] = hash;
  codes[i] = code;
}

void CodeMap::Half::grow() {
  Half bigger;
  bigger.hashes.resize(hashes.empty() ? 64 : hashes.size() * 2);
  bigger.codes.resize(bigger.hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i)
    if (hashes[i] != 0) bigger.insert(hashes[i], codes[i]);
  *this = std::move(bigger);
}

uint32_t CodeMap::find(uint64_t hash) {
  if (const uint32_t code = young_.find(hash)) return code;
  const uint32_t code = old_.find(hash);
  if (code != 0) insert_young(hash, code);
  return code;
}

void CodeMap::insert(uint64_t hash, uint32_t code) {
  CHECK(hash != 0 && code != 0);
  insert_young(hash, code);
}

void CodeMap::insert_young(uint64_t hash, uint32_t code) {
  if (young_.count >= half_max_) {
    has_all_ = has_all_ && old_.count == 0;
    old_ = std::exchange(young_, Half{});
  }
  young_.insert(hash, code);
}

void CodeMap::clear() {
  young_ = old_ = Half{};
  has_all_ = true;
}

void CodeMap::forget_all() {
  clear();
  has_all_ = false;
}

}  // namespace ballcone
