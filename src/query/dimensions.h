// What one can group and filter by: every text and attribute of the schema, the facts that are
// codes rather than amounts (status, gpc), and what visits and clocks add (entry_path, hour). The
// schema's are made from for_each_column, so a new column is here by itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ballcone {

// What has one value of a dimension; each is a part of the one before. A visitor's visits share
// its browser, a visit's page views share its channel; only hits have a status.
enum class Level { visitor, visit, view, hit };

struct Dimension {
  std::string_view name;  // as in SQL: "browser"
  std::string title;      // "Browser"
  std::string_view doc;
  std::string_view text;  // the text whose table data.text_… holds it: "user_agent"; "" for a
                          // number
  std::string_view attribute;  // the column of that table: "browser"; "path" for entry_path
  std::string_view column;     // of hits, page_views, visits: "user_agent"; "entry_path"
  Level level = Level::hit;
  bool is_number = false;
  std::string_view pointer = {};  // of a property in props: "/plan" (RFC 6901); else empty

  // Of page views and visits alone: a request that is none has no first page, and no script in it.
  bool is_of_people() const {
    return name == "entry_path" || name == "exit_path" || name == "confirmed";
  }
  // Said of what people do: page views and custom events alike.
  bool is_of_actions() const {
    return name == "event" || name == "property" || is_goal() || !pointer.empty();
  }
  // No column: goals.h says what stands for it.
  bool is_goal() const { return name == "goal"; }
  bool is_of_clock() const { return name == "hour" || name == "weekday"; }
};

std::span<const Dimension> dimensions();
// Null if there is none. "event:props:plan" is the property `plan`, whatever its name: those that
// were asked for are remembered, up to kPropertiesMax of at most kPropertyBytesMax, then there are
// no more. "property" is the name of one, see properties.h. Any thread.
const Dimension* find_dimension(std::string_view name);
constexpr std::string_view kPropertyStart = "event:props:";
constexpr size_t kPropertiesMax = 10'000;
constexpr size_t kPropertyBytesMax = 300;

// The value of a dimension in a row of the table of its text: "x.browser", or what says of a
// property, whose name is written as hexadecimal digits:
// json_extract_string(x.props, decode(unhex('2f706c616e'))). `table`: "x." or nothing.
std::string attribute_sql(const Dimension& dimension, std::string_view table = "");
// True if several codes of that text may stand for the same text, because the text has attributes:
// 192.0.2.0 (masked) once with country DE and once with FR.
bool has_attributes(std::string_view text);

// docs/columns.md.
std::string columns_markdown();

}  // namespace ballcone
