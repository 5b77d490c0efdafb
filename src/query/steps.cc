#include "query/steps.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/time.h"

namespace ballcone {
namespace {

constexpr int64_t kMinute_us = 60 * kSecond_us;
constexpr int64_t kHour_us = 60 * kMinute_us;
constexpr int64_t kFirstMonday = 4;  // 1970-01-05, in days

constexpr int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : (a + 1) / b - 1; }

int64_t month_of_day(int64_t day) {
  const std::string text = format_day(day);  // 2026-11-23
  return std::stoll(text.substr(0, 4)) * 12 + std::stoll(text.substr(5, 2)) - 1;
}

}  // namespace

int64_t step_of(Grain grain, int64_t time_us) {
  switch (grain) {
    case Grain::minute:
      return floor_div(time_us, kMinute_us);
    case Grain::hour:
      return floor_div(time_us, kHour_us);
    case Grain::day:
      return day_of(time_us);
    case Grain::week:
      return floor_div(day_of(time_us) - kFirstMonday, 7);
    case Grain::month:
      return month_of_day(day_of(time_us));
    case Grain::none:
      break;
  }
  CHECK(grain != Grain::none);
  return 0;
}

int64_t start_of_step_us(Grain grain, int64_t step) {
  switch (grain) {
    case Grain::minute:
      return step * kMinute_us;
    case Grain::hour:
      return step * kHour_us;
    case Grain::day:
      return step * kDay_us;
    case Grain::week:
      return (step * 7 + kFirstMonday) * kDay_us;
    case Grain::month:
      return days_of_civil(step / 12, static_cast<int>(step % 12) + 1, 1) * kDay_us;
    case Grain::none:
      break;
  }
  CHECK(grain != Grain::none);
  return 0;
}

std::string format_step(Grain grain, int64_t step) {
  const int64_t start_us = start_of_step_us(grain, step);
  const bool is_fine = grain == Grain::minute || grain == Grain::hour;
  return is_fine ? format_time(start_us) : format_day(day_of(start_us));
}

// Integers, because date_trunc costs more than the rest of a count (10 M hits, 2 cores: months 124
// ms against 34, weeks 70 against 47, hours 82 against 46).
std::string step_sql(Grain grain, std::string_view time) {
  switch (grain) {
    case Grain::minute:
      return fmt::format("epoch_us({}) // 60000000", time);
    case Grain::hour:
      return fmt::format("epoch_us({}) // 3600000000", time);
    case Grain::day:
      return fmt::format("{}::DATE - DATE '1970-01-01'", time);
    case Grain::week:
      return fmt::format("({}::DATE - DATE '1970-01-05') // 7", time);
    case Grain::month:
      return fmt::format("year({0}::DATE) * 12 + month({0}::DATE) - 1", time);
    case Grain::none:
      break;
  }
  CHECK(grain != Grain::none);
  return {};
}

}  // namespace ballcone
