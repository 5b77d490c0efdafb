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

size_t edit_distance(std::string_view a, std::string_view b) {
  const std::string x = to_lower_ascii(a);
  const std::string y = to_lower_ascii(b);
  std::vector<size_t> before(y.size() + 1), last(y.size() + 1), row(y.size() + 1);
  for (size_t j = 0; j <= y.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= x.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= y.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x[i - 1] != y[j - 1])});
      const bool is_swap = i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[y.size()];
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
