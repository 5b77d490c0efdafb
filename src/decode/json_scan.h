// Reads one JSON object field by field, and gets as far as it can: for the lines that a JsonWalker
// refuses, because a relay cut them, a control byte stands in a text, or a value is missing. Where
// that one has an answer, this one has the same. Inside this room only.
#pragma once

#include <string_view>

#include "decode/json_text.h"

namespace ballcone {

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

}  // namespace ballcone
