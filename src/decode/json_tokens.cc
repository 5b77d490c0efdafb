#include "decode/json_tokens.h"

// Errors are values here.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <algorithm>

#include "base/check.h"
#include "decode/format.h"

namespace ballcone {

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

// The library's first stage alone: walking its tokens ourselves skips what nobody asks for at the
// price of counting braces, while its On-Demand iterators checked each token twice.
struct JsonTokens::Finder {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
};

JsonTokens::JsonTokens() = default;
JsonTokens::~JsonTokens() = default;

std::span<const uint32_t> JsonTokens::find(std::string_view line) {
  constexpr size_t kCapacityMin = 16 << 10;
  if (!finder_) {
    finder_ = std::make_unique<Finder>();
    // Its depth is of the second stage, which is not run.
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        kCapacityMin, 1, finder_->stages);
    CHECK(error == simdjson::SUCCESS);
  }
  auto& stages = *finder_->stages;
  if (line.size() > stages.capacity()) {
    CHECK(stages.set_capacity(std::max(line.size(), stages.capacity() * 2)) == simdjson::SUCCESS);
  }
  const auto error = stages.stage1(reinterpret_cast<const uint8_t*>(line.data()), line.size(),
                                   simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return {};
  return {stages.structural_indexes.get(), stages.n_structural_indexes};
}

}  // namespace ballcone
