// What an input contains, by its first bytes and not by its name.
#pragma once

#include <string>
#include <string_view>

namespace ballcone {

enum class Compression { none, gzip, zstd, bzip2 };

// True while more bytes could tell more: "\x1f" may become gzip.
bool is_too_short_to_tell(std::string_view head);
Compression find_compression(std::string_view head);
// "" if `head` can be lines of text; else what it is and what to do, for the input's name to stand
// before. Text may have NUL bytes in it: a crash leaves runs of them in a log, and
// truncating under a writer that does not append does.
std::string describe_if_not_text(std::string_view head);

// Bytes of `head` up to and with the end of its last whole line.
size_t whole_lines_bytes(std::string_view head);
// True if a whole line that does not begin with # is there.
bool has_line(std::string_view head);

}  // namespace ballcone
