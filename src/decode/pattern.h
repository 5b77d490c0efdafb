// A log_format of nginx or a LogFormat of Apache, as a sequence of fields and what stands between
// them; inside this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/civil_time.h"
#include "decode/field.h"
#include "decode/format.h"
#include "decode/layout.h"

namespace ballcone {

struct LinePattern : Layout {
  struct Step {
    std::string before;  // text that stands in front
    std::string name;    // as the pattern has it: "$status", "%>s"
    Field field = Field::ignored;
    bool is_quoted = false;       // `before` ends with a quote, and so begins what follows
    bool is_list = false;         // nginx: "0.001, 0.002 : 0.003"
    bool ends_at_slash = false;   // a path follows without anything between
    CivilTimeFormat time_format;  // unless empty, the field is (part of) a time so written
  };
  std::vector<Step> steps;
  std::string after;         // text behind the last field
  bool allows_rest = false;  // a line may go on behind it
  bool has_request = false;  // a line without status, method and URI is no request
};

// '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'. Variables that
// mean nothing to us are read and ignored.
Result<LinePattern> compile_nginx_pattern(std::string_view text);
// '%h %l %u %t "%r" %>s %b', with \" or without backslash; with modifiers ("%!200,304{Referer}i").
Result<LinePattern> compile_apache_pattern(std::string_view text);
// For the table of formats, by the names of decode/field.h: '$address $_ [$time_clf] "$request"'.
// "$_" is ignored, and "$rest" at the end is anything or nothing.
Result<LinePattern> compile_own_pattern(std::string_view text);

// `layout` is a LinePattern. Undoes what servers do to what they write: nginx's \x22, escape=json's
// \" and \u000a, Apache's \" and \t; bytes that are no text stay as they are written. A last field
// in quotes that was cut is kept, and the hit marked as repaired. Drops: empty, comment, malformed,
// no_time, bad_time.
std::optional<Drop> decode_pattern(std::string_view line, const Layout* layout,
                                   DecodeMemory& memory, Hit* hit);

}  // namespace ballcone
