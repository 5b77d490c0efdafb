#include "ingest/example.h"

#include <algorithm>

#include "enrich/masking.h"

namespace ballcone {
namespace {

bool is_in_word(char c) {
  return c > ' ' && std::string_view("\"'<>[](){},;").find(c) == std::string_view::npos;
}

std::string_view word_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_in_word(text[end])) ++end;
  return text.substr(at, end - at);
}

}  // namespace

std::string mask_example(std::string_view line) {
  std::string out, memory;
  for (size_t at = 0; at < line.size();) {
    const std::string_view word = word_at(line, at);
    if (word.empty()) {
      out += line[at++];
      continue;
    }
    const size_t query = std::min(word.find('?'), word.size());
    out += mask_path(word.substr(0, query), &memory);
    if (query < word.size()) out.append("?").append(mask_query(word.substr(query + 1), &memory));
    at += word.size();
  }
  return out;
}

}  // namespace ballcone
