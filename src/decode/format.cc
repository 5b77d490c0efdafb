#include "decode/format.h"

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json_formats.h"
#include "decode/json_keyed.h"
#include "decode/json_mapping.h"
#include "decode/memory.h"
#include "decode/pattern.h"
#include "decode/text_formats.h"
#include "decode/w3c.h"

namespace ballcone {
namespace {

template <class T>
Result<Decoder> made(std::string_view name, DecodeFunction function, Result<T> layout) {
  if (!layout) return tl::unexpected(layout.error());
  return Decoder{std::string(name), function, std::make_shared<const T>(*std::move(layout))};
}

}  // namespace

void DecodeMemoryDeleter::operator()(DecodeMemory* memory) const { delete memory; }
DecodeMemoryPtr make_decode_memory() { return DecodeMemoryPtr(new DecodeMemory); }
Mismatch last_mismatch(const DecodeMemory& memory) { return memory.mismatch; }

std::span<const Format> formats() {
  static const std::vector<Format> all = [] {
    std::vector<Format> formats;
    for (const auto& some : {json_formats(), text_formats()}) {
      formats.insert(formats.end(), some.begin(), some.end());
    }
    return formats;
  }();
  return all;
}

const Format* find_format(std::string_view name) {
  for (const Format& format : formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

Result<Decoder> open_format(std::string_view text) {
  if (const Format* format = find_format(text)) return format->open(*format);
  const std::string_view trimmed = trim(text);
  if (trimmed.starts_with("json:")) {
    return made(text, decode_keyed_json, parse_json_mapping(trimmed));
  }
  if (trimmed.find('$') != text.npos) {
    return trimmed.starts_with('{') ? made(text, decode_keyed_json, json_pattern(trimmed))
                                    : made(text, decode_pattern, compile_nginx_pattern(text));
  }
  if (trimmed.find('%') != text.npos) {
    return made(text, decode_pattern, compile_apache_pattern(text));
  }
  std::string names;
  for (const Format& format : formats()) names += fmt::format(" {}", format.name);
  return failure(
      fmt::format("expected a format, got '{}'. There are:{}; or give nginx's log_format "
                  "('$remote_addr …'), Apache's LogFormat ('%h …') or a mapping of JSON "
                  "keys ('json:address=client.ip,time=ts,uri=url')",
                  text, names));
}

std::optional<Result<Decoder>> after_directive(const Decoder& decoder, std::string_view line) {
  constexpr std::string_view kFields = "#Fields:";
  if (decoder.function != decode_w3c ||
      !equal_ignoring_case(line.substr(0, kFields.size()), kFields)) {
    return std::nullopt;
  }
  auto next = made(decoder.name, decode_w3c, compile_w3c_fields(line));
  if (next) next->has_directives = true;
  return next;
}

}  // namespace ballcone
