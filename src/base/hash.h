// XXH3 (xxHash 0.8, BSD-2): fast and well spread; not for secrets. Seeded where the input comes
// from outside.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace ballcone {

// Random, the same for the whole run: for tables whose keys come from outside, so that nobody can
// choose texts that collide. What is computed must not depend on it.
uint64_t run_seed();

inline uint64_t hash64(std::string_view text, uint64_t seed = 0) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

// For what is kept for years and compared between runs; the seed is always the same.
struct Hash128 {
  uint64_t high = 0;
  uint64_t low = 0;
  bool operator==(const Hash128&) const = default;
};
inline Hash128 hash128(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

// Order matters: combine(combine(0, a), b) differs from the other way round.
inline uint64_t combine(uint64_t hash, uint64_t value) {
  uint64_t mixed = (hash ^ value) * 0x9e3779b97f4a7c15ULL + (hash << 7) + (hash >> 3);
  return mixed ^ (mixed >> 29);
}

}  // namespace ballcone
