// application/x-www-form-urlencoded, the text of queries and forms.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ballcone {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=x+y" → {a, 1}, {b, "x y"}; well-formed UTF-8.
Pairs parse_form(std::string_view text);
// One name or value of those; appends to `*out`.
void append_form_decoded(std::string_view text, std::string* out);
// As parse_form(), but what needs no decoding stays where it is, and the memory is used again: what
// it gives lives as long as the text, until the next call.
class FormReader {
 public:
  using Views = std::vector<std::pair<std::string_view, std::string_view>>;

  const Views& read(std::string_view text);

 private:
  std::string_view decode(std::string_view text);

  Views pairs_;
  std::string decoded_;
};

// "%D0%BF" → "п": decoded once, well-formed UTF-8.
std::string repaired_percent_decoded(std::string_view text);

}  // namespace ballcone
