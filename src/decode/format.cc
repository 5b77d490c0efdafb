#include "decode/format.h"

#include "decode/json_formats.h"
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
    {"caddy", "JSON from Caddy 2", kCaddyExample, open_caddy},
    {"traefik_json", "JSON from Traefik", kTraefikJsonExample, open_traefik_json},
    {"cloudfront_json", "JSON from CloudFront: standard logs of version 2, and real-time logs",
     kCloudFrontJsonExample, open_cloudfront_json},
    {"gcp", "JSON from Google Cloud's load balancers", kGcpExample, open_gcp},
    {"azure_front_door", "JSON from Azure Front Door", kAzureFrontDoorExample,
     open_azure_front_door},
    // Last of those that are JSON: it takes many keys.
    {"nginx_json", "other flat JSON, from nginx with escape=json, Apache or Logstash",
     kNginxJsonExample, open_nginx_json},
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
