#include "web/table_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ballcone {
namespace {

// Characters, not bytes: columns stay aligned for most scripts.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// A value on one line that cannot move the cursor: control characters become "·".
std::string cell_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::string safe;
    for (const char c : *text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        safe += "·";
      } else {
        safe += c;
      }
    }
    return safe;
  }
  if (const auto* number = std::get_if<int64_t>(&value)) return fmt::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return "–";
}

bool is_number(const Value& value) {
  return std::holds_alternative<int64_t>(value) || std::holds_alternative<double>(value);
}

void append_cell(const std::string& text, size_t width, bool is_right, std::string* out) {
  const std::string padding(width - width_of(text), ' ');
  *out += is_right ? padding + text : text + padding;
}

void end_line(std::string* out) {
  while (!out->empty() && out->back() == ' ') out->pop_back();
  *out += '\n';
}

}  // namespace

std::string table_text(const Table& table) {
  const size_t columns = table.columns.size();
  std::vector<size_t> widths(columns);
  std::vector<std::vector<std::string>> cells;
  for (size_t i = 0; i < columns; ++i) widths[i] = width_of(table.columns[i].name);
  for (const auto& row : table.rows) {
    auto& texts = cells.emplace_back();
    for (size_t i = 0; i < columns; ++i) {
      texts.push_back(cell_text(row[i]));
      widths[i] = std::max(widths[i], width_of(texts.back()));
    }
  }
  std::string out;
  for (size_t i = 0; i < columns; ++i) {
    const bool is_right = !table.rows.empty() && is_number(table.rows[0][i]);
    append_cell(table.columns[i].name, widths[i], is_right, &out);
    out += "  ";
  }
  end_line(&out);
  for (size_t i = 0; i < columns; ++i) out += std::string(widths[i], '-') + "  ";
  end_line(&out);
  for (size_t r = 0; r < cells.size(); ++r) {
    for (size_t i = 0; i < columns; ++i) {
      append_cell(cells[r][i], widths[i], is_number(table.rows[r][i]), &out);
      out += "  ";
    }
    end_line(&out);
  }
  return out;
}

}  // namespace ballcone
