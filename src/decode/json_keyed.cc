#include "decode/json_keyed.h"

#include <string>

#include "decode/hit_builder.h"
#include "decode/json_keyed_values.h"
#include "decode/json_line.h"
#include "decode/json_scan.h"
#include "decode/memory.h"

namespace ballcone {
namespace {

// Takes the values of a line whose tokens are known. Every function returns false at what is better
// left to the scanner, keys with escapes among it.
class TableWalker {
 public:
  TableWalker(JsonWalker walker, const JsonTable& table, KeyedValues& values)
      : walker_(walker), table_(table), values_(values) {}

  bool walk() { return walker_.take('{') && walk_object(0) && walker_.is_at_end(); }

 private:
  // From behind the opening brace to behind the closing one.
  bool walk_object(uint16_t parent) {
    if (walker_.take('}')) return true;
    while (walker_.may_be_field()) {
      std::string_view name;
      if (!walker_.read_text(&name) || !walker_.take(':')) return false;
      const JsonTable::Step* step = table_.find(parent, name);
      if (step == nullptr && name.find('\\') != name.npos) return false;
      if (!(step == nullptr ? walker_.skip_value() : walk_value(*step))) return false;
      if (walker_.take('}')) return true;
      if (!walker_.take(',')) return false;
    }
    return false;
  }

  bool walk_value(const JsonTable::Step& step) {
    JsonField field;
    switch (walker_.token()) {
      case '{':
        if (step.inside != 0) return walker_.take('{') && walk_object(step.inside);
        field.kind = JsonKind::nested;
        if (!walker_.skip_value()) return false;
        break;
      case '[':
        return walker_.take('[') && walk_array(step);
      case '"':
        if (!walker_.read_text(&field.value)) return false;
        break;
      default:
        field.kind = JsonKind::scalar;
        if (!walker_.read_scalar(&field.value)) return false;
    }
    values_.take(step.key, field);
    return true;
  }

  // The first element, and what is behind it only in so far as it ends.
  bool walk_array(const JsonTable::Step& step) {
    if (walker_.take(']')) return true;
    // Something is behind an element; and an array in an array is rare.
    if (!walker_.may_be_element() || walker_.token() == '[') return false;
    if (!walk_value(step)) return false;
    return walker_.take(']') || (walker_.take(',') && walker_.skip_to_close());
  }

  JsonWalker walker_;
  const JsonTable& table_;
  KeyedValues& values_;
};

// Reads what there is to read of an object; false if it is malformed.
bool scan_object(JsonScanner& scanner, uint16_t parent, const JsonTable& table,
                 KeyedValues& values);

bool scan_field(const JsonTable::Step& step, JsonField field, const JsonTable& table,
                KeyedValues& values) {
  if (field.kind == JsonKind::nested && field.value[0] == '[') {
    const std::string_view array = field.value;
    if (!first_element(array, &field)) return true;
    // An array in an array has no first value.
    if (field.kind == JsonKind::nested && field.value[0] == '[') return true;
  }
  if (field.kind == JsonKind::nested && step.inside != 0) {
    JsonScanner scanner(field.value);
    return scan_object(scanner, step.inside, table, values);
  }
  values.take(step.key, field);
  return true;
}

bool scan_object(JsonScanner& scanner, uint16_t parent, const JsonTable& table,
                 KeyedValues& values) {
  JsonField field;
  std::string name;
  while (scanner.next(&field)) {
    // A key may be written with escapes too: "stat\u0075s".
    bool is_repaired = false;
    name.resize(field.key.size());
    const JsonTable::Step* step =
        table.find(parent, unescape_json(field.key, false, name.data(), &is_repaired));
    if (step != nullptr && !scan_field(*step, field, table, values)) return false;
  }
  return scanner.end() != JsonEnd::malformed;
}

// What `values` make of the line. A request that names nothing is none: a program's own messages
// stand in the same file, in the same JSON.
std::optional<Drop> finish(std::string_view line, bool is_repaired, Unescape unescape, bool is_cut,
                           const JsonTable& table, KeyedValues& values, DecodeMemory& memory,
                           Hit* hit) {
  HitBuilder builder(line, memory, hit);
  if (is_repaired) builder.mark_repaired();
  values.give(unescape, memory.text, builder);
  if (values.is_comment()) {
    memory.mismatch = {0, "a line about a request: \"" + std::string(table.only_start()) + "\""};
    return Drop::comment;
  }
  if (!table.request_path().empty() && !values.has_what_for()) {
    memory.mismatch = {is_cut ? line.size() : 0,
                       "the key " + table.request_path() + " or its like"};
    return is_cut ? Drop::truncated : Drop::malformed;
  }
  return builder.finish(is_cut);
}

std::optional<Drop> decode_scanned(std::string_view line, bool is_repaired, const JsonTable& table,
                                   DecodeMemory& memory, Hit* hit) {
  KeyedValues values(table);
  JsonScanner scanner(line);
  if (!scan_object(scanner, 0, table, values)) {
    memory.mismatch = {scanner.position(), "JSON: {\"key\": \"value\", …}"};
    return Drop::malformed;
  }
  const bool is_cut = scanner.end() == JsonEnd::cut;
  return finish(line, is_repaired, Unescape::all, is_cut, table, values, memory, hit);
}

}  // namespace

std::optional<Drop> decode_keyed_json(std::string_view line, const Layout* layout,
                                      DecodeMemory& memory, Hit* hit) {
  const auto& table = *static_cast<const JsonTable*>(layout);
  const auto walk = [&](std::string_view text, bool is_repaired, std::optional<Drop>* drop) {
    KeyedValues values(table);
    if (!TableWalker({text, memory.tokens.find(text)}, table, values).walk()) return false;
    const auto unescape = text.find('\\') == text.npos ? Unescape::none : Unescape::backslashes;
    *drop = finish(text, is_repaired, unescape, false, table, values, memory, hit);
    return true;
  };
  const auto scan = [&](std::string_view text, bool is_repaired) {
    return decode_scanned(text, is_repaired, table, memory, hit);
  };
  return decode_json_line(line, memory, walk, scan);
}

std::optional<Drop> decode_keyed_json_slowly(std::string_view line, const Layout* layout,
                                             DecodeMemory& memory, Hit* hit) {
  const auto& table = *static_cast<const JsonTable*>(layout);
  return scan_json_line(line, memory, [&](std::string_view text, bool is_repaired) {
    return decode_scanned(text, is_repaired, table, memory, hit);
  });
}

}  // namespace ballcone
