#include "decode/json_scan.h"

#include <algorithm>

namespace ballcone {
namespace {

constexpr std::string_view kSpace = " \t\n\r";

}  // namespace

JsonScanner::JsonScanner(std::string_view line) : rest_(line), size_(line.size()) {
  skip_space();
  if (!rest_.starts_with('{')) {
    end_ = JsonEnd::malformed;
    return;
  }
  rest_.remove_prefix(1);
}

bool JsonScanner::finish(JsonEnd end) {
  end_ = end;
  return false;
}

void JsonScanner::skip_space() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
}

bool JsonScanner::next(JsonField* field) {
  if (end_ != JsonEnd::none) return false;
  *field = {};
  skip_space();
  if (!is_first_ && rest_.starts_with(',')) {
    rest_.remove_prefix(1);
    skip_space();
  } else if (!is_first_ && !rest_.empty() && rest_[0] != '}') {
    return finish(JsonEnd::malformed);
  }
  is_first_ = false;
  if (rest_.starts_with('}')) {
    rest_.remove_prefix(1);
    skip_space();
    return finish(rest_.empty() ? JsonEnd::whole : JsonEnd::malformed);
  }
  if (rest_.empty()) return finish(JsonEnd::cut);
  if (rest_[0] != '"') return finish(JsonEnd::malformed);
  if (!take_text(&field->key)) return finish(JsonEnd::cut);
  return take_colon() && take_value(field);
}

bool JsonScanner::take_colon() {
  skip_space();
  if (rest_.empty()) return finish(JsonEnd::cut);
  if (rest_[0] != ':') return finish(JsonEnd::malformed);
  rest_.remove_prefix(1);
  skip_space();
  return !rest_.empty() || finish(JsonEnd::cut);
}

bool JsonScanner::take_value(JsonField* field) {
  if (rest_[0] == '"') {
    field->kind = JsonKind::text;
    field->is_cut = !take_text(&field->value);
    if (field->is_cut) end_ = JsonEnd::cut;
    return true;
  }
  if (rest_[0] == '{' || rest_[0] == '[') {
    field->kind = JsonKind::nested;
    field->is_cut = !take_nested(&field->value);
    if (field->is_cut) end_ = JsonEnd::cut;
    return true;
  }
  field->kind = JsonKind::scalar;
  field->value = take_scalar();
  // Of a number that reaches the line's end nobody knows whether it is whole.
  return !rest_.empty() || finish(JsonEnd::cut);
}

// From the opening quote to behind the closing one; false, and all of the rest, if there is none.
bool JsonScanner::take_text(std::string_view* text) {
  rest_.remove_prefix(1);
  for (size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] == '\\') {
      ++i;
    } else if (rest_[i] == '"') {
      *text = rest_.substr(0, i);
      rest_.remove_prefix(i + 1);
      return true;
    }
  }
  *text = rest_;
  rest_ = {};
  return false;
}

// Brackets are counted, not matched: nobody looks at what they hold, and depth costs nothing. A
// quote behind a backslash begins no text even here, as the fast tokenizer has it.
// False, and all of the rest, if the line ends first.
bool JsonScanner::take_nested(std::string_view* text) {
  const std::string_view begin = rest_;
  size_t depth = 0;
  while (!rest_.empty()) {
    if (rest_[0] == '"') {
      std::string_view ignored;
      if (!take_text(&ignored)) break;
      continue;
    }
    if (rest_[0] == '\\') {
      const bool is_pair = rest_.starts_with("\\\"") || rest_.starts_with("\\\\");
      rest_.remove_prefix(is_pair ? 2 : 1);
      continue;
    }
    if (rest_[0] == '{' || rest_[0] == '[') ++depth;
    if (rest_[0] == '}' || rest_[0] == ']') --depth;
    rest_.remove_prefix(1);
    if (depth == 0) {
      *text = begin.substr(0, begin.size() - rest_.size());
      return true;
    }
  }
  *text = begin;
  return false;
}

std::string_view JsonScanner::take_scalar() {
  const size_t size = std::min(rest_.find_first_of(",}]{[\":\t\n\r "), rest_.size());
  const std::string_view scalar = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return scalar;
}

bool first_element(std::string_view array, JsonField* field) {
  *field = {};
  JsonScanner scanner;
  scanner.rest_ = array.substr(1);
  scanner.skip_space();
  if (scanner.rest_.empty() || scanner.rest_[0] == ']') return false;
  return scanner.take_value(field);
}

}  // namespace ballcone
