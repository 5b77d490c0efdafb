#include "decode/keyed_json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "base/text.h"
#include "decode/hit_builder.h"
#include "decode/json_scan.h"
#include "decode/json_values.h"
#include "decode/memory.h"

namespace ballcone {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_dash(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

// Fields of which a line needs only one: the first that is there is taken, and the others are not.
// What a decoder tells apart itself (uri and request, address and forwarded_for) is not joined.
Field kind_of(Field field) {
  switch (field) {
    case Field::time_clf:
    case Field::time_epoch:
    case Field::time_epoch_ms:
    case Field::time_epoch_us:
    case Field::time_epoch_ns:
      return Field::time_iso;
    case Field::user_agent_encoded:
      return Field::user_agent;
    case Field::referrer_encoded:
      return Field::referrer;
    case Field::duration_ms:
    case Field::duration_us:
    case Field::duration_ns:
      return Field::duration_s;
    case Field::upstream_ms:
    case Field::upstream_ns:
      return Field::upstream_s;
    default:
      return field;
  }
}

constexpr uint64_t bit(Field field) { return uint64_t{1} << static_cast<uint32_t>(field); }
template <class... Fields>
constexpr uint64_t bits(Fields... fields) {
  return (bit(fields) | ...);
}
static_assert(kFieldCount <= 64);

constexpr uint64_t kWhatFor = bits(Field::request, Field::uri, Field::path);
constexpr uint64_t kKeptCut =
    bits(Field::uri, Field::path, Field::user_agent, Field::user_agent_encoded, Field::referrer,
         Field::referrer_encoded);
// JSON may write these without quotes.
constexpr uint64_t kNumbers =
    bits(Field::time_iso, Field::time_epoch, Field::time_epoch_ms, Field::time_epoch_us,
         Field::time_epoch_ns, Field::status, Field::bytes, Field::bytes_body, Field::duration_s,
         Field::duration_ms, Field::duration_us, Field::duration_ns, Field::upstream_s,
         Field::upstream_ms, Field::upstream_ns, Field::gpc, Field::range);

bool is_one_of(uint64_t fields, Field field) { return (fields & bit(field)) != 0; }

enum class Unescape {
  none,         // the line has no escapes
  backslashes,  // texts with a backslash have; control bytes there are none
  all,          // control bytes too
};

// The values of one line, by key.
class Values {
 public:
  explicit Values(const KeyedJson& json) : json_(json) {}

  void take(uint16_t key, const JsonField& field) {
    if (key == KeyedJson::kNone) return;
    if (field.is_cut && !is_one_of(kKeptCut, json_.keys()[key].field)) return;
    uint64_t& word = seen_[key / 64];
    const uint64_t mask = uint64_t{1} << key % 64;
    is_repaired_ |= (word & mask) != 0;
    word |= mask;
    values_[key] = {field.value.data(), field.value.size(), field.kind, field.is_cut};
  }

  // Hands over what was taken.
  void give(Unescape unescape, TextMemory& memory, HitBuilder& builder) {
    unescape_ = unescape;
    for (uint16_t word = 0; word < seen_.size(); ++word) {
      for (uint64_t rest = seen_[word]; rest != 0; rest &= rest - 1) {
        const auto key = static_cast<uint16_t>(word * 64 + std::countr_zero(rest));
        give(key, values_[key], memory, builder);
      }
    }
    if (is_repaired_) builder.mark_repaired();
  }

  bool is_comment() const { return is_comment_; }
  bool has_what_for() const { return has_what_for_; }

 private:
  // No constructor: of 128 of them a line fills twenty.
  struct Value {
    const char* data;
    size_t size;
    JsonKind kind;
    bool is_cut;
  };

  void give(uint16_t index, const Value& value, TextMemory& memory, HitBuilder& builder) {
    const KeyedJson::Key& key = json_.keys()[index];
    if (key.reading == JsonReading::https_if_there) {
      if (value.kind == JsonKind::nested || text_of(value, memory).size() > 0) {
        set(Field::scheme, "https", builder);
      }
      return;
    }
    if (value.kind == JsonKind::nested) {
      is_repaired_ |= key.field != Field::ignored;
      return;
    }
    has_what_for_ |= is_one_of(kWhatFor, key.field);
    const std::string_view text = text_of(value, memory);
    if (index == json_.only_key() && !text.starts_with(json_.only_start())) is_comment_ = true;
    if (!text.empty()) read(key, value.kind, text, memory, builder);
  }

  // What the value says, unescaped; empty if it says that there is nothing.
  std::string_view text_of(const Value& value, TextMemory& memory) {
    std::string_view text(value.data, value.size);
    if (value.kind == JsonKind::text) {
      if (unescape_ == Unescape::all ||
          (unescape_ == Unescape::backslashes && text.find('\\') != text.npos)) {
        text =
            memory.commit(unescape_json(text, value.is_cut, memory.next(), &is_repaired_).size());
      }
      return without_quotes(text);
    }
    // `"length": ,` and `"length": -` come from a variable without value and without quotes.
    is_repaired_ |= text.empty() || is_dash(text);
    return is_dash(text) || text == "null" ? std::string_view() : text;
  }

  // Logstash keeps the quotes of the log it has read: "\"-\"".
  static std::string_view without_quotes(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
      text = text.substr(1, text.size() - 2);
    }
    return is_dash(text) ? std::string_view() : text;
  }

  void read(const KeyedJson::Key& key, JsonKind kind, std::string_view text, TextMemory& memory,
            HitBuilder& builder) {
    switch (key.reading) {
      case JsonReading::plain:
        if (kind == JsonKind::text || is_one_of(kNumbers, key.field)) {
          set(field_of(key.field, text), text, builder);
        } else {
          is_repaired_ = true;
        }
        break;
      case JsonReading::any_time:
        read_time(text, memory, builder);
        break;
      case JsonReading::clf_line:
        set(Field::time_clf, time_in_clf_line(text), builder);
        break;
      case JsonReading::loose_duration:
        if (text.find_first_not_of("0123456789") == text.npos) break;
        [[fallthrough]];
      case JsonReading::duration:
        read_duration(key.field, text, builder);
        break;
      case JsonReading::cache_hit:
        if (text == "true") set(Field::cache_status, "HIT", builder);
        break;
      case JsonReading::cache_lookup:
        if (text == "true") set(Field::cache_status, "MISS", builder);
        break;
      case JsonReading::http_version:
        set(Field::protocol, protocol_of(text), builder);
        break;
      case JsonReading::https_if_there:
        break;
    }
  }

  // Logs do not agree on what these keys hold.
  static Field field_of(Field field, std::string_view text) {
    if (field == Field::path && text.find('?') != text.npos) return Field::uri;
    if (field == Field::request && (text[0] == '/' || text.starts_with("http"))) return Field::uri;
    return field;
  }

  void read_time(std::string_view text, TextMemory& memory, HitBuilder& builder) {
    constexpr uint64_t kTime = bit(Field::time_iso);
    TimeParts parts = read_any_time(text);
    if ((given_ & kTime) != 0) return;
    // What is no time is left to the one who says so of the line.
    if (parts.field == Field::ignored) parts = {Field::time_iso, text};
    if (parts.field == Field::date && parts.text.find('/') != parts.text.npos) {
      std::replace_copy(parts.text.begin(), parts.text.end(), memory.next(), '/', '-');
      parts.text = memory.commit(parts.text.size());
    }
    set(parts.field, parts.text, builder);
    if (!parts.time_of_day.empty()) set(Field::time_of_day, parts.time_of_day, builder);
  }

  void read_duration(Field field, std::string_view text, HitBuilder& builder) {
    const auto duration_us = read_duration_us(text);
    if (!duration_us) {
      is_repaired_ = true;
      return;
    }
    const bool is_upstream = field == Field::upstream_s;
    std::array<char, 24> digits;
    const int64_t value = is_upstream ? *duration_us * 1000 : *duration_us;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    set(is_upstream ? Field::upstream_ns : Field::duration_us,
        {digits.data(), static_cast<size_t>(end - digits.data())}, builder);
  }

  static std::string_view protocol_of(std::string_view version) {
    if (version.starts_with("HTTP/")) return version;
    constexpr std::array<std::string_view, 5> kProtocols{"HTTP/1.0", "HTTP/1.1", "HTTP/2.0",
                                                         "HTTP/3.0", "HTTP/0.9"};
    if (version == "2" || version == "3") return kProtocols[version == "2" ? 2 : 3];
    for (const std::string_view protocol : kProtocols) {
      if (version.starts_with(protocol.substr(5))) return protocol;
    }
    return {};
  }

  void set(Field field, std::string_view text, HitBuilder& builder) {
    const uint64_t kind = bit(kind_of(field));
    if (text.empty() || (given_ & kind) != 0) return;
    given_ |= kind;
    builder.set(field, text);
  }

  const KeyedJson& json_;
  std::array<Value, KeyedJson::kKeysMax> values_;  // where seen_ says so
  std::array<uint64_t, KeyedJson::kKeysMax / 64> seen_{};
  uint64_t given_ = 0;  // fields
  Unescape unescape_ = Unescape::none;
  bool is_repaired_ = false;
  bool is_comment_ = false;
  bool has_what_for_ = false;
};

// Walks over the tokens of a line. Every function returns false at what is better left to the
// scanner: what is not quite JSON, and keys with escapes.
class Walker {
 public:
  Walker(std::string_view line, std::span<const uint32_t> places, const KeyedJson& json,
         Values& values)
      : line_(line), places_(places), json_(json), values_(values) {}

