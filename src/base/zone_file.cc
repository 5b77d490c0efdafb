#include "base/zone_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/time.h"

namespace ballcone {
namespace {

constexpr int64_t kHour_s = 3'600;
constexpr int64_t kDay_s = 86'400;
constexpr size_t kFileBytesMax = 1 << 20;  // the largest of all has 3.6 KB
constexpr size_t kHeaderBytes = 44;

// Big-endian numbers, one after the other; beyond the end all are 0 and `is_short` is set.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  int64_t number(size_t size) {
    const std::string_view digits = take(size);
    uint64_t value = !digits.empty() && digits[0] < 0 ? ~uint64_t{0} : 0;  // two's complement
    for (const char c : digits) value = value << 8 | static_cast<uint8_t>(c);
    return static_cast<int64_t>(value);
  }
  std::string_view take(size_t size) {
    if (size > bytes_.size()) {
      is_short = true;
      bytes_ = {};
      return {};
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string_view rest() const { return bytes_; }
  bool is_short = false;

 private:
  std::string_view bytes_;
};

// "TZif2", 15 unused bytes, then how many there are of each.
struct Header {
  bool is_zone = false;
  char version = 0;
  size_t utc_flags = 0, standard_flags = 0, leap_seconds = 0, changes = 0, types = 0, letters = 0;

  size_t body_bytes(size_t time_bytes) const {
    return changes * (time_bytes + 1) + types * 6 + letters + leap_seconds * (time_bytes + 4) +
           standard_flags + utc_flags;
  }
};

Header read_header(Reader& reader) {
  Header header;
  header.is_zone = reader.take(4) == "TZif";
  const std::string_view version = reader.take(16);
  if (!version.empty()) header.version = version[0];
  for (size_t* count : {&header.utc_flags, &header.standard_flags, &header.leap_seconds,
                        &header.changes, &header.types, &header.letters})
    *count = static_cast<size_t>(reader.number(4)) & 0xffff;
  return header;
}

std::vector<OffsetChange> read_changes(Reader& reader, const Header& header) {
  std::vector<OffsetChange> changes(header.changes + 1);
  changes[0].time_s = INT64_MIN;
  std::vector<size_t> types(header.changes + 1);  // the first: type 0, as the RFC has it
  for (size_t i = 1; i < changes.size(); ++i) changes[i].time_s = reader.number(8);
  for (size_t i = 1; i < changes.size(); ++i)
    types[i] = static_cast<size_t>(reader.number(1)) & 0xff;
  std::vector<int64_t> offsets;
  for (size_t i = 0; i < header.types; ++i) {
    offsets.push_back(reader.number(4));
    reader.take(2);  // whether it is summer time, and what it is called
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    if (types[i] < offsets.size()) changes[i].offset_s = offsets[types[i]];
  }
  reader.take(header.letters + header.leap_seconds * 12 + header.standard_flags + header.utc_flags);
  return changes;
}

// The rule for all later years, as POSIX writes it: "EST5EDT,M3.2.0,M11.1.0/2", "<+0530>-5:30".
// Days and times of change are those of the clock that is put forward or back.
class Footer {
 public:
  // "M3.2.0/2": day and time of a change.
  struct Day {
    enum class Kind { julian, zero_based, month_week_day } kind = Kind::julian;
    int64_t day = 0;  // 1 to 365 without 29 February; 0 to 365; or 0 (Sunday) to 6
    int64_t month = 0, week = 0;
    int64_t time_s = 2 * kHour_s;

    int64_t local_s(int64_t year) const { return days(year) * kDay_s + time_s; }

   private:
    int64_t days(int64_t year) const {
      const int64_t new_year = days_of_civil(year, 1, 1);
      if (kind == Kind::zero_based) return new_year + day;
      if (kind == Kind::julian)
        return new_year + day - 1 + (day >= 60 && is_civil_date(year, 2, 29) ? 1 : 0);
      const int64_t first = days_of_civil(year, static_cast<int>(month), 1);
      const int64_t first_weekday = (first % 7 + 7 + 4) % 7;  // 1970-01-01 was a Thursday
      int64_t found = first + (day - first_weekday + 7) % 7 + 7 * (week - 1);
      // Week 5 is the last one, even where there are but four.
      while (!is_civil_date(year, static_cast<int>(month), static_cast<int>(found - first + 1)))
        found -= 7;
      return found;
    }
  };

  int64_t standard_s = 0;
  bool has_summer = false;
  int64_t summer_s = 0;
  Day begin, end;

  static std::optional<Footer> parse(std::string_view text) {
    Footer footer;
    footer.text_ = text;
    if (!footer.parse_all()) return std::nullopt;
    return footer;
  }

 private:
  bool parse_all() {
    if (!parse_name() || !parse_time(&standard_s)) return false;
    standard_s = -standard_s;  // POSIX counts towards the west
    if (text_.empty()) return true;
    has_summer = true;
    if (!parse_name()) return false;
    summer_s = standard_s + kHour_s;
    if (!text_.starts_with(',')) {
      if (!parse_time(&summer_s)) return false;
      summer_s = -summer_s;
    }
    return parse_day(&begin) && parse_day(&end) && text_.empty();
  }
  bool skip(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool parse_name() {
    if (skip('<')) {
      text_.remove_prefix(std::min(text_.find('>'), text_.size()));
      return skip('>');
    }
    const size_t size = text_.size();
    while (!text_.empty() && std::isalpha(static_cast<unsigned char>(text_[0])))
      text_.remove_prefix(1);
    return text_.size() < size;
  }
  bool parse_number(int64_t* value) {
    const size_t size = text_.size();
    for (*value = 0; !text_.empty() && text_[0] >= '0' && text_[0] <= '9' && *value < 10'000;
         text_.remove_prefix(1))
      *value = *value * 10 + (text_[0] - '0');
    return text_.size() < size;
  }
  // "-5:30": hours of up to a week, so that a day's last hour can be named from the next day on.
  bool parse_time(int64_t* time_s) {
    const bool is_negative = skip('-');
    if (!is_negative) skip('+');
    int64_t hours = 0, minutes = 0, seconds = 0;
    if (!parse_number(&hours)) return false;
    if (skip(':') && (!parse_number(&minutes) || (skip(':') && !parse_number(&seconds))))
      return false;
    *time_s = (hours * kHour_s + minutes * 60 + seconds) * (is_negative ? -1 : 1);
    return hours <= 167;
  }
  bool parse_day(Day* day) {
    if (!skip(',')) return false;
    if (skip('M')) {
      day->kind = Day::Kind::month_week_day;
      if (!parse_number(&day->month) || !skip('.') || !parse_number(&day->week) || !skip('.') ||
          !parse_number(&day->day))
        return false;
      if (day->month < 1 || day->month > 12 || day->week < 1 || day->week > 5 || day->day > 6)
        return false;
    } else {
      day->kind = skip('J') ? Day::Kind::julian : Day::Kind::zero_based;
      if (!parse_number(&day->day) || day->day > 365) return false;
    }
    return !skip('/') || parse_time(&day->time_s);
  }

  std::string_view text_;
};

// What the footer says of the years behind the last change that the file names one by one.
void add_years(const Footer& footer, std::vector<OffsetChange>* changes) {
  const int64_t last_s = changes->back().time_s;
  if (!footer.has_summer) {
    if (changes->size() == 1) changes->back().offset_s = footer.standard_s;
    return;
  }
  const bool is_from_ever = last_s == INT64_MIN;
  for (int64_t year = is_from_ever ? 1970 : 1970 + last_s / kDay_s / 366; year < kRuleYearMax;
       ++year) {
    std::array<OffsetChange, 2> both = {{
        {footer.begin.local_s(year) - footer.standard_s, footer.summer_s},
        {footer.end.local_s(year) - footer.summer_s, footer.standard_s},
    }};
    if (both[1].time_s < both[0].time_s) std::swap(both[0], both[1]);  // south of the equator
    for (const OffsetChange& change : both)
      if (change.time_s > changes->back().time_s) changes->push_back(change);
  }
}

std::string zone_folder() {
  const char* folder = std::getenv("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

// Letters and "/_+-" in parts that are not empty: no way out of the folder.
bool is_zone_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '_' || c == '+' ||
           c == '-';
  };
  return !name.empty() && name.size() < 64 && name.front() != '/' && name.back() != '/' &&
         name.find("//") == name.npos && std::all_of(name.begin(), name.end(), is_allowed);
}

}  // namespace

Result<std::vector<OffsetChange>> parse_zone_file(std::string_view bytes) {
  Reader reader(bytes);
  Header header = read_header(reader);
  if (!header.is_zone || header.version < '2')
    return failure("expected a TZif file of version 2 or later");
  reader.take(header.body_bytes(4));  // the same in 32 bits
  header = read_header(reader);
  auto changes = read_changes(reader, header);
  if (reader.is_short || !header.is_zone || header.types == 0)
    return failure("expected a whole TZif file, got a part of one");
  if (!std::is_sorted(changes.begin(), changes.end(),
                      [](const auto& a, const auto& b) { return a.time_s < b.time_s; }))
    return failure("expected a TZif file whose changes are sorted");
  std::string_view text = reader.rest();  // "\nEST5EDT,M3.2.0,M11.1.0\n"
  if (text.size() < 2 || text.front() != '\n' || text.back() != '\n') return changes;
  text = text.substr(1, text.size() - 2);
  if (text.empty()) return changes;  // nobody knows
  const auto footer = Footer::parse(text);
  if (!footer)
    return failure(fmt::format("expected a rule such as EST5EDT,M3.2.0,M11.1.0; got {}", text));
  add_years(*footer, &changes);
  return changes;
}

Result<std::vector<OffsetChange>> read_zone_file(const std::string& name) {
  if (!is_zone_name(name)) return failure("is no name of a time zone");
  const std::string path = zone_folder() + "/" + name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return failure(path + " is not there");
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.size() > kFileBytesMax) return failure(path + " is no time zone");
  auto changes = parse_zone_file(bytes);
  if (!changes) return failure(path + ": " + changes.error().message);
  return changes;
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  const std::string folder = zone_folder();
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().string().substr(folder.size() + 1);
    // All zones begin with a capital; "posix/", "right/", "tzdata.zi", "leapseconds" do not.
    if (!std::isupper(static_cast<unsigned char>(name[0])) || !is_zone_name(name)) continue;
    std::error_code ignored;
    if (at->is_regular_file(ignored)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace ballcone
