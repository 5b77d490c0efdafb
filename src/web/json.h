// Writes JSON. Text comes from logs, so every byte of it is made harmless: ill-formed UTF-8 becomes
// U+FFFD, control characters are escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ballcone {

class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(int64_t number);
  JsonWriter& value(uint64_t number);
  JsonWriter& value(bool is_true);
  // The shortest text that reads back the same; JSON has no NaN and no infinity: they become the
  // strings "NaN", "Infinity", "-Infinity".
  JsonWriter& value(double number);
  JsonWriter& null();
  // JSON that is there already.
  JsonWriter& raw(std::string_view json);

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string* out_;
  bool needs_comma_ = false;
};

}  // namespace ballcone
