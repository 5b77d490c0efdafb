// What a value of a JSON line says, whoever found it; inside this room only.
#pragma once

#include <string_view>

#include "decode/field.h"
#include "decode/memory.h"

namespace ballcone {

enum class JsonKind { text, scalar, nested };

// Views into the line.
struct JsonField {
  std::string_view key;    // without quotes, escapes as they are
  std::string_view value;  // a text's without quotes, escapes as they are; a scalar's may be empty
  JsonKind kind = JsonKind::text;
  bool is_cut = false;  // the line ended within this text, object or array
};

// `raw`, from between the quotes, with its escapes undone. Writes to `out`, which has room for
// raw.size() bytes, and returns what was written. What cannot stay sets `*is_repaired`: lone
// surrogates and "\u0000" become U+FFFD, raw control bytes a space, and a backslash that begins no
// JSON escape (nginx's "\x22", written without escape=json) stands for itself. With `is_cut` an
// escape or a character that the line's end has cut is left out.
std::string_view unescape_json(std::string_view raw, bool is_cut, char* out, bool* is_repaired);

// Which texts of a line have to be unescaped.
enum class Unescape {
  none,         // no one: the line has no backslash
  backslashes,  // those with a backslash; control bytes there are none
  all,          // control bytes may be in any
};

// Of a line nothing is compared so often.
inline bool is_dash(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

// A text's value, in `memory` if it had to be unescaped.
std::string_view unescaped(std::string_view text, bool is_cut, Unescape unescape,
                           TextMemory& memory, bool* is_repaired);

// What the value says, unescaped into `memory` where it must be; empty if it says that there is
// nothing: "", "-", null, and (then `*is_repaired`) what is nested, or nothing at all.
inline std::string_view text_of(const JsonField& field, Unescape unescape, TextMemory& memory,
                                bool* is_repaired) {
  if (field.kind == JsonKind::text) {
    const std::string_view text =
        unescape == Unescape::none
            ? field.value
            : unescaped(field.value, field.is_cut, unescape, memory, is_repaired);
    return is_dash(text) ? std::string_view() : text;
  }
  // `"length": ,` and `"length": -` come from a variable without value and without quotes.
  const std::string_view text = field.value;
  const bool is_missing = field.kind == JsonKind::nested || text.empty() || is_dash(text);
  *is_repaired |= is_missing;
  return is_missing || text == "null" ? std::string_view() : text;
}

// What JSON may write without quotes.
constexpr Fields kJsonNumbers =
    fields(Field::time_iso, Field::time_epoch, Field::time_epoch_ms, Field::time_epoch_us,
           Field::time_epoch_ns, Field::status, Field::bytes, Field::bytes_body, Field::duration_s,
           Field::duration_ms, Field::duration_us, Field::duration_ns, Field::upstream_s,
           Field::upstream_ms, Field::upstream_ns, Field::gpc, Field::range, Field::range_start,
           Field::engaged_us);
// What is worth keeping of a text that the line's end has cut.
constexpr Fields kKeptCut =
    fields(Field::uri, Field::path, Field::user_agent, Field::user_agent_encoded, Field::referrer,
           Field::referrer_encoded);

}  // namespace ballcone
