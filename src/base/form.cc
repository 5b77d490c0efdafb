#include "base/form.h"

#include <algorithm>

#include "base/text.h"

namespace ballcone {
namespace {

std::string form_decoded(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return repaired_percent_decoded(spaced);
}

}  // namespace

std::string repaired_percent_decoded(std::string_view text) {
  std::string decoded, result;
  append_percent_decoded(text, &decoded);
  append_repaired_utf8(decoded, &result);
  return result;
}

Pairs parse_form(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    pairs.emplace_back(form_decoded(pair.substr(0, equals)),
                       equals == pair.npos ? std::string() : form_decoded(pair.substr(equals + 1)));
  }
  return pairs;
}

}  // namespace ballcone
