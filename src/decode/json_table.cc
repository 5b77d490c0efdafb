#include "decode/json_table.h"

#include <algorithm>

#include "decode/same_text.h"

namespace ballcone {
namespace {

// Length, outer letters and the middle one tell nearly all keys of a log apart.
uint32_t hash_of(uint16_t parent, std::string_view name) {
  const auto at = [&](size_t i) { return static_cast<uint64_t>(static_cast<uint8_t>(name[i])); };
  const size_t last = name.size() - 1;
  const uint64_t letters = at(0) | at(last) << 8 | at(last / 2) << 16;
  const uint64_t shape = static_cast<uint64_t>(name.size()) | static_cast<uint64_t>(parent) << 16;
  return static_cast<uint32_t>((letters | shape << 24) * 0x9e37'79b9'7f4a'7c15U >> 32);
}

uint8_t tag_of(uint32_t hash) { return static_cast<uint8_t>(hash >> 24 | 1); }

// The path up to the next full stop that belongs to no key, with its backslashes undone.
std::string next_name(std::string_view& path) {
  std::string name;
  size_t i = 0;
  for (; i < path.size() && path[i] != '.'; ++i) {
    if (path[i] == '\\' && i + 1 < path.size()) ++i;
    name += path[i];
  }
  path.remove_prefix(std::min(i + 1, path.size()));
  return name;
}

}  // namespace

const JsonTable::Step* JsonTable::find(uint16_t parent, std::string_view name) const {
  if (name.empty()) return nullptr;
  const uint32_t hash = hash_of(parent, name);
  const uint8_t tag = tag_of(hash);
  for (uint32_t at = hash & mask_; tags_[at] != 0; at = (at + 1) & mask_) {
    if (tags_[at] != tag) continue;
    const Step& step = steps_[at];
    if (step.parent == parent && is_same_text(step.name, name)) return &step;
  }
  return nullptr;
}

JsonTable::Step& JsonTable::place(uint16_t parent, std::string_view name) {
  if ((step_count_ + 1) * 4 > steps_.size()) grow();
  const uint32_t hash = hash_of(parent, name);
  uint32_t at = hash & mask_;
  while (tags_[at] != 0 && (steps_[at].parent != parent || steps_[at].name != name)) {
    at = (at + 1) & mask_;
  }
  if (tags_[at] == 0) {
    tags_[at] = tag_of(hash);
    steps_[at] = {.parent = parent, .name = std::string(name)};
    ++step_count_;
  }
  return steps_[at];
}

void JsonTable::grow() {
  std::vector<Step> old(std::max<size_t>(64, steps_.size() * 2));
  old.swap(steps_);
  tags_.assign(steps_.size(), 0);
  mask_ = static_cast<uint32_t>(steps_.size() - 1);
  step_count_ = 0;
  for (Step& step : old) {
    if (!step.name.empty()) place(step.parent, step.name) = step;
  }
}

Result<uint16_t> JsonTable::add(std::string_view path, Key key) {
  if (keys_.size() == kKeysMax) {
    return failure("expected at most " + std::to_string(kKeysMax) + " keys; leave '" +
                   std::string(path) + "' out");
  }
  uint16_t parent = 0;
  std::string_view rest = path;
  while (true) {
    const std::string name = next_name(rest);
    if (name.empty()) {
      return failure("expected keys with a full stop between, such as client.ip, got '" +
                     std::string(path) + "'");
    }
    // The first element is what counts of an array anyway.
    if (rest == "0") rest = {};
    if (rest.starts_with("0.")) rest.remove_prefix(2);
    Step& step = place(parent, name);
    if (rest.empty()) {
      if (step.key != kNone) return step.key;  // whichever row came first
      step.key = static_cast<uint16_t>(keys_.size());
      const bool is_request =
          key.field == Field::request || key.field == Field::uri || key.field == Field::path;
      if (is_request && request_path_.empty()) request_path_ = path;
      keys_.push_back(key);
      return step.key;
    }
    if (step.inside == 0) step.inside = object_count_++;
    parent = step.inside;
  }
}

Result<JsonTable> JsonTable::compile(std::span<const JsonKey> keys) {
  JsonTable table;
  table.grow();
  for (const JsonKey& key : keys) {
    const auto added = table.add(key.path, {key.field, key.reading});
    if (!added) return tl::unexpected(added.error());
  }
  return table;
}

Result<JsonTable> JsonTable::only(std::string_view path, std::string_view start) && {
  const auto key = add(path, {});
  if (!key) return tl::unexpected(key.error());
  only_key_ = *key;
  only_start_ = start;
  return std::move(*this);
}

}  // namespace ballcone
