// Who reads which input at the moment. What one reader has taken and not yet committed another one
// would not know, and store again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>

namespace ballcone {

// One per store; any thread.
class Claims {
 public:
  // The claims of one import, given back at its end. What it has taken stays its own until then,
  // since only then all of it is committed.
  class Owner {
   public:
    explicit Owner(Claims& claims) : claims_(claims) {}
    ~Owner();
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;

    enum class Answer { taken, in_another_import, followed };
    // Two names of one input (access.log.1 and its compressed copy) are read one after the other:
    // waits while another thread of this import reads it.
    Answer take(uint32_t input);
    // The thread that took it has read it.
    void read(uint32_t input);

   private:
    Claims& claims_;
  };

  // By `serve`, until it ends: its lines come to the store in that way and no other.
  void follow(uint32_t input);

 private:
  struct Claim {
    const Owner* owner = nullptr;
    bool is_being_read = false;
  };

  std::mutex mutex_;
  std::condition_variable is_read_;
  std::map<uint32_t, Claim> claims_;
  std::set<uint32_t> followed_;
};

}  // namespace ballcone
