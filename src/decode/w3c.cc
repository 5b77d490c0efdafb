#include "decode/w3c.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "decode/hit_builder.h"
#include "decode/text_escapes.h"

namespace ballcone {
namespace {

struct Name {
  std::string_view name;
  Field field;
};
// Lower case. The names that IIS, CloudFront, and other servers with this format use.
constexpr Name kNames[] = {
    {"date", Field::date},
    {"time", Field::time_of_day},
    {"c-ip", Field::address},
    {"x-forwarded-for", Field::forwarded_for},
    {"cs(x-forwarded-for)", Field::forwarded_for},
    {"cs-method", Field::method},
    {"cs-uri-stem", Field::path},
    {"cs-uri-query", Field::query},
    {"cs-uri", Field::uri},
    {"cs-version", Field::protocol},
    {"cs-protocol-version", Field::protocol},
    {"cs-protocol", Field::scheme},
    {"x-host-header", Field::host},
    {"cs-host", Field::host},
    {"cs(host)", Field::host},
    {"sc-status", Field::status},
    {"sc-bytes", Field::bytes},
    {"time-taken", Field::duration_ms},
    {"cs(user-agent)", Field::user_agent_encoded},
    {"cs(referer)", Field::referrer_encoded},
    {"sc-content-type", Field::content_type},
    {"x-edge-result-type", Field::cache_status},
    {"x-edge-location", Field::edge_location},
    {"cs(range)", Field::range},
    {"sc-range-start", Field::range_start},
};

Field field_of(std::string_view name) {
  for (const Name& known : kNames) {
    if (equal_ignoring_case(known.name, name)) return known.field;
  }
  return Field::ignored;
}

bool is_separator(char c) { return c == ' ' || c == '\t'; }

// The next field of `rest`, without its quotes. Where a field is separated by tabs, an empty one is
// possible; of spaces there may be several.
std::string_view take_text(std::string_view& rest, char separator) {
  if (separator == ' ') {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  // IIS quotes what has spaces, cookies for example; a quote within is doubled.
  if (rest.starts_with('"')) {
    for (size_t end = rest.find('"', 1); end != rest.npos; end = rest.find('"', end + 1)) {
      if (rest.substr(end + 1).starts_with('"')) {
        ++end;
        continue;
      }
      if (end + 1 < rest.size() && rest[end + 1] != separator) continue;
      const std::string_view text = rest.substr(1, end - 1);
      rest.remove_prefix(std::min(end + 2, rest.size()));
      return text;
    }
  }
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return text;
}

std::string_view without_line_end(std::string_view line) {
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

std::optional<Drop> read_fields(std::string_view line, const W3cLayout& layout, HitBuilder& builder,
                                DecodeMemory& memory) {
  const char separator = line.find('\t') == line.npos ? ' ' : '\t';
  std::string_view rest = line;
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    if (rest.empty() && i > 0) {
      memory.mismatch = {line.size(),
                         fmt::format("{} behind {}", layout.names[i], layout.names[i - 1])};
      return Drop::malformed;
    }
    const std::string_view text = take_text(rest, separator);
    if (layout.fields[i] != Field::ignored) {
      builder.set(layout.fields[i], text == "-" ? std::string_view() : text);
    }
  }
  if (!rest.empty()) {
    memory.mismatch = {line.size() - rest.size(), "the line's end: #Fields has no more names"};
    return Drop::malformed;
  }
  return builder.finish();
}

}  // namespace

Result<W3cLayout> compile_w3c_fields(std::string_view line) {
  W3cLayout layout;
  std::string_view rest = line.substr(std::min(line.find(':'), line.size() - 1) + 1);
  bool has_host_header = false;
  bool is_cloudfront = false;
  while (!(rest = trim(rest)).empty()) {
    const auto end = std::find_if(rest.begin(), rest.end(), is_separator);
    const std::string_view name = rest.substr(0, static_cast<size_t>(end - rest.begin()));
    rest.remove_prefix(name.size());
    layout.names.emplace_back(name);
    layout.fields.push_back(field_of(name));
    has_host_header = has_host_header || equal_ignoring_case(name, "x-host-header");
    is_cloudfront = is_cloudfront || name.starts_with("x-edge-");
  }
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    Field& field = layout.fields[i];
    // CloudFront's cs(Host) is the distribution's name; what the browser asked for stands beside.
    if (field == Field::host && has_host_header && layout.names[i] != "x-host-header") {
      field = Field::ignored;
    }
    // IIS measures milliseconds, CloudFront seconds.
    if (field == Field::duration_ms && is_cloudfront) field = Field::duration_s;
    // A second field of the same meaning would win.
    if (std::find(layout.fields.begin(), layout.fields.begin() + static_cast<ptrdiff_t>(i),
                  field) != layout.fields.begin() + static_cast<ptrdiff_t>(i)) {
      field = Field::ignored;
    }
  }
  for (const std::string_view needed : {"date", "time"}) {
    if (std::find(layout.fields.begin(), layout.fields.end(), field_of(needed)) ==
        layout.fields.end()) {
      return failure(fmt::format("expected '{}' among the names of #Fields", needed));
    }
  }
  return layout;
}

// 2026-11-23 12:00:00 W3SVC1 192.0.2.1 GET /a b=c 443 - 192.0.2.7 HTTP/2 Mozilla/5.0+(X11) - 200 15
std::optional<Drop> decode_w3c(std::string_view line, const Layout* layout, DecodeMemory& memory,
                               Hit* hit) {
  line = without_line_end(line);
  memory.mismatch = {0, "a request"};
  if (line.find_first_not_of(" \t") == line.npos) return Drop::empty;
  if (line[0] == '#') return Drop::comment;
  if (layout == nullptr) {
    memory.mismatch = {0, "a line '#Fields: date time …' first, which says what the others hold"};
    return Drop::malformed;
  }
  const LineBytes bytes = bytes_of(line);
  const bool is_repaired = bytes.has_nul || (!bytes.is_ascii && !is_utf8(line));
  if (is_repaired) {
    memory.line.clear();
    append_repaired_utf8(line, &memory.line);
    line = memory.line;
  }
  HitBuilder builder(line, memory, hit);
  if (is_repaired) builder.mark_repaired();
  return read_fields(line, static_cast<const W3cLayout&>(*layout), builder, memory);
}

}  // namespace ballcone
