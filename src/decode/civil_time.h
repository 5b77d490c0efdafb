// Times written as strftime() writes them, for Apache's %{…}t; inside this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ballcone {

// What was read of a time so far. A log may write it in parts: %{%d/%b/%Y:%T}t.%{msec_frac}t
struct CivilTime {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t fraction_us = 0;
  int64_t offset_us = 0;
  int64_t epoch_s = -1;
  bool is_afternoon = false;  // %p said PM
  bool is_half_day = false;   // the hour is of 12

  // Nothing if there is no such date.
  std::optional<int64_t> time_us() const;
};

class CivilTimeFormat {
 public:
  CivilTimeFormat() = default;
  // Specifications of strftime() with digits and English names: %d %e %m %b %h %B %y %Y %H %I %M %S
  // %p %z %Z %a %A %s %D %F %T %R %c %n %t %%, and of our own %3f and %6f, digits of a second.
  static Result<CivilTimeFormat> compile(std::string_view text);

  bool is_empty() const { return specs_.empty(); }
  bool has_date() const { return has_date_; }
  bool has_time() const { return has_time_; }
  // Reads from the front of `text` and moves on; false if something else is there.
  bool take(std::string_view& text, CivilTime* time) const;

 private:
  std::string specs_;  // "%D" and the like taken apart
  bool has_date_ = false;
  bool has_time_ = false;
};

}  // namespace ballcone
