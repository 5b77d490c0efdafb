#include "decode/civil_time.h"

#include <algorithm>

#include "base/time.h"

namespace ballcone {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Up to `digits` digits, white space in front of them allowed, as %e has it.
template <class T>
bool take_number(std::string_view& text, size_t digits, T* value) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  size_t i = 0;
  int64_t number = 0;
  for (; i < std::min(digits, text.size()) && is_digit(text[i]); ++i) {
    number = number * 10 + (text[i] - '0');
  }
  if (i == 0) return false;
  text.remove_prefix(i);
  *value = static_cast<T>(number);
  return true;
}

std::string_view take_word(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && is_letter(text[size])) ++size;
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(size);
  return word;
}

bool take_offset(std::string_view& text, CivilTime* time) {
  size_t size = text.starts_with('Z') ? 1 : 0;
  if (text.starts_with('+') || text.starts_with('-')) {
    size = 1;
    while (size < text.size() && size < 6 && (is_digit(text[size]) || text[size] == ':')) ++size;
  }
  const auto offset_us = parse_utc_offset_us(text.substr(0, size));
  if (!offset_us) return false;
  text.remove_prefix(size);
  time->offset_us = *offset_us;
  return true;
}

bool take_fraction(std::string_view& text, size_t digits, CivilTime* time) {
  if (text.size() < digits || !std::all_of(text.begin(), text.begin() + digits, is_digit)) {
    return false;
  }
  take_number(text, digits, &time->fraction_us);
  for (size_t i = digits; i < 6; ++i) time->fraction_us *= 10;
  return true;
}

bool take_spec(char spec, std::string_view& text, CivilTime* time) {
  switch (spec) {
    case 'Y':
      return take_number(text, 4, &time->year);
    case 'y':
      if (!take_number(text, 2, &time->year)) return false;
      time->year += time->year < 69 ? 2000 : 1900;  // POSIX
      return true;
    case 'm':
      return take_number(text, 2, &time->month);
    case 'b':
      time->month = month_of_name(take_word(text).substr(0, 3));
      return time->month != 0;
    case 'd':
      return take_number(text, 2, &time->day);
    case 'H':
      return take_number(text, 2, &time->hour);
    case 'I':
      time->is_half_day = true;
      return take_number(text, 2, &time->hour);
    case 'M':
      return take_number(text, 2, &time->minute);
    case 'S':
      return take_number(text, 2, &time->second);
    case 's':
      return take_number(text, 11, &time->epoch_s);
    case 'p': {
      const std::string_view word = take_word(text);
      time->is_afternoon = word == "PM" || word == "pm";
      return time->is_afternoon || word == "AM" || word == "am";
    }
    case 'z':
      return take_offset(text, time);
    case 'a':
      return !take_word(text).empty();
    case 'Z': {
      // Names of zones mean different things in different countries, but for these.
      const std::string_view word = take_word(text);
      return word == "UTC" || word == "GMT" || word == "Z";
    }
    case '3':
      return take_fraction(text, 3, time);
    case '6':
      return take_fraction(text, 6, time);
    default:
      return false;
  }
}

// What a specification is short for; empty if it is none.
std::string_view long_form(char spec) {
  switch (spec) {
    case 'D':
      return "%m/%d/%y";
    case 'F':
      return "%Y-%m-%d";
    case 'T':
      return "%H:%M:%S";
    case 'R':
      return "%H:%M";
    case 'c':
      return "%a %b %d %H:%M:%S %Y";
    case 'e':
      return "%d";
    case 'h':
    case 'B':
      return "%b";
    case 'A':
      return "%a";
    case 'n':
      return "\n";
    case 't':
      return "\t";
    default:
      return {};
  }
}

}  // namespace

std::optional<int64_t> CivilTime::time_us() const {
  if (epoch_s >= 0) return epoch_s * kSecond_us + fraction_us;
  if (!is_civil_date(year, month, day) || minute > 59 || second > 60) return std::nullopt;
  if (is_half_day ? hour < 1 || hour > 12 : hour > 23) return std::nullopt;
  const int hours = is_half_day ? hour % 12 + (is_afternoon ? 12 : 0) : hour;
  const int64_t seconds = hours * 3600 + minute * 60 + std::min(second, 59);
  return days_of_civil(year, month, day) * kDay_us + seconds * kSecond_us + fraction_us - offset_us;
}

Result<CivilTimeFormat> CivilTimeFormat::compile(std::string_view text) {
  CivilTimeFormat format;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      format.specs_ += text[i];
      continue;
    }
    std::string_view spec = text.substr(i + 1, 1);
    if (spec == "3" || spec == "6") ++i;  // "%3f"
    ++i;
    if (spec.empty() || std::string_view("YymbdHIMSspzaZ36%DFTRcehBAnt").find(spec) == spec.npos) {
      return failure("expected a specification of strftime such as %d, got %" + std::string(spec),
                     static_cast<int>(i));
    }
    const std::string_view whole = long_form(spec[0]);
    format.specs_ += whole.empty() ? "%" + std::string(spec) : std::string(whole);
  }
  const auto has = [&](std::string_view spec) {
    return format.specs_.find(spec) != std::string::npos;
  };
  const bool is_epoch = has("%s");
  format.has_date_ =
      is_epoch || ((has("%Y") || has("%y")) && (has("%m") || has("%b")) && has("%d"));
  format.has_time_ = is_epoch || ((has("%H") || (has("%I") && has("%p"))) && has("%M"));
  return format;
}

bool CivilTimeFormat::take(std::string_view& text, CivilTime* time) const {
  for (size_t i = 0; i < specs_.size(); ++i) {
    if (specs_[i] == '%' && specs_[i + 1] != '%') {
      if (!take_spec(specs_[++i], text, time)) return false;
    } else {
      if (specs_[i] == '%') ++i;
      if (!text.starts_with(specs_[i])) return false;
      text.remove_prefix(1);
    }
  }
  return true;
}

}  // namespace ballcone
