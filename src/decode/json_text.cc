#include "decode/json_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ballcone {
namespace {

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

std::string_view unescaped(std::string_view text, bool is_cut, Unescape unescape,
                           TextMemory& memory, bool* is_repaired) {
  const bool has_any = unescape == Unescape::all || text.find('\\') != text.npos;
  if (!has_any) return text;
  return memory.commit(unescape_json(text, is_cut, memory.next(), is_repaired).size());
}

}  // namespace ballcone
