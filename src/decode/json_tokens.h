// Where the tokens of a JSON line begin, found at gigabytes a second, and walking over them; inside
// this room only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace ballcone {

// One thread at a time.
class JsonTokens {
 public:
  JsonTokens();
  ~JsonTokens();

  // The places of each brace, bracket, colon and comma outside of texts, of each text's opening
  // quote, and of the first byte of everything else that is not white space. Valid until the next
  // call. Empty if the line has none, is not UTF-8, does not end its last text, or has a control
  // byte within a text. Of the grammar nothing else is checked.
  std::span<const uint32_t> find(std::string_view line);

 private:
  struct Finder;
  std::unique_ptr<Finder> finder_;  // made when first needed
};

// Stands at a token. Every function that returns false has met what is better left to the scanner:
// what is not quite JSON. Afterwards it stands anywhere.
class JsonWalker {
 public:
  JsonWalker(std::string_view line, std::span<const uint32_t> places)
      : line_(line), places_(places) {}

  bool is_at_end() const { return at_ == places_.size(); }
  // A field is a key, a colon and a value, and something is behind it.
  bool may_be_field() const { return at_ + 3 < places_.size(); }
  // An element of an array, and something behind it.
  bool may_be_element() const { return at_ + 1 < places_.size(); }
  // Not at the end.
  char token() const { return line_[places_[at_]]; }
  // Steps over it, if it is `c`.
  bool take(char c) {
    if (is_at_end() || token() != c) return false;
    ++at_;
    return true;
  }

  // What is between the quotes: a text ends with the quote before the next token.
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
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             c == '.' || c == '-' || c == '+';
    });
  }

  bool skip_value() {
    const char first = token();
    if (first == '{' || first == '[') return ++at_, skip_to_close();
    std::string_view ignored;
    return first == '"' ? read_text(&ignored) : read_scalar(&ignored);
  }

  // From inside of an object or array to behind it. Brackets are counted, not matched, as the
  // scanner does it.
  bool skip_to_close() {
    for (size_t depth = 1; at_ < places_.size(); ++at_) {
      const char c = token();
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return ++at_, true;
    }
    return false;
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  const std::string_view line_;
  const std::span<const uint32_t> places_;
  size_t at_ = 0;
};

}  // namespace ballcone
