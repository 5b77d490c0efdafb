// What one can group and filter by: every text and attribute of the schema, and the facts that are
// codes rather than amounts (status, gpc). Made from for_each_column, so a new column is here by
// itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ballcone {

struct Dimension {
  std::string_view name;  // as in SQL: "browser"
  std::string title;      // "Browser"
  std::string_view doc;
  std::string_view text;  // the text whose table data.text_… holds it: "user_agent"; "" for a fact
  bool is_number = false;
};

std::span<const Dimension> dimensions();
const Dimension* find_dimension(std::string_view name);  // null if there is none
// True if several codes of that text may stand for the same text, because the text has attributes:
// 192.0.2.0 (masked) once with country DE and once with FR.
bool has_attributes(std::string_view text);

// docs/columns.md.
std::string columns_markdown();

}  // namespace ballcone
