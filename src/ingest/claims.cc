#include "ingest/claims.h"

namespace ballcone {

Claims::Owner::~Owner() {
  const std::lock_guard lock(claims_.mutex_);
  std::erase_if(claims_.claims_, [&](const auto& claim) { return claim.second.owner == this; });
}

Claims::Owner::Answer Claims::Owner::take(uint32_t input) {
  std::unique_lock lock(claims_.mutex_);
  if (claims_.followed_.contains(input)) return Answer::followed;
  Claim& claim = claims_.claims_[input];
  if (claim.owner != nullptr && claim.owner != this) return Answer::in_another_import;
  claims_.is_read_.wait(lock, [&] { return !claim.is_being_read; });
  claim = {this, true};
  return Answer::taken;
}

void Claims::Owner::read(uint32_t input) {
  const std::lock_guard lock(claims_.mutex_);
  claims_.claims_[input].is_being_read = false;
  claims_.is_read_.notify_all();
}

void Claims::follow(uint32_t input) {
  const std::lock_guard lock(mutex_);
  followed_.insert(input);
}

}  // namespace ballcone
