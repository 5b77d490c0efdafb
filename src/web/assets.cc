#include "web/assets.h"

namespace ballcone {

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : all_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace ballcone