  bool walk() {
    if (places_.empty() || line_[places_[0]] != '{') return false;
    at_ = 1;
    return walk_object(0) && at_ == places_.size();
  }

 private:
  char token() const { return line_[places_[at_]]; }

  // From behind the opening brace to behind the closing one.
  bool walk_object(uint16_t parent) {
    if (at_ < places_.size() && token() == '}') return ++at_, true;
    // A field is a key, a colon and a value, and something is behind it.
    while (at_ + 3 < places_.size()) {
      std::string_view name;
      if (!read_text(&name) || token() != ':') return false;
      const KeyedJson::Step* step = json_.find(parent, name);
      if (step == nullptr && name.find('\\') != name.npos) return false;
      ++at_;
      if (!(step == nullptr ? skip_value() : walk_value(*step))) return false;
      if (at_ == places_.size()) return false;
      const char next = token();
      ++at_;
      if (next == '}') return true;
      if (next != ',') return false;
    }
    return false;
  }

  bool walk_value(const KeyedJson::Step& step) {
    JsonField field;
    const uint32_t begin = places_[at_];
    switch (token()) {
      case '{':
        if (step.inside != 0) return ++at_, walk_object(step.inside);
        field.kind = JsonKind::nested;
        if (!skip_value()) return false;
        field.value = line_.substr(begin, 1);
        break;
      case '[':
        return walk_array(step);
      case '"':
        if (!read_text(&field.value)) return false;
        break;
      default:
        field.kind = JsonKind::scalar;
        if (!read_scalar(&field.value)) return false;
    }
    values_.take(step.key, field);
    return true;
  }

