#include "enrich/bot_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

#include "base/text.h"

namespace ballcone {
namespace {

constexpr size_t kNameBytesMax = 64;
constexpr const char* kUnnamed = "unnamed";

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 && (c & 0x80) == 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) {
  return is_letter(c) || is_digit(c) || (c != 0 && std::strchr("_-.!&'", c));
}

// Words of browsers' and systems' User-Agents, which name nobody.
constexpr std::string_view kCommonWords[] = {
    "mozilla", "compatible", "applewebkit", "khtml",   "like",    "gecko",   "chrome", "chromium",
    "safari",  "version",    "mobile",      "windows", "nt",      "win64",   "wow64",  "win32",
    "x64",     "macintosh",  "intel",       "mac",     "os",      "x",       "x11",    "linux",
    "x86",     "x86_64",     "amd64",       "i686",    "i586",    "ubuntu",  "u",      "android",
    "iphone",  "ipad",       "cpu",         "msie",    "trident", "firefox", "opera",  "presto",
    "rv",      "en-us",      "en",          "the",     "a",       "by",      "for",    "http",
    "https",   "www",        "k",           "build",   "nexus",   "edge",    "edg",    "centos",
    "debian",  "crawler",    "spider",      "bot",     "robot",   "robots",  "none",   "null",
    "web",     "contact",    "free",        "my",      "ppc",     "sv1",     "net",    "clr"};

bool is_common(std::string_view word) {
  const std::string lower = to_lower_ascii(word);
  return std::find(std::begin(kCommonWords), std::end(kCommonWords), lower) !=
         std::end(kCommonWords);
}

std::string_view without_edges(std::string_view name) {
  while (!name.empty() && !is_letter(name.front()) && !is_digit(name.front()))
    name.remove_prefix(1);
  while (!name.empty() && !is_letter(name.back()) && !is_digit(name.back()) && name.back() != '!')
    name.remove_suffix(1);
  return name;
}

std::string limited(std::string_view name) {
  return std::string(without_edges(name.substr(0, kNameBytesMax)));
}

// The word of `text` that `at` lies in, as [begin, end).
std::string_view word_at(std::string_view text, size_t begin, size_t end) {
  while (begin > 0 && is_name_char(text[begin - 1])) --begin;
  while (end < text.size() && is_name_char(text[end])) ++end;
  return text.substr(begin, end - begin);
}

// "https://www.acme.test/bot" or "www.acme.test" → "acme.test"; empty where there is neither.
std::string_view host_in(std::string_view text) {
  size_t at = text.find("://");
  at = at == text.npos ? text.find("www.") : at + 3;
  if (at == text.npos) return {};
  if (text.substr(at).starts_with("www.")) at += 4;
  return word_at(text.substr(at), 0, 0);
}

// Does the word stand in an address: "+http://acme.test/bot.html", "bot@acme.test"?
bool is_in_address(std::string_view text, size_t at) {
  const size_t begin = text.find_last_of(" (;,", at);
  const size_t end = text.find_first_of(" );,", at);
  const std::string_view part = text.substr(begin + 1, end - begin - 1);
  return part.find("://") != part.npos || part.find("www.") != part.npos ||
         part.find('@') != part.npos || part.starts_with("+");
}

// "[pP]ingdom" → "Pingdom", "Mail\.RU_Bot" → "Mail.RU_Bot"; up to where it becomes an expression.
std::string literal_start(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      if (is_letter(pattern[i + 1]) || is_digit(pattern[i + 1])) break;
      out += pattern[++i];
    } else if (c == '[' && pattern.size() > i + 3 && pattern[i + 3] == ']') {
      const auto [upper, lower] = std::pair(std::min(pattern[i + 1], pattern[i + 2]),
                                            std::max(pattern[i + 1], pattern[i + 2]));
      out += out.empty() ? upper : lower;
      i += 3;
    } else if (std::strchr("[(|*+?{$", c)) {
      break;
    } else if (c != '^' && c != '.') {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string name_of_product(std::string_view user_agent) {
  for (size_t i = 0; i < user_agent.size();) {
    if (!is_name_char(user_agent[i])) {
      ++i;
      continue;
    }
    const std::string_view word = word_at(user_agent, i, i);
    const size_t next = i + word.size();
    const std::string_view name = without_edges(word);
    const bool is_name = name.size() >= 2 && is_letter(name.front()) && !is_common(name) &&
                         !is_in_address(user_agent, i) && !name.starts_with("MSIE");
    if (is_name) return limited(name);
    i = next;
  }
  if (std::string name = limited(host_in(user_agent)); !name.empty()) return name;
  if (std::string name = limited(word_at(user_agent, 0, 0)); !name.empty()) return name;
  return kUnnamed;
}

std::string name_around(std::string_view user_agent, std::string_view word) {
  word = without_edges(word);
  const auto at = static_cast<size_t>(word.data() - user_agent.data());
  if (is_in_address(user_agent, at)) return name_of_product(user_agent);
  const std::string_view whole = word_at(user_agent, at, at + word.size());
  const std::string_view name = without_edges(whole);
  if (!is_common(name)) return limited(name);
  // "Acme crawler/1.0": the word before says whose.
  const auto begin = static_cast<size_t>(whole.data() - user_agent.data());
  if (begin >= 2 && user_agent[begin - 1] == ' ' && is_name_char(user_agent[begin - 2])) {
    const std::string_view before = word_at(user_agent, begin - 2, begin - 2);
    if (!is_common(without_edges(before)) && is_letter(before.front()))
      return limited(
          user_agent.substr(begin - 1 - before.size(), before.size() + 1 + whole.size()));
  }
  const std::string product = name_of_product(user_agent);
  return product == kUnnamed ? limited(name) : product;
}

std::string name_of_pattern(std::string_view pattern, std::string_view example) {
  const std::string literal = literal_start(pattern);
  // "SSL Labs (https://www.ssllabs.com" and "Scoop.it/": what stands before is the name.
  const std::string_view name =
      without_edges(std::string_view(literal).substr(0, literal.find(" (")));
  const auto is_plain = [](char c) { return is_name_char(c) || c == ' ' || c == ':' || c == '@'; };
  const size_t letters = static_cast<size_t>(std::count_if(name.begin(), name.end(), is_letter));
  if (letters >= 2 && std::all_of(name.begin(), name.end(), is_plain)) return limited(name);
  return name_of_product(example.empty() ? pattern : example);
}

}  // namespace ballcone
