// The W3C extended log format (www.w3.org/TR/WD-logfile.html), in which a line "#Fields: …" says
// what the next ones hold: IIS and CloudFront's standard logs. Inside this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/field.h"
#include "decode/format.h"
#include "decode/layout.h"

namespace ballcone {

struct W3cLayout : Layout {
  std::vector<Field> fields;
  std::vector<std::string> names;
};

// "#Fields: date time c-ip cs-method cs-uri-stem …". The error says which field is missing.
Result<W3cLayout> compile_w3c_fields(std::string_view line);

// `layout` is a W3cLayout, or null before the first #Fields line: all lines are then malformed.
// Fields are separated by tabs or spaces, and may be in quotes; times are UTC.
std::optional<Drop> decode_w3c(std::string_view line, const Layout* layout, DecodeMemory& memory,
                               Hit* hit);

}  // namespace ballcone
