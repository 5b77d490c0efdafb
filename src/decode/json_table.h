// A table that tells which key of a JSON line, nested or not, means what; inside this room only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/field.h"
#include "decode/layout.h"

namespace ballcone {

// How a value becomes the text of its field.
enum class JsonReading : uint8_t {
  plain,
  any_time,  // ISO 8601, CLF with or without brackets, a date, a time of day, or an epoch in s, ms,
             // µs or ns, which its size tells; the text tells the field
  clf_line,  // the time is between the brackets of a line of the common format
  duration,  // seconds, or as Go and protobuf write them: "1.335ms", "1m2.5s", "0.123s"
  loose_duration,  // the same, but of a number without a fraction nobody knows the unit: ignored
  cache_hit,       // true: HIT
  cache_lookup,    // true: MISS, unless an earlier key said HIT
  http_version,    // "2", "2.0" and "2.0.0.0" mean HTTP/2.0
  https_if_there,  // the key is there, and not null
};

// A row of a table. Of several rows for a field the first counts whose value is there.
struct JsonKey {
  // The keys from the outside in: "request.headers.User-Agent" of
  // {"request": {"headers": {"User-Agent": ["curl/8"]}}}. Of an array the first element counts; it
  // may be asked for as well ("….User-Agent.0"). A full stop or a backslash that belongs to a key
  // has a backslash in front: "http\.status".
  std::string_view path;
  Field field = Field::ignored;
  JsonReading reading = JsonReading::plain;
};

// A table made ready for lines.
class JsonTable : public Layout {
 public:
  static constexpr size_t kKeysMax = 128;
  static constexpr uint16_t kNone = 0xffff;

  // The error names the path that is empty, or more than kKeysMax.
  static Result<JsonTable> compile(std::span<const JsonKey> keys);
  // Only lines whose text at `path` begins with `start` are requests, and those that have no such
  // key; the others are Drop::comment.
  Result<JsonTable> only(std::string_view path, std::string_view start) &&;

  // What stands behind a name in an object.
  struct Step {
    uint16_t parent = 0;    // the object; 0 is the line's
    uint16_t key = kNone;   // whose value this is
    uint16_t inside = 0;    // the object behind the name, if something in it is looked for
    std::string name = {};  // empty: a free place in the table
  };
  struct Key {
    Field field = Field::ignored;
    JsonReading reading = JsonReading::plain;
  };

  // Null if nothing in the object `parent` is looked for under `name`.
  const Step* find(uint16_t parent, std::string_view name) const;
  std::span<const Key> keys() const { return keys_; }
  // Key of only(), or kNone.
  uint16_t only_key() const { return only_key_; }
  std::string_view only_start() const { return only_start_; }
  // The first path that says what was requested; empty if none does.
  const std::string& request_path() const { return request_path_; }

 private:
  Result<uint16_t> add(std::string_view path, Key key);
  Step& place(uint16_t parent, std::string_view name);
  void grow();

  std::vector<Key> keys_;
  // A hash table, at least three quarters of it free, and a byte for each place: 0 where it is
  // free, else of the name's hash. Most keys of a line are in no table, and that byte alone tells.
  std::vector<Step> steps_;
  std::vector<uint8_t> tags_;
  uint32_t mask_ = 0;
  size_t step_count_ = 0;
  uint16_t object_count_ = 1;
  std::string request_path_;
  uint16_t only_key_ = kNone;
  std::string only_start_;
};

}  // namespace ballcone
