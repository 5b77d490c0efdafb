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

  // Of page views and visits alone: a request that is none has no first page, and no script in it.
  bool is_of_people() const {
    return name == "entry_path" || name == "exit_path" || name == "confirmed";
  }
  bool is_of_clock() const { return name == "hour" || name == "weekday"; }
};

std::span<const Dimension> dimensions();
const Dimension* find_dimension(std::string_view name);  // null if there is none
// True if several codes of that text may stand for the same text, because the text has attributes:
// 192.0.2.0 (masked) once with country DE and once with FR.
bool has_attributes(std::string_view text);

// docs/columns.md.
std::string columns_markdown();

}  // namespace ballcone
