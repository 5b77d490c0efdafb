#include "decode/format.h"

#include "decode/memory.h"
#include "decode/nginx_json.h"

namespace ballcone {
namespace {

constexpr Format kFormats[] = {
    {"ballcone", "JSON from nginx, the original log_format or the extended one of the /nginx page",
     decode_nginx_json},
};

}  // namespace

void DecodeMemoryDeleter::operator()(DecodeMemory* memory) const { delete memory; }
DecodeMemoryPtr make_decode_memory() { return DecodeMemoryPtr(new DecodeMemory); }

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace ballcone
