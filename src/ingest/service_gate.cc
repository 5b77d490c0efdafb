#include "ingest/service_gate.h"

#include "base/text.h"
#include "hit/service.h"

namespace ballcone {

ServiceGate::ServiceGate(const std::vector<std::string>& allowed,
                         const std::vector<std::string>& stored, size_t services_max)
    : allowed_(allowed.begin(), allowed.end()),
      services_max_(services_max),
      known_(stored.begin(), stored.end()) {}

std::optional<Drop> ServiceGate::admit(const std::string& service) {
  if (!allowed_.empty()) {
    if (allowed_.contains(service)) return std::nullopt;
    return Drop::service_not_allowed;
  }
  const std::lock_guard lock(mutex_);
  if (known_.contains(service)) return std::nullopt;
  if (known_.size() >= services_max_) return Drop::too_many_services;
  known_.insert(service);
  return std::nullopt;
}

const ServiceNames::Answer& ServiceNames::find(std::string_view text) {
  if (last_ != nullptr && text == last_text_) return *last_;
  last_text_ = text;
  const auto known = answers_.find(last_text_);
  if (known != answers_.end()) return *(last_ = &known->second);
  if (answers_.size() >= kAnswersMax) answers_.clear();
  Answer& answer = answers_[last_text_];
  if (trim(text).empty()) {
    answer.drop = Drop::no_service;
  } else if (auto name = service_name(text)) {
    answer.service = *std::move(name);
    answer.drop = gate_.admit(answer.service);
  } else {
    answer.drop = Drop::bad_service;
  }
  return *(last_ = &answer);
}

}  // namespace ballcone
