#include "source/content.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ballcone {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  Compression compression;
};
constexpr std::array kMagics = {
    Magic{"\x1f\x8b"sv, Compression::gzip},
    Magic{"\x28\xb5\x2f\xfd"sv, Compression::zstd},
    // A frame to be skipped, which pzstd begins with (the first byte's last four bits are free).
    Magic{"\x50\x2a\x4d\x18"sv, Compression::zstd},
};
// "BZh", the block size 1 to 9, and π for a block or √π for the end of an empty stream.
constexpr std::array kBzip2Blocks = {"1AY&SY"sv, "\x17\x72\x45\x38\x50\x90"sv};

bool is_beginning_of(std::string_view head, std::string_view magic) {
  return head.size() < magic.size() && magic.starts_with(head);
}

std::string_view bzip2_block(std::string_view head) {
  constexpr std::string_view kName = "BZh";
  if (!head.starts_with(kName) || head.size() <= kName.size()) return {};
  const char level = head[kName.size()];
  return level >= '1' && level <= '9' ? head.substr(kName.size() + 1) : std::string_view("?");
}

struct Foreign {
  std::string_view bytes;
  size_t at;
  std::string_view what;
  std::string_view to_do;
};
constexpr std::array kForeign = {
    Foreign{"\xfd\x37zXZ\0"sv, 0, "an xz file", "xz -dc FILE | ballcone import -"},
    Foreign{"\x04\x22\x4d\x18"sv, 0, "an lz4 file", "lz4 -dc FILE | ballcone import -"},
    Foreign{"\x1f\x9d"sv, 0, "a file of compress", "gzip -dc FILE | ballcone import -"},
    Foreign{"PK\x03\x04"sv, 0, "a zip file", "unzip -p FILE | ballcone import -"},
    Foreign{"ustar"sv, 257, "a tar archive", "tar -xOf FILE | ballcone import -"},
};

// Control bytes that text does not have. Logs may have escapes for colour.
bool is_foreign_to_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x7f ||
         (byte < 0x20 && byte != 0 && !(byte >= 0x08 && byte <= 0x0d) && byte != 0x1b);
}

}  // namespace

bool is_too_short_to_tell(std::string_view head) {
  if (head.empty() || is_beginning_of(head, "BZh") || head == "BZh") return true;
  const std::string_view block = bzip2_block(head);
  if (head.starts_with("BZh") &&
      std::ranges::any_of(kBzip2Blocks, [&](auto b) { return is_beginning_of(block, b); }))
    return true;
  return std::ranges::any_of(kMagics,
                             [&](const Magic& m) { return is_beginning_of(head, m.bytes); });
}

Compression find_compression(std::string_view head) {
  for (const Magic& magic : kMagics) {
    if (head.starts_with(magic.bytes)) return magic.compression;
  }
  const std::string_view block = bzip2_block(head);
  if (std::ranges::any_of(kBzip2Blocks, [&](auto b) { return block.starts_with(b); }))
    return Compression::bzip2;
  return Compression::none;
}

std::string describe_if_not_text(std::string_view head) {
  constexpr std::string_view kExpected =
      ": expected lines of text, plain or by gzip, zstd or bzip2";
  for (const Foreign& foreign : kForeign) {
    if (head.size() > foreign.at && head.substr(foreign.at).starts_with(foreign.bytes))
      return std::string("is ")
          .append(foreign.what)
          .append(kExpected)
          .append("; try: ")
          .append(foreign.to_do);
  }
  const size_t nul = head.find('\0');
  if (nul == head.npos) return "";
  const auto nuls = std::ranges::count(head, '\0');
  const auto foreign_bytes = std::ranges::count_if(head, is_foreign_to_text);
  const auto others = static_cast<std::ptrdiff_t>(head.size()) - nuls;
  // Binary files have well over a tenth; a text with a hole has next to none.
  if (foreign_bytes * 50 < others) return "";
  return std::string("is a binary file")
      .append(kExpected)
      .append(", got a NUL byte at byte ")
      .append(std::to_string(nul))
      .append(others == 0 ? " and nothing else" : "")
      .append("; choose a log file");
}

size_t whole_lines_bytes(std::string_view head) {
  const size_t last = head.rfind('\n');
  return last == head.npos ? 0 : last + 1;
}

bool has_line(std::string_view head) {
  while (head.starts_with('#')) {
    const size_t end = head.find('\n');
    if (end == head.npos) return false;
    head.remove_prefix(end + 1);
  }
  return head.find('\n') != head.npos;
}

}  // namespace ballcone
