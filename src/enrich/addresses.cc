#include "enrich/addresses.h"

#include "enrich/ahead.h"

namespace ballcone {

const ParsedAddresses& parsed_addresses(const HitBatch& batch, EnrichContext& context) {
  ParsedAddresses& parsed = context.parsed_addresses;
  if (!parsed.empty()) return parsed;
  const std::vector<std::string_view>& texts = batch.address.distinct();
  parsed.reserve(texts.size());
  for (size_t code = 0; code < texts.size(); ++code) {
    fetch_ahead(texts, code);
    parsed.push_back(parse_ip(texts[code]));
  }
  return parsed;
}

}  // namespace ballcone
