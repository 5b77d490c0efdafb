// The payload of any datagram: a view into it, not empty, not blank in front, without line ends
// behind; and the same as a plain reading by regular rules finds.
#include <cctype>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "decode/syslog.h"

namespace ballcone {
namespace {

// The same rules in the plainest words, over a copy.
std::optional<std::string> plain_payload(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0')) {
    text.pop_back();
  }
  const size_t close = text.find('>');
  if (text.empty() || text[0] != '<' || close == text.npos || close < 2 || close > 4) return {};
  for (size_t i = 1; i < close; ++i) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return {};
  }
  text.erase(0, close + 1);
  if (text.rfind("1 ", 0) == 0) {
    for (int word = 0; word < 6; ++word) {
      const size_t space = text.find(' ');
      if (space == text.npos || space == 0) return {};
      text.erase(0, space + 1);
    }
    if (text.empty()) return {};
    if (text[0] == '-') {
      text.erase(0, 1);
    } else {
      if (text[0] != '[') return {};
      while (!text.empty() && text[0] == '[') {
        char state = 'o';  // outside of quotes, in quotes, or escaped
        bool is_closed = false;
        while (!text.empty() && !is_closed) {
          const char c = text[0];
          text.erase(0, 1);
          if (state == 'e') {
            state = 'i';
          } else if (state == 'i') {
            state = c == '"' ? 'o' : c == '\\' ? 'e' : 'i';
          } else if (c == '"') {
            state = 'i';
          } else {
            is_closed = c == ']';
          }
        }
        if (!is_closed) return {};
      }
    }
    if (text.empty() || text[0] != ' ') return {};
    text.erase(0, 1);
    if (text.rfind("\xef\xbb\xbf", 0) == 0) text.erase(0, 3);
  } else {
    size_t start = text.npos;
    for (const char* tag_end : {": ", ":{"}) {
      const size_t at = text.find(tag_end, 1);
      if (at != text.npos && (start == text.npos || at + 1 < start)) start = at + 1;
    }
    size_t brace = text.rfind('{', 0) == 0 ? 0 : text.find(" {");
    if (brace != text.npos && brace != 0) ++brace;
    if (brace != text.npos && (start == text.npos || brace < start)) start = brace;
    if (start == text.npos) return {};
    text.erase(0, start);
  }
  while (!text.empty() && text[0] == ' ') text.erase(0, 1);
  if (text.empty()) return {};
  return text;
}

void check_syslog(std::string_view datagram) {
  const auto payload = syslog_payload(datagram);
  const auto want = plain_payload(std::string(datagram));
  CHECK(payload.has_value() == want.has_value());
  if (!payload) return;
  CHECK(*payload == *want);
  CHECK(!payload->empty() && payload->front() != ' ' && payload->back() != '\n');
  CHECK(payload->data() >= datagram.data());
  CHECK(payload->data() + payload->size() <= datagram.data() + datagram.size());
}

}  // namespace
}  // namespace ballcone

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Memory of exactly this size, so that the sanitizer sees a step beyond it.
  const auto copy = std::make_unique<char[]>(size);
  std::copy(data, data + size, copy.get());
  ballcone::check_syslog({copy.get(), size});
  return 0;
}
