// Which services may be stored: the ones named, or as many new ones as the limit allows.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hit/drop.h"

namespace ballcone {

// Any thread.
class ServiceGate {
 public:
  // `allowed`: names as service_name() makes them; empty: any.
  ServiceGate(const std::vector<std::string>& allowed, const std::vector<std::string>& stored,
              size_t services_max);

  // Nothing if it may be stored.
  std::optional<Drop> admit(const std::string& service);

 private:
  const std::unordered_set<std::string> allowed_;
  const size_t services_max_;
  std::mutex mutex_;
  std::unordered_set<std::string> known_;
};

// The answers for names as lines have them; one thread.
class ServiceNames {
 public:
  explicit ServiceNames(ServiceGate& gate) : gate_(gate) {}

  // The service to store under, or why not. Good until the next call.
  struct Answer {
    std::string service;
    std::optional<Drop> drop;
  };
  const Answer& find(std::string_view text);

 private:
  static constexpr size_t kAnswersMax = 4096;

  ServiceGate& gate_;
  std::unordered_map<std::string, Answer> answers_;
  std::string last_text_;
  const Answer* last_ = nullptr;
};

}  // namespace ballcone
