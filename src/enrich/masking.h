// What must not be kept of URLs, wherever they come from: passwords, tokens, session ids, e-mail
// addresses and card numbers that sites write into them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ballcone {

// The value of a parameter of this name goes.
struct MaskedName {
  std::string_view name;       // lower case, without what separates words: "apikey"
  std::string_view what;       // "a key"
  bool is_whole_only = false;  // not as the last word of a longer name: sort_key, but key
};
// What looks like this goes, whatever the parameter's name, and in paths.
struct MaskedShape {
  std::string_view what;  // "an e-mail address"
  bool (*is_in)(std::string_view value);
};
// Both tables: masking.cc.
std::span<const MaskedName> masked_names();
std::span<const MaskedShape> masked_shapes();

constexpr std::string_view kMasked = "***";

// "a=1&token=abc&mail=jane%40example.org" → "a=1&token=***&mail=***". Returns `query` itself if
// nothing had to go, else a view into `*memory`.
std::string_view mask_query(std::string_view query, std::string* memory);
// "/reset/jane@example.org/a;jsessionid=1A" → "/reset/***/a;jsessionid=***": segments by their
// shapes, parameters of a segment by their names too. For whole URLs without a query as well.
std::string_view mask_path(std::string_view path, std::string* memory);
// What of a masked shape is in any text, or nullptr.
const MaskedShape* find_masked_shape(std::string_view text);

}  // namespace ballcone
