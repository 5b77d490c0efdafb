#include "base/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "base/zone_file.h"

namespace ballcone {

// Local time is UTC + offsets_us[i] from changes_us[i] until the next one. Apart, so that a search
// touches few cache lines.
struct TimeZone::Rules {
  std::string name;
  std::vector<int64_t> changes_us;  // the first is the beginning of time
  std::vector<int64_t> offsets_us;

  size_t at(int64_t time_us) const {
    const auto after = std::upper_bound(changes_us.begin() + 1, changes_us.end(), time_us);
    return static_cast<size_t>(after - changes_us.begin()) - 1;
  }
};

namespace {

// No clock was ever further from UTC than Manila's (15:56 behind, until 1844).
constexpr int64_t kOffsetMax_us = 16 * 3'600 * kSecond_us;

// "new york" means America/New_York. Less is nearer.
size_t distance(std::string_view name, std::string_view got) {
  const size_t whole = edit_distance(name, got);
  const size_t slash = name.rfind('/');
  return slash == name.npos ? whole : std::min(whole, edit_distance(name.substr(slash + 1), got));
}

std::string nearest_zone(std::string_view got) {
  std::string wanted(trim(got).substr(0, 64));
  std::replace(wanted.begin(), wanted.end(), ' ', '_');
  std::string nearest;
  size_t least = wanted.size() / 3 + 1;
  for (const std::string& name : zone_names()) {
    const size_t d = distance(name, wanted);
    if (d >= least) continue;
    least = d;
    nearest = name;
  }
  return nearest;
}

}  // namespace

TimeZone::TimeZone() {
  static const auto kUtc = std::make_shared<const Rules>(Rules{"UTC", {INT64_MIN}, {0}});
  rules_ = kUtc;
}

Result<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone zone;
  if (name == "UTC") return zone;  // even where the system has no database of zones
  const auto changes = read_zone_file(std::string(name));
  if (!changes) {
    const std::string nearest = nearest_zone(name);
    return failure(
        fmt::format("expected a time zone such as Europe/Berlin, got \"{}\"{}", name.substr(0, 64),
                    !nearest.empty()       ? fmt::format("; did you mean \"{}\"?", nearest)
                    : zone_names().empty() ? "; this system has none: install the package tzdata"
                                           : ": " + changes.error().message));
  }
  auto rules = std::make_shared<Rules>();
  rules->name = name;
  for (const OffsetChange& change : *changes) {
    const bool is_first = rules->changes_us.empty();
    rules->changes_us.push_back(is_first ? INT64_MIN : change.time_s * kSecond_us);
    rules->offsets_us.push_back(change.offset_s * kSecond_us);
  }
  zone.rules_ = std::move(rules);
  return zone;
}

const std::string& TimeZone::name() const { return rules_->name; }

int64_t TimeZone::offset_us(int64_t time_us) const {
  return rules_->offsets_us[rules_->at(time_us)];
}

// A day ends where the next one begins, once and for all: where a clock is put back from 0:01 to
// 23:01 (St. John's, until 2011), the hour that follows belongs to the new day.
int64_t TimeZone::day_of(int64_t time_us) const {
  const int64_t day = ballcone::day_of(time_us + offset_us(time_us));
  return time_us >= start_of_day_us(day + 1) ? day + 1 : day;
}

int64_t TimeZone::start_of_day_us(int64_t day) const { return utc_us(day * kDay_us); }

int64_t TimeZone::utc_us(int64_t local_us) const {
  const auto& changes = rules_->changes_us;
  for (size_t i = rules_->at(local_us - kOffsetMax_us);; ++i) {
    const int64_t time_us = local_us - rules_->offsets_us[i];
    if (time_us < changes[i]) return changes[i];  // the clock jumped over it
    if (i + 1 == changes.size() || time_us < changes[i + 1]) return time_us;
  }
}

}  // namespace ballcone
