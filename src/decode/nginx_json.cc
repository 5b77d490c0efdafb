#include "decode/nginx_json.h"

// Errors are values here.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <algorithm>

#include "base/text.h"
#include "decode/hit_builder.h"
#include "decode/json_scan.h"
#include "decode/memory.h"
#include "decode/nginx_keys.h"

namespace ballcone {

struct JsonParser {
  simdjson::ondemand::parser parser;
};
void JsonParserDeleter::operator()(JsonParser* parser) const { delete parser; }

namespace {

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

enum class Escapes {
  none,      // the line has none
  some,      // a text with a backslash has; control bytes there are none
  anything,  // control bytes too
};

// Gives a HitBuilder what stands in JSON.
class FieldTaker {
 public:
  FieldTaker(std::string_view line, Escapes escapes, DecodeMemory& memory, Hit* hit)
      : builder_(line, memory, hit), escapes_(escapes), memory_(memory), hit_(*hit) {}

  // A field as it stands in the line. If it was cut, only some are worth taking.
  void take(Field field, const JsonField& json) {
    if (field == Field::ignored) return;
    if (json.is_cut && field != Field::uri && field != Field::referrer &&
        field != Field::user_agent) {
      return;
    }
    if (builder_.has(field)) builder_.mark_repaired();
    std::string_view text = text_of(json);
    if (json.kind != JsonKind::text && !text.empty() && wants_text(field)) {
      builder_.mark_repaired();
      text = {};
    }
    builder_.set(field, text);
  }
  HitBuilder& builder() { return builder_; }

 private:
  static bool wants_text(Field field) {
    switch (field) {
      case Field::status:
      case Field::bytes:
      case Field::duration_s:
      case Field::upstream_s:
      case Field::gpc:
      case Field::range:
      case Field::time_iso:
        return false;
      default:
        return true;
    }
  }
  std::string_view text_of(const JsonField& field);

