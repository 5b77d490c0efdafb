// What JSON logs write for times and durations, told apart by how it looks; inside this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/field.h"

namespace ballcone {

// One text, or two of a date and a time of day; `ignored` if it is no time.
struct TimeParts {
  Field field = Field::ignored;
  std::string_view text;
  std::string_view time_of_day = {};  // if the field is a date
};

// 2026-11-23T12:00:00+01:00   time_iso
// 2026-11-23T12:00:00.5       date and time_of_day: without an offset it is UTC
// 2026/11/23 12:00:00         the same; the date stays as it is
// 23/Nov/2026:12:00:00 +0100  time_clf, with or without brackets around it
// 2026-11-23, 12:00:00        date, time_of_day
// 1795435200.123              time_epoch, _ms, _us, _ns by the digits before the full stop; what
//                             is finer than the unit is cut but for seconds
TimeParts read_any_time(std::string_view text);

// The time of a line in the common format: what is in its first brackets. Empty if there are none.
std::string_view time_in_clf_line(std::string_view line);

// "1.335486ms", "1m2.5s", "250µs", "0.123s" as Go and protobuf write durations, and "0.003" for
// seconds; in whole microseconds. Nothing if it is none, or longer than a year.
std::optional<int64_t> read_duration_us(std::string_view text);

}  // namespace ballcone
