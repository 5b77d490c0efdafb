#include "store/statement.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/text.h"

namespace ballcone {
namespace {

size_t skip_space(std::string_view text, size_t i) {
  while (i < text.size()) {
    if (text.substr(i, 2) == "--") {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.substr(i, 2) == "/*") {
      const size_t end = text.find("*/", i + 2);
      if (end == text.npos) return text.size();
      i = end + 2;
    } else if (std::string_view(" \t\r\n\f\v").find(text[i]) != std::string_view::npos) {
      ++i;
    } else {
      break;
    }
  }
  return i;
}

// The byte after `word` and what follows it if it stands at `i`; `i` otherwise.
size_t skip_word(std::string_view text, size_t i, std::string_view word) {
  if (!equal_ignoring_case(text.substr(i, word.size()), word)) return i;
  const size_t end = i + word.size();
  const bool goes_on = end < text.size() &&
                       (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_' ||
                        text[end] == '$' || static_cast<unsigned char>(text[end]) >= 0x80);
  return goes_on ? i : skip_space(text, end);
}

}  // namespace

// ' " $tag$ -- /* */: only as much of SQL's words as is needed to see where the last one ends. The
// engine has parsed the statement before; what is ill-formed here never was accepted.
std::string_view without_end(std::string_view sql) {
  size_t end = 0;
  const auto skip_to = [&](std::string_view closing, size_t from) {
    const size_t found = sql.find(closing, from);
    return found == sql.npos ? sql.size() : found + closing.size();
  };
  for (size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    if (sql.substr(i, 2) == "--") {
      i = skip_to("\n", i);
      continue;
    }
    if (sql.substr(i, 2) == "/*") {
      int depth = 0;  // PostgreSQL's comments nest
      do {
        if (sql.substr(i, 2) == "/*")
          ++depth, i += 2;
        else if (sql.substr(i, 2) == "*/")
          --depth, i += 2;
        else
          ++i;
      } while (depth > 0 && i < sql.size());
      continue;
    }
    if (c == '\'' || c == '"') {
      const bool has_escapes = c == '\'' && i > 0 && (sql[i - 1] == 'e' || sql[i - 1] == 'E');
      for (++i; i < sql.size() && sql[i] != c; ++i) i += has_escapes && sql[i] == '\\';
      ++i;
    } else if (c == '$') {
      const size_t tag_end = sql.find('$', i + 1);
      const bool is_tag =
          tag_end != sql.npos &&
          sql.substr(i + 1, tag_end - i - 1).find_first_of(" \t\r\n,;()'\"") == sql.npos;
      i = is_tag ? skip_to(sql.substr(i, tag_end - i + 1), tag_end + 1) : i + 1;
    } else {
      ++i;
      if (c == ';' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v')
        continue;
    }
    end = i;
  }
  return sql.substr(0, std::min(end, sql.size()));
}

size_t explain_bytes(std::string_view statement) {
  const size_t start = skip_space(statement, 0);
  const size_t after = skip_word(statement, start, "EXPLAIN");
  return after == start ? 0 : skip_word(statement, after, "ANALYZE");
}

int byte_of_character(std::string_view text, int character) {
  size_t byte = 0;
  for (; byte < text.size() && character >= 0; ++byte)
    if ((static_cast<unsigned char>(text[byte]) & 0xc0) != 0x80 && character-- == 0) break;
  return static_cast<int>(byte);
}

}  // namespace ballcone
