#include "base/mask_addresses.h"

#include <algorithm>

#include "base/ip.h"

namespace ballcone {
namespace {

void append_masked(const IpAddress& address, std::string* out) {
  *out += format_ip(mask_ip(address, 24, 48));
}

// What has the letters of an address alone: "192.0.2.7:80", "2001:db8::7", "12:00:00.", "face".
void append_masked_word(std::string_view word, std::string* out) {
  if (const auto address = parse_ip(word)) return append_masked(*address, out);
  const size_t end = word.find_last_not_of(".:") + 1;  // of a sentence, or before a blank
  if (const auto address = parse_ip(word.substr(0, end))) {
    append_masked(*address, out);
    out->append(word.substr(end));
    return;
  }
  while (!word.empty()) {
    const std::string_view piece = word.substr(0, word.find(':'));
    word.remove_prefix(piece.size());
    if (const auto address = parse_ip(piece))
      append_masked(*address, out);
    else
      out->append(piece);
    const size_t colons = std::min(word.find_first_not_of(':'), word.size());
    out->append(word.substr(0, colons));
    word.remove_prefix(colons);
  }
}

}  // namespace

std::string mask_addresses_in(std::string_view text) {
  constexpr std::string_view kLetters = "0123456789abcdefABCDEF.:";
  std::string out;
  while (!text.empty()) {
    const size_t begin = std::min(text.find_first_of(kLetters), text.size());
    out.append(text.substr(0, begin));
    text.remove_prefix(begin);
    const size_t size = std::min(text.find_first_not_of(kLetters), text.size());
    append_masked_word(text.substr(0, size), &out);
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace ballcone
