#include "ingest/example.h"

#include "base/ip.h"
#include "enrich/masking.h"

namespace ballcone {
namespace {

bool is_in_address(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
         c == '.';
}

bool is_in_word(char c) {
  return c > ' ' && std::string_view("\"'<>[](){},;").find(c) == std::string_view::npos;
}

// "10.1.2.3:80" → "10.1.2.0:80"; what is no address stays.
void append_masked(std::string_view text, std::string* out) {
  std::string_view rest;
  auto address = parse_ip(text);
  if (const size_t colon = text.find(':'); !address && colon != text.npos) {
    address = parse_ip(text.substr(0, colon));
    if (address) rest = text.substr(colon);
  }
  if (!address) {
    out->append(text);
    return;
  }
  out->append(format_ip(mask_ip(*address, 24, 48))).append(rest);
}

// The longest run of characters for which `is_in` holds, from `at` on.
std::string_view run_at(std::string_view text, size_t at, bool (*is_in)(char)) {
  size_t end = at;
  while (end < text.size() && is_in(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string mask_addresses(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const std::string_view run = run_at(text, at, is_in_address);
    if (run.empty()) {
      out += text[at++];
    } else {
      append_masked(run, &out);
      at += run.size();
    }
  }
  return out;
}

}  // namespace

std::string mask_example(std::string_view line) {
  std::string out, memory;
  for (size_t at = 0; at < line.size();) {
    const std::string_view word = run_at(line, at, is_in_word);
    if (word.empty()) {
      out += line[at++];
      continue;
    }
    const size_t query = std::min(word.find('?'), word.size());
    std::string before(mask_path(mask_addresses(word.substr(0, query)), &memory));
    out += before;
    if (query < word.size()) out.append("?").append(mask_query(word.substr(query + 1), &memory));
    at += word.size();
  }
  return out;
}

}  // namespace ballcone
