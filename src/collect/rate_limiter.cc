#include "collect/rate_limiter.h"

#include <algorithm>

#include "base/hash.h"
#include "base/ip.h"

namespace ballcone {

RateLimiter::RateLimiter(uint32_t per_minute)
    : per_us_(per_minute / 60e6), burst_(per_minute), sets_(per_minute == 0 ? 0 : kSets) {}

bool RateLimiter::allow(std::string_view address, int64_t now_us) {
  if (burst_ == 0) return true;
  uint64_t hash = hash64(address, run_seed()) | 1;
  if (const auto parsed = parse_ip(address)) {
    const IpAddress network = mask_ip(*parsed, 32, 64);
    const std::string_view bytes(reinterpret_cast<const char*>(network.bytes.data()),
                                 network.bytes.size());
    hash = hash64(bytes, run_seed()) | 1;
  }
  const std::lock_guard lock(mutex_);
  auto& set = sets_[(hash >> 32) % kSets];
  auto bucket = std::find_if(set.begin(), set.end(), [&](auto& b) { return b.address == hash; });
  if (bucket == set.end()) {
    bucket = std::min_element(set.begin(), set.end(),
                              [](auto& a, auto& b) { return a.last_us < b.last_us; });
    *bucket = {hash, now_us, burst_};
  }
  const auto passed_us = static_cast<double>(std::max<int64_t>(0, now_us - bucket->last_us));
  bucket->tokens = std::min(burst_, bucket->tokens + passed_us * per_us_);
  bucket->last_us = std::max(bucket->last_us, now_us);
  if (bucket->tokens < 1) return false;
  bucket->tokens -= 1;
  return true;
}

}  // namespace ballcone
