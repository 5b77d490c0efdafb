// Hits as they arrive, for those who watch: a bounded ring between the workers, which fill it, and
// readers, which come by whenever they like. Nobody waits for anybody: what a reader was too slow
// for is gone, and it is told how much that was. While nobody watches, nothing is kept or counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hit/drop.h"
#include "hit/hit.h"

namespace ballcone {

// What of a hit is shown: columns of the schema as they will be stored, masked as they are there.
// Empty text: absent.
struct LiveHit {
  static constexpr size_t kTextBytesMax = 500;  // of each text; what is longer is cut

  int64_t time_us = 0;
  uint16_t status = kAbsent<uint16_t>;
  int64_t bytes = kAbsent<int64_t>;
  int64_t generation_time_us = kAbsent<int64_t>;
  std::string service, host, method, path, query, referrer, channel;
  std::string user_agent, browser, os, device;
  std::string address, country;
  std::string kind, purpose, bot, bot_kind, bot_reason;
  std::string via, event;

  bool is_person() const { return bot.empty() && purpose.empty(); }
  bool is_error() const { return status != kAbsent<uint16_t> && status >= 400; }
};

// Lines that were not stored, of one reason. Of what service they were nobody knows.
struct LiveDrop {
  int64_t time_us = 0;
  Drop reason = Drop::empty;
  uint64_t lines = 0;
  std::string source;  // "syslog 127.0.0.1:65140"
};

using LiveItem = std::variant<LiveHit, LiveDrop>;
using LiveItemPtr = std::shared_ptr<const LiveItem>;

struct LiveLimits {
  size_t watchers_max = 32;
  size_t items_max = 2048;  // in the ring
  // The ring outlives its last watcher by so much of arriving hits: one who comes back has missed
  // nothing.
  int64_t linger_ns = 30'000'000'000;
};

class LiveTail {
 public:
  explicit LiveTail(const LiveLimits& limits = {}) : limits_(limits) {}

  // ---- workers; any thread

  // Whether anybody would see what is published: one load of an atomic number if not.
  bool is_watched(int64_t now_ns);
  // How many hits of which service came, which is more than `items` has hits of where they were too
  // many to be looked at.
  using Arrivals = std::vector<std::pair<std::string_view, uint64_t>>;
  void publish(std::vector<LiveItem> items, const Arrivals& arrivals);

  // ---- readers; any thread

  // Where a reader stands. A period begins when somebody watches after nobody did.
  struct Place {
    uint64_t period = 0;
    uint64_t next = 0;     // number of the item to come
    uint64_t arrived = 0;  // hits of the service, counted from the period's beginning
  };
  struct News {
    std::vector<LiveItemPtr> items;
    uint64_t arrived = 0;  // hits of the service since the place
    uint64_t unseen = 0;   // of those: not among the items, so their verdicts are not known here
  };

  // Keeps the tail going while it lives. The tail outlives it.
  class Watcher {
   public:
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    // Of now, for those who have seen nothing yet.
    Place now() const;
    // False if the place is of another period, or of none: what came since then is not known.
    bool knows(const Place& place) const;
    // What came since `*place`, which moves on.
    News read(Place* place) const;

   private:
    friend class LiveTail;
    Watcher(LiveTail& tail, std::string service) : tail_(tail), service_(std::move(service)) {}

    LiveTail& tail_;
    const std::string service_;  // "": hits of all, and drops
  };

  // Nothing while watchers_max watch. `service` "": all.
  std::unique_ptr<Watcher> watch(std::string service);
  size_t watchers() const { return watchers_; }
  const LiveLimits& limits() const { return limits_; }

 private:
  uint64_t arrived(const std::string& service) const;
  bool is_wanted(const LiveItem& item, const std::string& service) const;
  void begin_period();
  bool outlives_watchers(int64_t now_ns);

  const LiveLimits limits_;
  std::atomic<size_t> watchers_{0};
  // Until when the ring is kept without a watcher. The clock is the workers': what nobody could
  // have seen begins with the first hit after the last watcher has gone.
  static constexpr int64_t kNothing = 0, kJustLeft = -1;
  std::atomic<int64_t> kept_until_ns_{kNothing};

  mutable std::mutex mutex_;  // of what follows
  uint64_t period_ = 0;       // 0: nobody has watched yet
  uint64_t next_ = 0;
  std::deque<LiveItemPtr> items_;  // the last one has the number next_ - 1
  std::map<std::string, uint64_t, std::less<>> arrived_;
  uint64_t arrived_all_ = 0;
};

}  // namespace ballcone
