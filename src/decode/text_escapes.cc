#include "decode/text_escapes.h"

#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace ballcone {
namespace {

// 32 bytes, in one register or two; the machine decides at run time which code runs.
using Block = uint8_t __attribute__((vector_size(32)));
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__clang__)
#define BALLCONE_WIDE __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define BALLCONE_WIDE
#endif

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `digits` hex digits at `at`; -1 if there are others.
int hex_at(std::string_view text, size_t at, size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const int digit = hex_value(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

char letter_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      return '\0';
  }
}

// Writes what the escape at `at` stands for, and returns its size; 0 if it is none.
size_t take_escape(std::string_view text, size_t at, char*& out) {
  const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
  if (kind == 'x') {
    const int byte = hex_at(text, at + 2, 2);
    if (byte < 0) return 0;
    *out++ = static_cast<char>(byte);
    return 4;
  }
  if (kind == 'u') {
    const int code = hex_at(text, at + 2, 4);
    if (code < 0 || code > 0xff) return 0;
    if (code >= 0x80) *out++ = static_cast<char>(0xc0 | code >> 6);
    *out++ = static_cast<char>(code >= 0x80 ? 0x80 | (code & 0x3f) : code);
    return 6;
  }
  const char plain = letter_escape(kind);
  if (plain == '\0') return 0;
  *out++ = plain;
  return 2;
}

}  // namespace

BALLCONE_WIDE LineBytes bytes_of(std::string_view line) {
  Block high{};
  Block nul{};
  Block backslash{};
  size_t i = 0;
  for (; i + sizeof(Block) <= line.size(); i += sizeof(Block)) {
    Block block;
    std::memcpy(&block, line.data() + i, sizeof block);
    high |= block;
    nul |= static_cast<Block>(block == 0);
    backslash |= static_cast<Block>(block == '\\');
  }
  const auto any = [](const Block& block) {
    uint64_t parts[4];
    std::memcpy(parts, &block, sizeof parts);
    return (parts[0] | parts[1] | parts[2] | parts[3]) != 0;
  };
  const Block not_ascii = high & 0x80;
  LineBytes bytes{any(backslash), any(nul), !any(not_ascii)};
  for (; i < line.size(); ++i) {
    bytes.has_backslash |= line[i] == '\\';
    bytes.has_nul |= line[i] == '\0';
    bytes.is_ascii &= static_cast<uint8_t>(line[i]) < 0x80;
  }
  return bytes;
}

std::string_view unescape(std::string_view text, TextMemory* memory) {
  size_t at = text.find('\\');
  if (at == text.npos) return text;
  char* const begin = memory->next();
  char* out = begin;
  std::memcpy(out, text.data(), at);
  out += at;
  while (at < text.size()) {
    const size_t size = text[at] == '\\' ? take_escape(text, at, out) : 0;
    if (size == 0) *out++ = text[at];
    at += size == 0 ? 1 : size;
  }
  const std::string_view plain(begin, static_cast<size_t>(out - begin));
  if (!is_utf8(plain) || plain.find('\0') != plain.npos) return text;
  return memory->commit(plain.size());
}

}  // namespace ballcone
