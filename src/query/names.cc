#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ballcone {

tl::unexpected<Error> field_failure(std::string_view field, std::string message) {
  Error error;
  error.message = std::move(message);
  error.field = field;
  return tl::unexpected<Error>(std::move(error));
}

std::string in_quotes(std::string_view text) {
  std::string cut;
  append_repaired_utf8(text.substr(0, 60), &cut);
  return fmt::format("\"{}{}\"", cut, text.size() > 60 ? "…" : "");
}

tl::unexpected<Error> name_failure(std::string_view field, std::string_view what,
                                   std::string_view got,
                                   const std::vector<std::string_view>& names) {
  const std::string_view near = got.substr(0, 64);
  const auto nearest =
      std::min_element(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
        return edit_distance(near, a) < edit_distance(near, b);
      });
  std::string message = fmt::format("expected {}, got {}", what, in_quotes(got));
  const size_t far = std::max<size_t>(2, near.size() / 3);
  if (nearest != names.end() && edit_distance(near, *nearest) <= far) {
    return field_failure(field, message + fmt::format("; did you mean \"{}\"?", *nearest));
  }
  return field_failure(field, message + fmt::format("; there are {}", fmt::join(names, ", ")));
}

}  // namespace ballcone
