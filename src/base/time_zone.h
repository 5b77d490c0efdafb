// When a day begins somewhere: the rules of IANA time zones, read from the system's database.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ballcone {

// A value, cheap to copy, any thread. Days are numbers since 1970-01-01 of the local calendar.
class TimeZone {
 public:
  TimeZone();  // UTC
  // "America/New_York"; the error names it and what names look like.
  static Result<TimeZone> find(std::string_view name);

  const std::string& name() const;
  // Local minus UTC at that moment.
  int64_t offset_us(int64_t time_us) const;
  int64_t day_of(int64_t time_us) const;
  // The first moment of the day; where midnight is skipped, the first one after it.
  int64_t start_of_day_us(int64_t day) const;
  // The moment of a local date and time given as if it were UTC; the earlier one where there are
  // two, the moment of the change where there is none.
  int64_t utc_us(int64_t local_us) const;

 private:
  struct Rules;
  std::shared_ptr<const Rules> rules_;
};

// Each service's own, and that of all others.
struct TimeZones {
  TimeZone usual;
  std::map<std::string, TimeZone, std::less<>> of_service;

  const TimeZone& of(std::string_view service) const {
    const auto it = of_service.find(service);
    return it == of_service.end() ? usual : it->second;
  }
};

}  // namespace ballcone