  // The first element, and what is behind it only in so far as it ends.
  bool walk_array(const KeyedJson::Step& step) {
    ++at_;
    if (at_ + 1 >= places_.size()) return false;
    if (token() == ']') return ++at_, true;
    if (token() == '[') return false;  // rare
    if (!walk_value(step) || at_ == places_.size()) return false;
    if (token() == ']') return ++at_, true;
    return token() == ',' && skip_to_close();
  }

  // A text ends with the quote before the next token.
  bool read_text(std::string_view* text) {
    if (token() != '"') return false;
    const uint32_t begin = places_[at_] + 1;
    if (++at_ == places_.size()) return false;
    uint32_t end = places_[at_] - 1;
    while (is_space(line_[end])) --end;
    if (end < begin || line_[end] != '"') return false;
    *text = line_.substr(begin, end - begin);
    return true;
  }

  bool read_scalar(std::string_view* scalar) {
    const uint32_t begin = places_[at_];
    if (++at_ == places_.size()) return false;
    uint32_t end = places_[at_];
    while (is_space(line_[end - 1])) --end;
    *scalar = line_.substr(begin, end - begin);
    return std::all_of(scalar->begin(), scalar->end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
             c == '-' || c == '+';
    });
  }

  bool skip_value() {
    const char first = token();
    if (first == '{' || first == '[') return ++at_, skip_to_close();
    std::string_view ignored;
    return first == '"' ? read_text(&ignored) : read_scalar(&ignored);
  }

  // Brackets are counted, not matched, as the scanner does it.
  bool skip_to_close() {
    for (size_t depth = 1; at_ < places_.size(); ++at_) {
      const char c = token();
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return ++at_, true;
    }
    return false;
  }

  const std::string_view line_;
  const std::span<const uint32_t> places_;
  const KeyedJson& json_;
  Values& values_;
  size_t at_ = 0;
};

// Reads what there is to read of an object; false if it is malformed.
bool scan_object(JsonScanner& scanner, uint16_t parent, const KeyedJson& json, Values& values);

