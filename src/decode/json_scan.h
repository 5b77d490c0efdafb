// Reads one flat JSON object field by field, and gets as far as it can: for the lines that a strict
// parser refuses, because a relay cut them, a control byte stands in a text, or a value is missing.
// Where the strict parser has an answer, this one has the same.
#pragma once

#include <string_view>

namespace ballcone {

enum class JsonKind { text, scalar, nested };

// Views into the line.
struct JsonField {
  std::string_view key;    // without quotes, escapes as they are
  std::string_view value;  // a text's without quotes, escapes as they are; a scalar's may be empty
  JsonKind kind = JsonKind::text;
  bool is_cut = false;  // the line ended within this text, object or array
};

enum class JsonEnd {
  none,       // there are more fields
  whole,      // the object was closed, and nothing follows
  cut,        // the line ended first
  malformed,  // not an object, or not JSON at some place
};

class JsonScanner {
 public:
  // `line` is well-formed UTF-8, and outlives this.
  explicit JsonScanner(std::string_view line);
  // False at the end, of which end() then tells the kind. What was cut is the last field.
  bool next(JsonField* field);
  JsonEnd end() const { return end_; }
  // How far the line was read, in bytes.
  size_t position() const { return size_ - rest_.size(); }

 private:
  bool finish(JsonEnd end);
  void skip_space();
  bool take_text(std::string_view* text);
  bool take_nested(std::string_view* text);
  std::string_view take_scalar();
  bool take_colon();
  bool take_value(JsonField* field);

  friend bool first_element(std::string_view array, JsonField* field);

  JsonScanner() = default;

  std::string_view rest_;
  size_t size_ = 0;
  bool is_first_ = true;
  JsonEnd end_ = JsonEnd::none;
};

// The first element of `array`, a nested value that begins with a bracket and may be cut. False if
// it is empty, or cut before its first element can be told.
bool first_element(std::string_view array, JsonField* field);

// `raw`, from between the quotes, with its escapes undone. Writes to `out`, which has room for
// raw.size() bytes, and returns what was written. What cannot stay sets `*is_repaired`: lone
// surrogates and "\u0000" become U+FFFD, raw control bytes a space, and a backslash that begins no
// JSON escape (nginx's "\x22", written without escape=json) stands for itself. With `is_cut` an
// escape or a character that the line's end has cut is left out.
std::string_view unescape_json(std::string_view raw, bool is_cut, char* out, bool* is_repaired);

}  // namespace ballcone
