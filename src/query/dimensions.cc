#include "query/dimensions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>

#include "hit/batch.h"

namespace ballcone {
namespace {

// "browser_version" → "Browser version", "utm_source" → "UTM source".
std::string title_of(std::string_view name) {
  std::string title;
  while (!name.empty()) {
    const size_t end = std::min(name.find('_'), name.size());
    std::string word(name.substr(0, end));
    const bool is_acronym = word == "utm" || word == "os" || word == "asn" || word == "gpc";
    const size_t capitals = is_acronym ? word.size() : title.empty() ? 1 : 0;
    for (size_t i = 0; i < capitals; ++i) word[i] = static_cast<char>(word[i] - 'a' + 'A');
    title += (title.empty() ? "" : " ") + word;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return title;
}

// Name of the text that an attribute belongs to.
std::string_view name_of(StringColumn HitBatch::*text) {
  std::string_view name;
  for_each_column([&](const auto& row) {
    if constexpr (std::is_same_v<decltype(row.data), StringColumn HitBatch::*>) {
      if (row.role == Role::text && row.data == text) name = row.name;
    }
  });
  return name;
}

Level level_of(std::string_view column) {
  if (column == "service" || column == "user_agent" || column == "address") return Level::visitor;
  if (column == "query" || column == "referrer" || column == "channel") return Level::visit;
  constexpr std::string_view kOfView[] = {
      "host",         "path",       "status",        "method", "protocol",     "scheme",
      "content_type", "fetch_dest", "cache_status",  "kind",   "bot",          "purpose",
      "via",          "props",      "browser_facts", "event",  "edge_location"};
  const bool is_of_view =
      std::find(std::begin(kOfView), std::end(kOfView), column) != std::end(kOfView);
  return is_of_view ? Level::view : Level::hit;
}

std::vector<Dimension> make_dimensions() {
  std::vector<Dimension> all;
  for_each_column([&](const auto& row) {
    constexpr bool is_number = !std::is_same_v<decltype(row.data), StringColumn HitBatch::*>;
    if (row.role == Role::fact && row.unit != Unit::none) return;  // an amount or an id
    std::string_view text;
    if (row.role == Role::text) text = row.name;
    if (row.role == Role::attribute) text = name_of(row.of);
    const std::string_view column = text.empty() ? row.name : text;
    all.push_back({row.name, title_of(row.name), row.doc, text, row.name, column, level_of(column),
                   is_number});
  });
  const auto path_of_visit = [&](std::string_view name, std::string_view doc) {
    all.push_back({name, title_of(name), doc, "path", "path", name, Level::visit});
  };
  path_of_visit("entry_path", "Path of the visit's first page view");
  path_of_visit("exit_path", "Path of the visit's last page view");
  all.push_back({"hour", "Hour", "Hour of the day, 0 to 23, in the service's time zone", "", "",
                 "hour", Level::view, true});
  all.push_back({"weekday", "Weekday", "1 (Monday) to 7, in the service's time zone", "", "",
                 "weekday", Level::visitor, true});
  all.push_back({"confirmed", "Confirmed", "1 if the page's script ran, else 0: of page views", "",
                 "", "is_confirmed", Level::view, true});
  all.push_back({"goal", "Goal",
                 "What the service's people want its visitors to do: an event, or page views", "",
                 "", "goal", Level::view});
  all.push_back({"referrer_origin", "Origin of the referrer",
                 "own if the referrer is on a host of the service or on its site, else foreign", "",
                 "", "referrer_origin", Level::hit});
  return all;
}

// A property as a dimension, with the texts that it consists of.
struct Property {
  std::string name, title, pointer;
  Dimension dimension;

  explicit Property(std::string_view full_name) : name(full_name) {
    const std::string_view key = full_name.substr(kPropertyStart.size());
    title = fmt::format("Property {}", key);
    pointer = "/";
    for (const char c : key) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    dimension = {name,        title,   "A property of an event or page view",
                 "props",     "props", "props",
                 Level::view, false,   pointer};
  }
};

const Dimension* find_property(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const Property>, std::less<>> known;
  const size_t size = name.size() - kPropertyStart.size();
  if (size == 0 || size > kPropertyBytesMax) return nullptr;
  const std::lock_guard lock(mutex);
  const auto found = known.find(name);
  if (found != known.end()) return &found->second->dimension;
  if (known.size() >= kPropertiesMax) return nullptr;
  auto property = std::make_unique<const Property>(name);
  return &known.emplace(std::string(name), std::move(property)).first->second->dimension;
}

// Asked by, and never filtered by: so it is not among those that a filter is made of.
const Dimension* property_name() {
  static const Dimension kName{
      "property", "Property", "Name of a property of an event or page view", "", "",
      "property", Level::view};
  return &kName;
}

const char* unit_name(Unit unit) {
  switch (unit) {
    case Unit::time:
      return "time";
    case Unit::bytes:
      return "bytes";
    case Unit::us:
      return "seconds";
    case Unit::id:
      return "id";
    case Unit::none:
      break;
  }
  return "number";
}

}  // namespace

std::span<const Dimension> dimensions() {
  static const std::vector<Dimension> kDimensions = make_dimensions();
  return kDimensions;
}

const Dimension* find_dimension(std::string_view name) {
  for (const Dimension& dimension : dimensions()) {
    if (dimension.name == name) return &dimension;
  }
  if (name == "property") return property_name();
  return name.starts_with(kPropertyStart) ? find_property(name) : nullptr;
}

std::string attribute_sql(const Dimension& dimension, std::string_view table) {
  if (dimension.pointer.empty()) return fmt::format("{}{}", table, dimension.attribute);
  std::string digits;
  for (const char c : dimension.pointer) digits += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return fmt::format("json_extract_string({}props, decode(unhex('{}')))", table, digits);
}

bool has_attributes(std::string_view text) {
  if (text == "props") return true;  // its properties
  return std::any_of(dimensions().begin(), dimensions().end(), [&](const Dimension& dimension) {
    return dimension.text == text && dimension.attribute != text;
  });
}

std::string columns_markdown() {
  std::string out =
      "# Columns\n\n"
      "Generated from `src/hit/batch.h`. One row of the view `hits` is one request.\n"
      "An attribute depends on its text alone and is stored once per distinct text; in the view "
      "it\n"
      "is a column like any other. `is_page_view` is true for a page that a person asked for.\n\n"
      "| column | what | meaning |\n|---|---|---|\n";
  for_each_column([&](const auto& row) {
    std::string_view name = row.name;
    if (row.unit == Unit::us) name.remove_suffix(3);  // shown in seconds
    const std::string what = row.role == Role::text   ? "text"
                             : row.role == Role::fact ? unit_name(row.unit)
                                                      : fmt::format("of `{}`", name_of(row.of));
    out += fmt::format("| `{}` | {} | {} |\n", name, what, row.doc);
  });
  return out;
}

}  // namespace ballcone
