#include "decode/json_scan.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ballcone {
namespace {

constexpr std::string_view kSpace = " \t\n\r";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

class Unescaper {
 public:
  Unescaper(std::string_view raw, bool is_cut, char* out)
      : rest_(raw), is_cut_(is_cut), begin_(out), out_(out) {}

  std::string_view run() {
    while (!rest_.empty() && !is_done_) step();
    std::string_view text(begin_, static_cast<size_t>(out_ - begin_));
    // The character that the line's end cut: half an emoji, or bytes that were repaired before.
    if (is_cut_ && text.ends_with(kReplacement)) text.remove_suffix(kReplacement.size());
    return text;
  }
  bool is_repaired() const { return is_repaired_; }

 private:
  void step() {
    const char c = rest_[0];
    if (c == '\\') return escape();
    rest_.remove_prefix(1);
    if (static_cast<uint8_t>(c) >= 0x20) return put(c);
    is_repaired_ = true;
    put(' ');  // not U+FFFD, which would not fit
  }

  void escape() {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (is_incomplete(rest_)) return keep_backslash();
    if (rest_[1] == 'u') return escape_unicode();
    const size_t which = kLetters.find(rest_[1]);
    if (which == kLetters.npos) return keep_backslash();
    put(kMeanings[which]);
    rest_.remove_prefix(2);
  }

  void escape_unicode() {
    const auto unit = code_unit(rest_);
    if (!unit) return keep_backslash();
    rest_.remove_prefix(6);
    if (*unit < 0xd800 || *unit > 0xdfff) return put_character(*unit);
    const auto low = *unit < 0xdc00 ? code_unit(rest_) : std::nullopt;
    if (low && *low >= 0xdc00 && *low <= 0xdfff) {
      rest_.remove_prefix(6);
      return put_character(0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00));
    }
    is_repaired_ = true;  // a lone surrogate
    put(kReplacement);
  }

  // The line ended within an escape: `\`, `\u`, `\u00`.
  bool is_incomplete(std::string_view text) const {
    if (text.size() == 1) return true;
    return text[1] == 'u' && text.size() < 6 &&
           std::all_of(text.begin() + 2, text.end(), [](char c) { return hex_value(c) >= 0; });
  }

  // `\u0041` at the front of `text` → 0x41.
  static std::optional<uint32_t> code_unit(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    uint32_t unit = 0;
    for (const char c : text.substr(2, 4)) {
      if (hex_value(c) < 0) return std::nullopt;
      unit = unit << 4 | static_cast<uint32_t>(hex_value(c));
    }
    return unit;
  }

  static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  void keep_backslash() {
    is_repaired_ = true;
    if (is_cut_ && is_incomplete(rest_)) {
      is_done_ = true;
      return;
    }
    put('\\');
    rest_.remove_prefix(1);
  }

  void put_character(uint32_t c) {
    if (c == 0) {
      is_repaired_ = true;
      return put(kReplacement);
    }
    if (c < 0x80) return put(static_cast<char>(c));
    if (c >= 0x10000) {
      put(static_cast<char>(0xf0 | c >> 18));
      put(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
    } else if (c >= 0x800) {
      put(static_cast<char>(0xe0 | c >> 12));
    } else {
      put(static_cast<char>(0xc0 | c >> 6));
      return put(static_cast<char>(0x80 | (c & 0x3f)));
    }
    put(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    put(static_cast<char>(0x80 | (c & 0x3f)));
  }

  void put(char c) { *out_++ = c; }
  void put(std::string_view text) { out_ = std::copy(text.begin(), text.end(), out_); }

  std::string_view rest_;
  bool is_cut_;
  char* begin_;
  char* out_;
  bool is_repaired_ = false;
  bool is_done_ = false;
};

}  // namespace

std::string_view unescape_json(std::string_view raw, bool is_cut, char* out, bool* is_repaired) {
  Unescaper unescaper(raw, is_cut, out);
  const std::string_view text = unescaper.run();
  *is_repaired |= unescaper.is_repaired();
  return text;
}

JsonScanner::JsonScanner(std::string_view line) : rest_(line), size_(line.size()) {
  skip_space();
  if (!rest_.starts_with('{')) {
    end_ = JsonEnd::malformed;
    return;
  }
  rest_.remove_prefix(1);
}

bool JsonScanner::finish(JsonEnd end) {
  end_ = end;
  return false;
}

void JsonScanner::skip_space() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
}

