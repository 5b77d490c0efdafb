#include "decode/format.h"

#include "decode/memory.h"
#include "decode/nginx_json.h"

namespace ballcone {
namespace {

Decoder open_ballcone(const Format& format) {
  return {std::string(format.name), decode_nginx_json, nullptr};
}

constexpr Format kFormats[] = {
    {"ballcone", "JSON from nginx, the original log_format or the extended one of the /nginx page",
     R"({"service": "example", "ip": "192.0.2.7", "host": "example.com", "path": "/a?b=c", )"
     R"("status": "200", "referrer": "", "user_agent": "curl/8", "length": 142, )"
     R"("generation_time_milli": 0.003, "date": "2026-11-23T13:20:33+01:00"})",
     open_ballcone},
};

}  // namespace

void DecodeMemoryDeleter::operator()(DecodeMemory* memory) const { delete memory; }
Mismatch last_mismatch(const DecodeMemory& memory) { return memory.mismatch; }
DecodeMemoryPtr make_decode_memory() { return DecodeMemoryPtr(new DecodeMemory); }

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace ballcone
