#include "decode/json_keyed_values.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "decode/json_times.h"

namespace ballcone {
namespace {

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

constexpr Fields kWhatFor = fields(Field::request, Field::uri, Field::path);

// Logstash keeps the quotes of the log it has read: "\"-\"".
std::string_view without_quotes(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  text = text.substr(1, text.size() - 2);
  return is_dash(text) ? std::string_view() : text;
}

// Logs do not agree on what these keys hold.
Field field_of(Field field, std::string_view text) {
  if (field == Field::path && text.find('?') != text.npos) return Field::uri;
  if (field == Field::request && (text[0] == '/' || text.starts_with("http"))) return Field::uri;
  return field;
}

std::string_view protocol_of(std::string_view version) {
  if (version.starts_with("HTTP/")) return version;
  constexpr std::array<std::string_view, 5> kProtocols{"HTTP/1.0", "HTTP/1.1", "HTTP/2.0",
                                                       "HTTP/3.0", "HTTP/0.9"};
  if (version == "2" || version == "3") return kProtocols[version == "2" ? 2 : 3];
  for (const std::string_view protocol : kProtocols) {
    if (version.starts_with(protocol.substr(5))) return protocol;
  }
  return {};
}

// Gives a HitBuilder what the table says of each value, in the table's order.
class ValueReader {
 public:
  ValueReader(const JsonTable& table, Unescape unescape, TextMemory& memory, HitBuilder& builder)
      : table_(table), unescape_(unescape), memory_(memory), builder_(builder) {}

  void read(uint16_t index, const JsonField& value) {
    const JsonTable::Key& key = table_.keys()[index];
    if (key.reading == JsonReading::https_if_there) {
      if (value.kind == JsonKind::nested || !text_without_quotes(value).empty()) {
        set(Field::scheme, "https");
      }
      return;
    }
    if (value.kind == JsonKind::nested) {
      is_repaired |= key.field != Field::ignored;
      return;
    }
    has_what_for |= has_field(kWhatFor, key.field);
    const std::string_view text = text_without_quotes(value);
    if (index == table_.only_key() && !text.starts_with(table_.only_start())) is_comment = true;
    if (!text.empty()) read_as(key, value.kind, text);
  }

  bool is_repaired = false;
  bool is_comment = false;
  bool has_what_for = false;

 private:
  std::string_view text_without_quotes(const JsonField& value) {
    const std::string_view text = text_of(value, unescape_, memory_, &is_repaired);
    return value.kind == JsonKind::text ? without_quotes(text) : text;
  }

  void read_as(const JsonTable::Key& key, JsonKind kind, std::string_view text) {
    switch (key.reading) {
      case JsonReading::plain:
        if (kind == JsonKind::text || has_field(kJsonNumbers, key.field)) {
          set(field_of(key.field, text), text);
        } else {
          is_repaired = true;
        }
        break;
      case JsonReading::any_time:
        read_time(text);
        break;
      case JsonReading::clf_line:
        set(Field::time_clf, time_in_clf_line(text));
        break;
      case JsonReading::loose_duration:
        if (text.find_first_not_of("0123456789") == text.npos) break;
        [[fallthrough]];
      case JsonReading::duration:
        read_duration(key.field, text);
        break;
      case JsonReading::cache_hit:
        if (text == "true") set(Field::cache_status, "HIT");
        break;
      case JsonReading::cache_lookup:
        if (text == "true") set(Field::cache_status, "MISS");
        break;
      case JsonReading::http_version:
        set(Field::protocol, protocol_of(text));
        break;
      case JsonReading::https_if_there:
        break;
    }
  }

  void read_time(std::string_view text) {
    if (has_field(given_, Field::time_iso)) return;
    TimeParts parts = read_any_time(text);
    // What is no time is left to the one who says so of the line.
    if (parts.field == Field::ignored) parts = {Field::time_iso, text};
    if (parts.field == Field::date && parts.text.find('/') != parts.text.npos) {
      std::replace_copy(parts.text.begin(), parts.text.end(), memory_.next(), '/', '-');
      parts.text = memory_.commit(parts.text.size());
    }
    set(parts.field, parts.text);
    if (!parts.time_of_day.empty()) set(Field::time_of_day, parts.time_of_day);
  }

  void read_duration(Field field, std::string_view text) {
    const auto duration_us = read_duration_us(text);
    if (!duration_us) {
      is_repaired = true;
      return;
    }
    const bool is_upstream = field == Field::upstream_s;
    std::array<char, 24> digits;
    const int64_t value = is_upstream ? *duration_us * 1000 : *duration_us;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    set(is_upstream ? Field::upstream_ns : Field::duration_us,
        {digits.data(), static_cast<size_t>(end - digits.data())});
  }

  void set(Field field, std::string_view text) {
    const Fields kind = fields(kind_of(field));
    if (text.empty() || (given_ & kind) != 0) return;
    given_ |= kind;
    builder_.set(field, text);
  }

  const JsonTable& table_;
  const Unescape unescape_;
  TextMemory& memory_;
  HitBuilder& builder_;
  Fields given_ = 0;
};

}  // namespace

void KeyedValues::give(Unescape unescape, TextMemory& memory, HitBuilder& builder) {
  ValueReader reader(table_, unescape, memory, builder);
  for (uint16_t word = 0; word < seen_.size(); ++word) {
    for (uint64_t rest = seen_[word]; rest != 0; rest &= rest - 1) {
      const auto key = static_cast<uint16_t>(word * 64 + std::countr_zero(rest));
      const Value& value = values_[key];
      reader.read(key, {{}, {value.data, value.size}, value.kind, value.is_cut});
    }
  }
  if (is_repaired_ || reader.is_repaired) builder.mark_repaired();
  is_comment_ = reader.is_comment;
  has_what_for_ = reader.has_what_for;
}

}  // namespace ballcone
