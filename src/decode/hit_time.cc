#include "decode/hit_time.h"

#include "decode/same_text.h"
#include "decode/values.h"

namespace ballcone {
namespace {

bool is_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

const char* expected_time(Field field) {
  switch (field) {
    case Field::time_iso:
      return "a time such as 2026-11-23T12:00:00+01:00, from 1990 to 2099";
    case Field::time_clf:
      return "a time such as 23/Nov/2026:12:00:00 +0100, from 1990 to 2099";
    case Field::time_epoch:
    case Field::time_epoch_ms:
    case Field::time_epoch_us:
    case Field::time_epoch_ns:
      return "a number of seconds (or parts of one) since 1970, from 1990 to 2099";
    default:
      return "a date such as 2026-11-23 and a time such as 12:00:00, from 1990 to 2099";
  }
}

}  // namespace

std::optional<Drop> HitTime::finish(bool is_cut, int64_t* time_us) {
  const bool is_split = time_field_ == Field::date;
  if (time_us_ == kAbsent<int64_t>) {
    if (is_split ? date_.empty() || time_of_day_.empty() : time_.empty()) {
      return is_cut ? drop(Drop::truncated, line_.substr(line_.size()), "the rest of the line")
                    : drop(Drop::no_time, line_.substr(0, 0), "a time");
    }
    const auto parsed_us = parse_time();
    if (!parsed_us) {
      return drop(Drop::bad_time, is_split ? date_ : time_, expected_time(time_field_));
    }
    time_us_ = *parsed_us;
  }
  if (time_us_ < kTimeMin_us || time_us_ >= kTimeEnd_us) {
    return drop(Drop::bad_time, is_split ? date_ : time_, expected_time(time_field_));
  }
  *time_us = time_us_;
  return std::nullopt;
}

std::optional<int64_t> HitTime::parse_time() const {
  if (time_field_ == Field::date) {
    const auto time_of_day_us = parse_time_of_day(time_of_day_);
    if (!time_of_day_us || !knows_day(date_)) return std::nullopt;
    return memory_.date_day * kDay_us + *time_of_day_us;
  }
  if (time_field_ == memory_.time_field && is_same_text(time_, memory_.time_text)) {
    return memory_.time_us;
  }
  const auto time_us = time_field_ == Field::time_iso   ? parse_iso_time()
                       : time_field_ == Field::time_clf ? parse_clf_time(time_)
                                                        : parse_epoch_us(time_field_, time_);
  if (!time_us) return std::nullopt;
  memory_.time_field = time_field_;
  memory_.time_text = time_;
  memory_.time_us = *time_us;
  return time_us;
}

std::optional<int64_t> HitTime::parse_iso_time() const {
  constexpr size_t kDaySize = 10;
  if (time_.size() < kDaySize || !knows_day(time_.substr(0, kDaySize))) return std::nullopt;
  const auto time_us = parse_iso8601_time(time_.substr(kDaySize));
  if (!time_us) return std::nullopt;
  return memory_.date_day * kDay_us + *time_us;
}

// Whether `text` is a date; then memory_.date_day is that day.
bool HitTime::knows_day(std::string_view text) const {
  if (is_same_text(text, memory_.date_text)) return true;
  const auto day = parse_day(text);
  if (!day) return false;
  memory_.date_text = text;
  memory_.date_day = *day;
  return true;
}

std::optional<Drop> HitTime::drop(Drop reason, std::string_view text, const char* expected) {
  memory_.mismatch.position =
      is_in(text, line_) ? static_cast<size_t>(text.data() - line_.data()) : 0;
  memory_.mismatch.expected = expected;
  return reason;
}

}  // namespace ballcone
