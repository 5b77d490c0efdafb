// What servers write for bytes that may not stand in a line of text; inside this room only.
#pragma once

#include <string_view>

#include "decode/memory.h"

namespace ballcone {

// Which bytes a line has, found in one pass over it.
struct LineBytes {
  bool has_backslash = false;
  bool has_nul = false;
  bool is_ascii = true;
};
LineBytes bytes_of(std::string_view line);

// Undoes \x22, \" \\ \/ \b \f \n \r \t \v and \u000a (up to \u00ff, which is all that nginx
// writes so); another backslash stands for itself. The result is in the text or in `memory`, of
// which it takes no more than the text's size. Where the bytes are no UTF-8, or a NUL is among
// them, all of the text stays as it is written.
std::string_view unescape(std::string_view text, TextMemory* memory);

}  // namespace ballcone
