#include "decode/json_ballcone.h"

#include "decode/hit_builder.h"
#include "decode/json_ballcone_keys.h"
#include "decode/json_line.h"
#include "decode/json_scan.h"
#include "decode/json_text.h"
#include "decode/memory.h"

namespace ballcone {
namespace {

// Gives a HitBuilder what stands in JSON.
class FieldTaker {
 public:
  FieldTaker(std::string_view line, bool is_repaired, Unescape unescape, DecodeMemory& memory,
             Hit* hit)
      : builder_(line, memory, hit), unescape_(unescape), memory_(memory), hit_(*hit) {
    hit_.is_repaired = is_repaired;
  }

  // A field as it stands in the line. If it was cut, only some are worth taking.
  void take(Field field, const JsonField& json) {
    if (field == Field::ignored || (json.is_cut && !has_field(kKeptCut, field))) return;
    if (builder_.has(field)) builder_.mark_repaired();
    std::string_view text = text_of(json, unescape_, memory_.text, &hit_.is_repaired);
    if (json.kind != JsonKind::text && !text.empty() && !has_field(kJsonNumbers, field)) {
      builder_.mark_repaired();
      text = {};
    }
    builder_.set(field, text);
  }
  std::optional<Drop> finish(bool is_cut) { return builder_.finish(is_cut); }

 private:
  HitBuilder builder_;
  const Unescape unescape_;
  DecodeMemory& memory_;
  Hit& hit_;
};

// Reads every field of a line that is whole and plain; false if it is not, or a known key's value
// is nested.
bool walk_fields(JsonWalker walker, FieldTaker& taker) {
  if (!walker.take('{')) return false;
  if (walker.take('}')) return walker.is_at_end();
  while (walker.may_be_field()) {
    JsonField field;
    if (!walker.read_text(&field.key) || !walker.take(':')) return false;
    const Field known = kBallconeKeys.find(field.key);
    if (known == Field::ignored) {
      if (field.key.find('\\') != field.key.npos || !walker.skip_value()) return false;
    } else {
      field.kind = walker.token() == '"' ? JsonKind::text : JsonKind::scalar;
      const bool is_read = field.kind == JsonKind::text ? walker.read_text(&field.value)
                                                        : walker.read_scalar(&field.value);
      if (!is_read) return false;
      taker.take(known, field);
    }
    if (walker.take('}')) return walker.is_at_end();
    if (!walker.take(',')) return false;
  }
  return false;
}

std::optional<Drop> decode_scanned(std::string_view line, bool is_repaired, DecodeMemory& memory,
                                   Hit* hit) {
  FieldTaker taker(line, is_repaired, Unescape::all, memory, hit);
  JsonScanner scanner(line);
  JsonField field;
  std::string key;
  while (scanner.next(&field)) {
    // A key may be written with escapes too: "serv\u0069ce".
    bool is_key_repaired = false;
    key.resize(field.key.size());
    taker.take(kBallconeKeys.find(unescape_json(field.key, false, key.data(), &is_key_repaired)),
               field);
  }
  if (scanner.end() == JsonEnd::malformed) {
    memory.mismatch = {scanner.position(), "JSON such as {\"date\": \"2026-11-23T12:00:00Z\", …}"};
    return Drop::malformed;
  }
  return taker.finish(scanner.end() == JsonEnd::cut);
}

}  // namespace

std::optional<Drop> decode_ballcone_json(std::string_view line, const Layout*, DecodeMemory& memory,
                                         Hit* hit) {
  const auto walk = [&](std::string_view text, bool is_repaired, std::optional<Drop>* drop) {
    const auto unescape = text.find('\\') == text.npos ? Unescape::none : Unescape::backslashes;
    FieldTaker taker(text, is_repaired, unescape, memory, hit);
    if (!walk_fields({text, memory.tokens.find(text)}, taker)) return false;
    *drop = taker.finish(false);
    return true;
  };
  const auto scan = [&](std::string_view text, bool is_repaired) {
    return decode_scanned(text, is_repaired, memory, hit);
  };
  return decode_json_line(line, memory, walk, scan);
}

std::optional<Drop> decode_ballcone_json_slowly(std::string_view line, const Layout*,
                                                DecodeMemory& memory, Hit* hit) {
  return scan_json_line(line, memory, [&](std::string_view text, bool is_repaired) {
    return decode_scanned(text, is_repaired, memory, hit);
  });
}

}  // namespace ballcone
