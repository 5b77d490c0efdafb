// JSON lines of which a table tells which key, nested or not, means what; inside this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/field.h"
#include "decode/format.h"
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
class KeyedJson : public Layout {
 public:
  static constexpr size_t kKeysMax = 128;
  static constexpr uint16_t kNone = 0xffff;

  // The error names the path that is empty, or more than kKeysMax.
  static Result<KeyedJson> compile(std::span<const JsonKey> keys);
  // Only lines whose text at `path` begins with `start` are requests, and those that have no such
  // key; the others are Drop::comment.
  Result<KeyedJson> only(std::string_view path, std::string_view start) &&;

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

// `layout` is a KeyedJson. Numbers may be in quotes or not; "", "-" and null are absent; of a key
// that comes twice the last counts. What cannot be kept is absent, and the hit is then marked as
// repaired. A line that was cut is kept up to its last whole field if it has a time and a URI; of
// URI, referrer and User-Agent what is there is kept too.
// Drops: empty, comment, truncated, malformed (also JSON without a key for what was requested, if
// the table has one), bad_service, no_time, bad_time.
std::optional<Drop> decode_keyed_json(std::string_view line, const Layout* layout,
                                      DecodeMemory& memory, Hit* hit);
// The same answer without the fast tokenizer: to test one against the other.
std::optional<Drop> decode_keyed_json_slowly(std::string_view line, const Layout* layout,
                                             DecodeMemory& memory, Hit* hit);

// "json:address=client.ip,time=ts": fields by the names below, in any order, each with a path as in
// JsonKey; of a field that comes twice the first that is there counts. A comma in a path has a
// backslash in front. "json:" may be missing.
//   service  time (ISO 8601, CLF, epoch in s, ms, µs or ns)  date  time_of_day
//   address (or ip)  forwarded_for  user_agent  referrer (or referer)
//   request ("GET / HTTP/1.1")  method  uri (or url)  path  query  protocol  scheme  host
//   status  bytes (with headers)  bytes_body  content_type  cache_status  request_id
//   duration (seconds, or "1.3ms")  duration_ms  duration_us  duration_ns
//   upstream (seconds)  upstream_ms  upstream_ns
//   gpc  fetch_dest  sec_purpose  purpose  range
// The error names the part that is not understood, with its position, and what is.
Result<KeyedJson> parse_json_mapping(std::string_view text);

// The mapping that nginx's log_format makes of its own variables, written with escape=json:
//   {"when": "$time_iso8601", "client": {"ip": "$remote_addr"}, "took": $request_time}
// A text with more than one variable, or with text around it, is not looked at, unless it makes a
// URI: "$scheme://$host$request_uri", "$uri?$args".
Result<KeyedJson> json_pattern(std::string_view log_format);

}  // namespace ballcone
