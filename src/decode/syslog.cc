#include "decode/syslog.h"

#include <algorithm>

namespace ballcone {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "<190>"; 191 is the highest that RFC 3164 knows, but nothing depends on the number.
bool take_priority(std::string_view& text) {
  if (!take(text, '<')) return false;
  size_t digits = 0;
  while (digits < text.size() && digits < 4 && is_digit(text[digits])) ++digits;
  if (digits < 1 || digits > 3) return false;
  text.remove_prefix(digits);
  return take(text, '>');
}

// A word and the space behind it.
bool take_word(std::string_view& text) {
  const size_t space = text.find(' ');
  if (space == text.npos || space == 0) return false;
  text.remove_prefix(space + 1);
  return true;
}

// `[origin ip="192.0.2.1" software="a \"b\" [c\]"][meta sequenceId="1"]` or `-`.
bool take_structured_data(std::string_view& text) {
  if (take(text, '-')) return true;
  if (!text.starts_with('[')) return false;
  while (take(text, '[')) {
    bool is_quoted = false;
    size_t i = 0;
    for (; i < text.size() && (is_quoted || text[i] != ']'); ++i) {
      if (text[i] == '"') is_quoted = !is_quoted;
      if (text[i] == '\\' && is_quoted) ++i;
    }
    if (i >= text.size()) return false;
    text.remove_prefix(i + 1);
  }
  return true;
}

// <190>1 2026-01-02T12:00:00.003Z web1 nginx 12 - [meta sequenceId="1"] {"service": …}
// Behind the version, which is always 1: time, host, program, process, message id, data, message.
std::optional<std::string_view> rfc5424_payload(std::string_view text) {
  text.remove_prefix(2);
  for (int word = 0; word < 5; ++word) {
    if (!take_word(text)) return std::nullopt;
  }
  if (!take_structured_data(text) || !take(text, ' ')) return std::nullopt;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

// <190>Jan  2 12:00:00 web1 nginx: {"service": …}
// <190>2026-01-02T12:00:00.003+01:00 web1 nginx[12]: {"service": …}   rsyslog
// <190>web1 nginx: {"service": …}                                   without time
// <190>Jan  2 12:00:00 web1 {"service": …}                           without tag
// The tag ends at the first ": ". A message without tag is known by its brace, which stands before
// any ": " then; a time's colons have no space behind them.
std::optional<std::string_view> rfc3164_payload(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':' && i > 0 && i + 1 < text.size() &&
        (text[i + 1] == ' ' || text[i + 1] == '{')) {
      return text.substr(i + 1);
    }
    if (text[i] == '{' && (i == 0 || text[i - 1] == ' ')) return text.substr(i);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> syslog_payload(std::string_view datagram) {
  constexpr std::string_view kLineEnds{"\n\r\0", 3};
  datagram.remove_suffix(datagram.size() - (datagram.find_last_not_of(kLineEnds) + 1));
  if (!take_priority(datagram)) return std::nullopt;
  auto payload = datagram.starts_with("1 ") ? rfc5424_payload(datagram) : rfc3164_payload(datagram);
  if (!payload) return std::nullopt;
  payload->remove_prefix(std::min(payload->find_first_not_of(' '), payload->size()));
  if (payload->empty()) return std::nullopt;
  return payload;
}

}  // namespace ballcone
