// The text of a statement, as far as it must be understood without the engine's parser. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace ballcone {

// Without white space, comments and semicolons after the last token; for statements that the
// engine has accepted.
std::string_view without_end(std::string_view statement);

// "EXPLAIN [ANALYZE] SELECT …" → bytes before SELECT; 0 for other statements.
size_t explain_bytes(std::string_view statement);

// Where the `character`-th character of UTF-8 starts.
int byte_of_character(std::string_view text, int character);

}  // namespace ballcone