bool JsonScanner::next(JsonField* field) {
  if (end_ != JsonEnd::none) return false;
  *field = {};
  skip_space();
  if (!is_first_ && rest_.starts_with(',')) {
    rest_.remove_prefix(1);
    skip_space();
  } else if (!is_first_ && !rest_.empty() && rest_[0] != '}') {
    return finish(JsonEnd::malformed);
  }
  is_first_ = false;
  if (rest_.starts_with('}')) {
    rest_.remove_prefix(1);
    skip_space();
    return finish(rest_.empty() ? JsonEnd::whole : JsonEnd::malformed);
  }
  if (rest_.empty()) return finish(JsonEnd::cut);
  if (rest_[0] != '"') return finish(JsonEnd::malformed);
  if (!take_text(&field->key)) return finish(JsonEnd::cut);
  return take_colon() && take_value(field);
}

bool JsonScanner::take_colon() {
  skip_space();
  if (rest_.empty()) return finish(JsonEnd::cut);
  if (rest_[0] != ':') return finish(JsonEnd::malformed);
  rest_.remove_prefix(1);
  skip_space();
  return !rest_.empty() || finish(JsonEnd::cut);
}

bool JsonScanner::take_value(JsonField* field) {
  if (rest_[0] == '"') {
    field->kind = JsonKind::text;
    field->is_cut = !take_text(&field->value);
    if (field->is_cut) end_ = JsonEnd::cut;
    return true;
  }
  if (rest_[0] == '{' || rest_[0] == '[') {
    field->kind = JsonKind::nested;
    field->is_cut = !take_nested(&field->value);
    if (field->is_cut) end_ = JsonEnd::cut;
    return true;
  }
  field->kind = JsonKind::scalar;
  field->value = take_scalar();
  // Of a number that reaches the line's end nobody knows whether it is whole.
  return !rest_.empty() || finish(JsonEnd::cut);
}

// From the opening quote to behind the closing one; false, and all of the rest, if there is none.
bool JsonScanner::take_text(std::string_view* text) {
  rest_.remove_prefix(1);
  for (size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] == '\\') {
      ++i;
    } else if (rest_[i] == '"') {
      *text = rest_.substr(0, i);
      rest_.remove_prefix(i + 1);
      return true;
    }
  }
  *text = rest_;
  rest_ = {};
  return false;
}

// Brackets are counted, not matched: nobody looks at what they hold, and depth costs nothing. A
// quote behind a backslash begins no text even here, as the fast tokenizer has it.
// False, and all of the rest, if the line ends first.
bool JsonScanner::take_nested(std::string_view* text) {
  const std::string_view begin = rest_;
  size_t depth = 0;
  while (!rest_.empty()) {
    if (rest_[0] == '"') {
      std::string_view ignored;
      if (!take_text(&ignored)) break;
      continue;
    }
    if (rest_[0] == '\\') {
      const bool is_pair = rest_.starts_with("\\\"") || rest_.starts_with("\\\\");
      rest_.remove_prefix(is_pair ? 2 : 1);
      continue;
    }
    if (rest_[0] == '{' || rest_[0] == '[') ++depth;
    if (rest_[0] == '}' || rest_[0] == ']') --depth;
    rest_.remove_prefix(1);
    if (depth == 0) {
      *text = begin.substr(0, begin.size() - rest_.size());
      return true;
    }
  }
  *text = begin;
  return false;
}

std::string_view JsonScanner::take_scalar() {
  const size_t size = std::min(rest_.find_first_of(",}]{[\":\t\n\r "), rest_.size());
  const std::string_view scalar = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return scalar;
}

bool first_element(std::string_view array, JsonField* field) {
  *field = {};
  JsonScanner scanner;
  scanner.rest_ = array.substr(1);
  scanner.skip_space();
  if (scanner.rest_.empty() || scanner.rest_[0] == ']') return false;
  return scanner.take_value(field);
}

}  // namespace ballcone
