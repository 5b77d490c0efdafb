#include "base/form.h"

#include <algorithm>

#include "base/text.h"

namespace ballcone {
namespace {

std::string form_decoded(std::string_view text) {
  std::string decoded;
  append_form_decoded(text, &decoded);
  return decoded;
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

void append_form_decoded(std::string_view text, std::string* out) {
  const size_t begin = out->size();
  for (size_t plus = 0; (plus = text.find('+')) != text.npos; text.remove_prefix(plus + 1)) {
    append_percent_decoded(text.substr(0, plus), out);
    *out += ' ';
  }
  append_percent_decoded(text, out);
  const std::string_view decoded = std::string_view(*out).substr(begin);
  if (is_utf8(decoded) && decoded.find('\0') == decoded.npos) return;
  std::string repaired;
  append_repaired_utf8(decoded, &repaired);
  out->replace(begin, out->npos, repaired);
}

const FormReader::Views& FormReader::read(std::string_view text) {
  pairs_.clear();
  decoded_.clear();
  // Decoded text is never longer: three bytes "%ff" become the three of U+FFFD.
  decoded_.reserve(text.size());
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    pairs_.emplace_back(decode(pair.substr(0, equals)), decode(value));
  }
  return pairs_;
}

std::string_view FormReader::decode(std::string_view text) {
  if (text.find('%') == text.npos && text.find('+') == text.npos) return text;
  const size_t begin = decoded_.size();
  append_form_decoded(text, &decoded_);
  return std::string_view(decoded_).substr(begin);
}

}  // namespace ballcone
