// What an input's lines say about the others: what it begins with, and its directives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decode/format.h"
#include "source/lines.h"

namespace ballcone {

// Its lines without their ends; the last one may be cut.
std::vector<std::string_view> lines_of(std::string_view head);
// From the first line that is no comment on: headers of equal text are no mark of identity.
std::string_view without_comments(std::string_view head);
// Which service a log file's name speaks of: "/var/log/nginx/example.com-access.log.2.gz" →
// "example.com", "access.log" → "default".
std::string service_of_file(std::string_view name);

// Makes of `*decoder` what decodes the lines behind it, if it is a directive for that decoder.
void apply_directive(std::string_view line, Decoder* decoder);
void apply_directives(const Lines& lines, Decoder* decoder);

}  // namespace ballcone