  HitBuilder builder_;
  const Escapes escapes_;
  DecodeMemory& memory_;
  Hit& hit_;
};

// Of a line nothing is compared so often.
bool is_dash(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

// What the field says, unescaped; empty if it says that there is nothing.
std::string_view FieldTaker::text_of(const JsonField& field) {
  std::string_view text = field.value;
  switch (field.kind) {
    case JsonKind::text:
      if (escapes_ == Escapes::anything ||
          (escapes_ == Escapes::some && text.find('\\') != text.npos)) {
        const auto plain =
            unescape_json(text, field.is_cut, memory_.text.next(), &hit_.is_repaired);
        text = memory_.text.commit(plain.size());
      }
      return is_dash(text) ? std::string_view() : text;
    case JsonKind::scalar:
      // `"length": ,` and `"length": -` come from a variable without value and without quotes.
      if (text.empty() || is_dash(text)) builder_.mark_repaired();
      return is_dash(text) || text == "null" ? std::string_view() : text;
    case JsonKind::nested:
      builder_.mark_repaired();
      return {};
  }
  return {};
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view without_space_behind(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The key of the value that begins at `value`, found backwards over `key": `; `key` is where it
// begins. The parser has seen that quote, colon and white space are all there is between.
std::string_view key_before(const char* key, const char* value) {
  std::string_view text(key, static_cast<size_t>(value - key));
  text = without_space_behind(text);
  text.remove_suffix(1);  // the colon
  text = without_space_behind(text);
  text.remove_suffix(1);  // the quote
  return text;
}

// `token` runs to the next one, white space behind it included. False for what is better left to
// the scanner: nested values, and what is no value at all.
bool read_token(std::string_view token, JsonField* field) {
  // The parser looks for a comma only behind values that it has read itself.
  const char next = *(token.data() + token.size());
  if (next != ',' && next != '}') return false;
  token = without_space_behind(token);
  if (token.size() >= 2 && token.front() == '"') {
    field->kind = JsonKind::text;
    field->value = token.substr(1, token.size() - 2);
    return token.back() == '"';
  }
  field->kind = JsonKind::scalar;
  field->value = token;
  return std::all_of(token.begin(), token.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '+';
  });
}

// Reads every field of a line that is whole and plain; false if it is not. simdjson finds the
// tokens and checks that the line is UTF-8; the values are read here, since most texts can stay
// where they are and most numbers have fewer than ten digits.
bool take_fields(std::string_view line, DecodeMemory& memory, FieldTaker& taker) {
  namespace ondemand = simdjson::ondemand;
  ondemand::document document;
  const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + kLinePadding);
  if (memory.json->parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
  ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field) != simdjson::SUCCESS) return false;
    JsonField read;
    const std::string_view token = field.value().raw_json_token();
    if (!read_token(token, &read)) return false;
    read.key = key_before(field.key().raw(), token.data());
    const Field key = kNginxKeys.find(read.key);
    if (key == Field::ignored && read.key.find('\\') != read.key.npos) return false;
    taker.take(key, read);
  }
  const char* rest = nullptr;
  return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
}

// Reads what there is to read of any line. `*position` is where it got to.
JsonEnd scan_fields(std::string_view line, FieldTaker& taker, size_t* position) {
  JsonScanner scanner(line);
  JsonField field;
  std::string key;
  while (scanner.next(&field)) {
    // A key may be written with escapes too: "serv\u0069ce".
    bool is_repaired = false;
    key.resize(field.key.size());
    const Field known = kNginxKeys.find(unescape_json(field.key, false, key.data(), &is_repaired));
    taker.take(known, field);
    *position = static_cast<size_t>(field.key.data() + field.key.size() - line.data());
  }
  return scanner.end();
}

// `line` with what is not UTF-8 replaced, in memory that the parser may read beyond.
std::string_view repaired_line(std::string_view line, DecodeMemory& memory) {
  memory.line.clear();
  append_repaired_utf8(line, &memory.line);
  const size_t size = memory.line.size();
  memory.line.append(kLinePadding, ' ');
  return {memory.line.data(), size};
}

std::optional<Drop> decode_scanned(std::string_view line, bool is_repaired, DecodeMemory& memory,
                                   Hit* hit) {
  FieldTaker taker(line, Escapes::anything, memory, hit);
  if (is_repaired) taker.builder().mark_repaired();
  size_t position = 0;
  const JsonEnd end = scan_fields(line, taker, &position);
  if (end == JsonEnd::malformed) {
    memory.mismatch = {position, "JSON such as {\"date\": \"2026-11-23T12:00:00Z\", …}"};
    return Drop::malformed;
  }
  return taker.builder().finish(end == JsonEnd::cut);
}

bool is_blank(std::string_view line) { return std::all_of(line.begin(), line.end(), is_space); }

}  // namespace

std::optional<Drop> decode_nginx_json(std::string_view line, const Layout*, DecodeMemory& memory,
                                      Hit* hit) {
  if (is_blank(line)) {
    memory.mismatch = {};
    return Drop::empty;
  }
  if (!memory.json) memory.json.reset(new JsonParser);
  for (bool is_repaired = false;; is_repaired = true) {
    const auto escapes = line.find('\\') == line.npos ? Escapes::none : Escapes::some;
    FieldTaker taker(line, escapes, memory, hit);
    if (is_repaired) taker.builder().mark_repaired();
    if (take_fields(line, memory, taker)) return taker.builder().finish(false);
    // Only now, since nearly every line is UTF-8 and the parser has seen that.
    if (is_repaired || is_utf8(line)) return decode_scanned(line, is_repaired, memory, hit);
    line = repaired_line(line, memory);
  }
}

std::optional<Drop> decode_nginx_json_slowly(std::string_view line, const Layout*,
                                             DecodeMemory& memory, Hit* hit) {
  if (is_blank(line)) return Drop::empty;
  const bool is_repaired = !is_utf8(line);
  if (is_repaired) line = repaired_line(line, memory);
  return decode_scanned(line, is_repaired, memory, hit);
}

}  // namespace ballcone
