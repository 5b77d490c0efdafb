// Any bytes as a line of text in the format that the first byte chooses: what is kept is in order,
// and the fast decoder and the plain one agree.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/pattern.h"
#include "decode/text_formats.h"
#include "hit_checks.h"

namespace ballcone {
namespace {

Decoder opened(std::string_view format) {
  auto decoder = open_format(format);
  CHECK(decoder);
  return *std::move(decoder);
}

Decoder behind_directive(std::string_view directive) {
  auto decoder = after_directive(opened("w3c"), directive);
  CHECK(decoder && *decoder);
  return **std::move(decoder);
}

// The order is part of the corpus.
std::vector<Decoder> first_decoders() {
  return {
      opened("combined"),
      opened("common"),
      opened("vhost_combined"),
      opened("vhost_common"),
      opened("nginx_main"),
      opened("icecast"),
      opened("traefik"),
      opened("haproxy"),
      opened("alb"),
      opened("elb"),
      opened("s3"),
      opened("combined_more"),
      opened("w3c"),
      behind_directive("#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) "
                       "cs(Cookie) cs(Referer) cs-host sc-status sc-bytes time-taken"),
      behind_directive("#Fields: date time x-edge-location sc-bytes c-ip cs(Host) cs-uri "
                       "cs(Referer) cs(User-Agent) x-forwarded-for time-taken"),
      opened("[%{%d/%b/%Y:%I:%M:%S %p}t.%{usec_frac}t %{%z}t] %U%q|%{X-Forwarded-For}i|%D"),
      opened("$msec $upstream_response_time $upstream_addr $scheme://$host$request_uri "
             "\"$http_range\" $request_id"),
  };
}

// And the formats that came later, behind them.
const std::vector<Decoder>& decoders() {
  static const auto all = [] {
    std::vector<Decoder> decoders = first_decoders();
    for (const Format& format : text_formats()) {
      const bool is_there =
          std::any_of(decoders.begin(), decoders.end(),
                      [&](const Decoder& decoder) { return decoder.name == format.name; });
      if (!is_there) decoders.push_back(format.open(format));
    }
    return decoders;
  }();
  return all;
}

void check_text(std::string_view bytes) {
  if (bytes.empty()) return;
  const Decoder& decoder = decoders()[static_cast<uint8_t>(bytes[0]) % decoders().size()];
  const std::string_view line = bytes.substr(1);
  const std::string answer = checked_line(line, decoder);
  if (!decoder.name.ends_with("combined") && !decoder.name.ends_with("common")) return;
  Decoder plain = decoder;
  plain.function = decode_pattern;
  check_same(answer, checked_line(line, plain));
}

}  // namespace
}  // namespace ballcone

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ballcone::check_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