bool scan_field(const KeyedJson::Step& step, JsonField field, const KeyedJson& json,
                Values& values) {
  if (field.kind == JsonKind::nested && field.value[0] == '[') {
    const std::string_view array = field.value;
    if (!first_element(array, &field)) return true;
    // An array in an array has no first value.
    if (field.kind == JsonKind::nested && field.value[0] == '[') return true;
  }
  if (field.kind == JsonKind::nested && step.inside != 0) {
    JsonScanner scanner(field.value);
    return scan_object(scanner, step.inside, json, values);
  }
  values.take(step.key, field);
  return true;
}

bool scan_object(JsonScanner& scanner, uint16_t parent, const KeyedJson& json, Values& values) {
  JsonField field;
  std::string name;
  while (scanner.next(&field)) {
    // A key may be written with escapes too: "stat\u0075s".
    bool is_repaired = false;
    name.resize(field.key.size());
    const KeyedJson::Step* step =
        json.find(parent, unescape_json(field.key, false, name.data(), &is_repaired));
    if (step != nullptr && !scan_field(*step, field, json, values)) return false;
  }
  return scanner.end() != JsonEnd::malformed;
}

bool is_blank(std::string_view line) { return std::all_of(line.begin(), line.end(), is_space); }

// `line` with what is not UTF-8 replaced, in memory that may be read beyond.
std::string_view repaired_line(std::string_view line, DecodeMemory& memory) {
  memory.line.clear();
  append_repaired_utf8(line, &memory.line);
  const size_t size = memory.line.size();
  memory.line.append(kLinePadding, ' ');
  return {memory.line.data(), size};
}

// What `values` make of the line. A request that names nothing is none: a program's own messages
// stand in the same file, in the same JSON.
std::optional<Drop> finish(std::string_view line, Unescape unescape, bool is_cut,
                           const KeyedJson& json, Values& values, bool is_repaired,
                           DecodeMemory& memory, Hit* hit) {
  HitBuilder builder(line, memory, hit);
  if (is_repaired) builder.mark_repaired();
  values.give(unescape, memory.text, builder);
  if (values.is_comment()) {
    memory.mismatch = {0, "a line about a request: \"" + std::string(json.only_start()) + "\""};
    return Drop::comment;
  }
  if (!json.request_path().empty() && !values.has_what_for()) {
    memory.mismatch = {is_cut ? line.size() : 0, "the key " + json.request_path() + " or its like"};
    return is_cut ? Drop::truncated : Drop::malformed;
  }
  return builder.finish(is_cut);
}

std::optional<Drop> decode_scanned(std::string_view line, bool is_repaired, const KeyedJson& json,
                                   DecodeMemory& memory, Hit* hit) {
  Values values(json);
  JsonScanner scanner(line);
  if (!scan_object(scanner, 0, json, values)) {
    memory.mismatch = {scanner.position(), "JSON: {\"key\": \"value\", …}"};
    return Drop::malformed;
  }
  const bool is_cut = scanner.end() == JsonEnd::cut;
  return finish(line, Unescape::all, is_cut, json, values, is_repaired, memory, hit);
}

}  // namespace

std::optional<Drop> decode_keyed_json(std::string_view line, const Layout* layout,
                                      DecodeMemory& memory, Hit* hit) {
  const auto& json = *static_cast<const KeyedJson*>(layout);
  for (bool is_repaired = false;; is_repaired = true) {
    Values values(json);
    if (Walker(line, memory.tokens.find(line), json, values).walk()) {
      const auto unescape = line.find('\\') == line.npos ? Unescape::none : Unescape::backslashes;
      return finish(line, unescape, false, json, values, is_repaired, memory, hit);
    }
    if (is_blank(line)) return Drop::empty;
    // Only now, since nearly every line is UTF-8 and the tokenizer has seen that.
    if (is_repaired || is_utf8(line)) return decode_scanned(line, is_repaired, json, memory, hit);
    line = repaired_line(line, memory);
  }
}

std::optional<Drop> decode_keyed_json_slowly(std::string_view line, const Layout* layout,
                                             DecodeMemory& memory, Hit* hit) {
  const auto& json = *static_cast<const KeyedJson*>(layout);
  if (is_blank(line)) return Drop::empty;
  const bool is_repaired = !is_utf8(line);
  if (is_repaired) line = repaired_line(line, memory);
  return decode_scanned(line, is_repaired, json, memory, hit);
}

}  // namespace ballcone
