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
bool take_fields(std::string_view line, DecodeMemory& memory, HitBuilder& builder) {
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
    const NginxKey key = kNginxKeys.find(read.key);
    if (key == NginxKey::unknown && read.key.find('\\') != read.key.npos) return false;
    builder.take(key, read);
  }
  const char* rest = nullptr;
  return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
}

// Reads what there is to read of any line.
JsonEnd scan_fields(std::string_view line, HitBuilder& builder) {
  JsonScanner scanner(line);
  JsonField field;
  std::string key;
  while (scanner.next(&field)) {
    // A key may be written with escapes too: "serv\u0069ce".
    bool is_repaired = false;
    key.resize(field.key.size());
    const NginxKey known =
        kNginxKeys.find(unescape_json(field.key, false, key.data(), &is_repaired));
    builder.take(known, field);
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
  HitBuilder builder(line, HitBuilder::Escapes::anything, memory, hit);
  if (is_repaired) builder.mark_repaired();
  const JsonEnd end = scan_fields(line, builder);
  if (end == JsonEnd::malformed) return Drop::malformed;
  return builder.finish(end == JsonEnd::cut);
}

bool is_blank(std::string_view line) { return std::all_of(line.begin(), line.end(), is_space); }

}  // namespace

std::optional<Drop> decode_nginx_json(std::string_view line, DecodeMemory& memory, Hit* hit) {
  if (is_blank(line)) return Drop::empty;
  if (!memory.json) memory.json.reset(new JsonParser);
  for (bool is_repaired = false;; is_repaired = true) {
    const auto escapes =
        line.find('\\') == line.npos ? HitBuilder::Escapes::none : HitBuilder::Escapes::some;
    HitBuilder builder(line, escapes, memory, hit);
    if (is_repaired) builder.mark_repaired();
    if (take_fields(line, memory, builder)) return builder.finish(false);
    // Only now, since nearly every line is UTF-8 and the parser has seen that.
    if (is_repaired || is_utf8(line)) return decode_scanned(line, is_repaired, memory, hit);
    line = repaired_line(line, memory);
  }
}

std::optional<Drop> decode_nginx_json_slowly(std::string_view line, DecodeMemory& memory,
                                             Hit* hit) {
  if (is_blank(line)) return Drop::empty;
  const bool is_repaired = !is_utf8(line);
  if (is_repaired) line = repaired_line(line, memory);
  return decode_scanned(line, is_repaired, memory, hit);
}

}  // namespace ballcone
