#include "query/parse_json.h"

#include <fmt/format.h>

#include "base/text.h"
#include "query/names.h"

namespace ballcone {
namespace {

// Where brackets are nested deeper than any question needs, or npos: the library's functions go
// down by recursion, and a megabyte of brackets is a stack overflow.
size_t find_too_deep(std::string_view text) {
  constexpr int kDepthMax = 64;
  int depth = 0;
  bool is_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') is_text = !is_text;
    if (c == '\\' && is_text) ++i;
    if (is_text) continue;
    if ((c == '[' || c == '{') && ++depth > kDepthMax) return i;
    if (c == ']' || c == '}') --depth;
  }
  return text.npos;
}

}  // namespace

std::string shown(const Json& json) {
  if (json.is_string()) return in_quotes(json.get_ref<const std::string&>());
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > 60 ? text.substr(0, 60) + "…" : text;
}

tl::unexpected<Error> expected_failure(std::string_view field, std::string_view want,
                                       const Json& got) {
  return field_failure(field, fmt::format("expected {}, got {}", want, shown(got)));
}

std::string repaired(const std::string& text) {
  std::string out;
  append_repaired_utf8(text, &out);
  return out;
}

Result<Json> parse_json(std::string_view text, std::string_view field) {
  if (const size_t at = find_too_deep(text); at != text.npos) {
    auto failed = field_failure(field, "expected JSON nested less deeply");
    failed.value().position = static_cast<int>(at);
    return failed;
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    auto failed = field_failure(field, "expected JSON that is well-formed");
    failed.value().position = error.byte > 0 ? static_cast<int>(error.byte) - 1 : 0;
    return failed;
  } catch (const Json::exception& error) {
    return field_failure(field, fmt::format("expected JSON, got {}", error.what()));
  }
}

}  // namespace ballcone
