// When a hit was, from whichever of a line's fields say so; inside this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "decode/field.h"
#include "decode/memory.h"
#include "hit/drop.h"
#include "hit/hit.h"

namespace ballcone {

// A log's time is wrong if it lies before or not before these.
constexpr int64_t kTimeMin_us = days_of_civil(1990, 1, 1) * kDay_us;
constexpr int64_t kTimeEnd_us = days_of_civil(2100, 1, 1) * kDay_us;

class HitTime {
 public:
  HitTime(std::string_view line, DecodeMemory& memory) : line_(line), memory_(memory) {}

  // Any field that is a time by itself; the last one counts.
  void set(Field field, std::string_view text) {
    time_ = text;
    time_field_ = field;
  }
  void set_date(std::string_view text) {
    date_ = text;
    time_field_ = Field::date;
  }
  void set_time_of_day(std::string_view text) {
    time_of_day_ = text;
    time_field_ = Field::date;
  }
  void set_us(int64_t time_us) { time_us_ = time_us; }

  // Drops: no_time (truncated, if the line `is_cut`), bad_time. Says in `memory` where and why.
  std::optional<Drop> finish(bool is_cut, int64_t* time_us);

 private:
  std::optional<int64_t> parse_time() const;
  std::optional<int64_t> parse_iso_time() const;
  bool knows_day(std::string_view text) const;
  std::optional<Drop> drop(Drop reason, std::string_view text, const char* expected);

  const std::string_view line_;
  DecodeMemory& memory_;
  int64_t time_us_ = kAbsent<int64_t>;
  Field time_field_ = Field::ignored;
  std::string_view time_;
  std::string_view date_;
  std::string_view time_of_day_;
};

}  // namespace ballcone
