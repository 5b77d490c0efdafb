#include "hit/live_tail.h"

#include <algorithm>
#include <random>

namespace ballcone {
namespace {

// Random, so that a place of the program's last run is known to be none of this one's.
uint64_t random_period() {
  std::random_device source;
  return (uint64_t{source()} << 16 ^ source()) >> 1 | 1;
}

}  // namespace

bool LiveTail::is_watched(int64_t now_ns) {
  if (watchers_.load(std::memory_order_relaxed) > 0) return true;
  if (kept_until_ns_.load(std::memory_order_relaxed) == kNothing) return false;
  return outlives_watchers(now_ns);
}

// Where nobody came back, what is kept of hits for them goes.
bool LiveTail::outlives_watchers(int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  if (kept_until_ns_ == kJustLeft) kept_until_ns_ = now_ns + limits_.linger_ns;
  if (watchers_ > 0 || now_ns < kept_until_ns_) return true;
  kept_until_ns_ = kNothing;
  period_ = 0;
  items_.clear();
  arrived_.clear();
  return false;
}

void LiveTail::publish(std::vector<LiveItem> items, const Arrivals& arrivals) {
  std::vector<LiveItemPtr> shared;
  shared.reserve(items.size());
  for (LiveItem& item : items) shared.push_back(std::make_shared<const LiveItem>(std::move(item)));
  const std::lock_guard lock(mutex_);
  if (period_ == 0) return;
  for (const auto& [service, hits] : arrivals) {
    arrived_all_ += hits;
    const auto known = arrived_.find(service);
    if (known != arrived_.end()) {
      known->second += hits;
    } else {
      arrived_.emplace(service, hits);
    }
  }
  next_ += shared.size();
  for (LiveItemPtr& item : shared) items_.push_back(std::move(item));
  if (items_.size() > limits_.items_max)
    items_.erase(items_.begin(), items_.end() - static_cast<int64_t>(limits_.items_max));
}

void LiveTail::begin_period() {
  period_ = random_period();
  next_ = arrived_all_ = 0;
  items_.clear();
  arrived_.clear();
}

std::unique_ptr<LiveTail::Watcher> LiveTail::watch(std::string service) {
  const std::lock_guard lock(mutex_);
  if (watchers_ >= limits_.watchers_max) return nullptr;
  if (period_ == 0) begin_period();
  kept_until_ns_ = kNothing;
  ++watchers_;
  return std::unique_ptr<Watcher>(new Watcher(*this, std::move(service)));
}

LiveTail::Watcher::~Watcher() {
  const std::lock_guard lock(tail_.mutex_);
  if (tail_.watchers_ == 1) tail_.kept_until_ns_ = kJustLeft;
  --tail_.watchers_;
}

uint64_t LiveTail::arrived(const std::string& service) const {
  if (service.empty()) return arrived_all_;
  const auto known = arrived_.find(service);
  return known == arrived_.end() ? 0 : known->second;
}

bool LiveTail::is_wanted(const LiveItem& item, const std::string& service) const {
  if (service.empty()) return true;
  const auto* hit = std::get_if<LiveHit>(&item);
  return hit != nullptr && hit->service == service;
}

LiveTail::Place LiveTail::Watcher::now() const {
  const std::lock_guard lock(tail_.mutex_);
  return {tail_.period_, tail_.next_, tail_.arrived(service_)};
}

bool LiveTail::Watcher::knows(const Place& place) const {
  const std::lock_guard lock(tail_.mutex_);
  return place.period != 0 && place.period == tail_.period_ && place.next <= tail_.next_ &&
         place.arrived <= tail_.arrived(service_);
}

LiveTail::News LiveTail::Watcher::read(Place* place) const {
  const std::lock_guard lock(tail_.mutex_);
  const uint64_t first = tail_.next_ - tail_.items_.size();
  const auto from = static_cast<int64_t>(std::max(place->next, first) - first);
  News news{.arrived = tail_.arrived(service_) - place->arrived};
  uint64_t hits = 0;
  for (auto item = tail_.items_.begin() + from; item != tail_.items_.end(); ++item) {
    if (!tail_.is_wanted(**item, service_)) continue;
    hits += std::holds_alternative<LiveHit>(**item);
    news.items.push_back(*item);
  }
  news.unseen = news.arrived - std::min(news.arrived, hits);
  *place = {tail_.period_, tail_.next_, place->arrived + news.arrived};
  return news;
}

}  // namespace ballcone
