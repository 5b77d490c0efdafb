#include "source/rotated.h"

#include <algorithm>
#include <filesystem>
#include <functional>

namespace ballcone {
namespace {

constexpr size_t kFilesMax = 64;

// ".1", "-20261123", "-2026-11-23T12:00", "_1763900000"
bool is_rotation_mark(std::string_view mark) {
  constexpr std::string_view kSeparators = ".-_";
  constexpr std::string_view kDigits = "0123456789";
  return mark.size() >= 2 && kSeparators.find(mark.front()) != mark.npos &&
         kDigits.find(mark[1]) != mark.npos &&
         mark.find_first_not_of("0123456789.-_:T") == mark.npos;
}

struct RotatedName {
  std::string path;
  FileIdentity identity;
  int64_t modified_ns = 0;
  bool operator==(const RotatedName& other) const {
    return path == other.path && identity == other.identity;
  }
};

// By name.
std::vector<RotatedName> list_rotated(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path of(path);
  const fs::path folder = of.has_parent_path() ? of.parent_path() : fs::path(".");
  std::vector<RotatedName> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat info {};
    if (!is_rotated_name(entry->path().filename().string(), of.filename().string()) ||
        stat(entry->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode))
      continue;
    names.push_back({entry->path().string(), identity_of(info),
                     int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec});
  }
  std::ranges::sort(names, std::greater<>(), &RotatedName::modified_ns);
  if (names.size() > kFilesMax) names.resize(kFilesMax);
  std::ranges::sort(names, {}, &RotatedName::path);
  return names;
}

}  // namespace

bool is_rotated_name(std::string_view name, std::string_view of) {
  if (name.starts_with(of)) return is_rotation_mark(name.substr(of.size()));
  const size_t dot = of.rfind('.');
  if (dot == of.npos || dot == 0) return false;
  const std::string_view stem = of.substr(0, dot);
  const std::string_view extension = of.substr(dot);
  if (name.size() <= of.size() || !name.starts_with(stem) || !name.ends_with(extension))
    return false;
  return is_rotation_mark(name.substr(stem.size(), name.size() - of.size()));
}

std::vector<std::unique_ptr<FollowedBytes>> open_rotated(const std::string& path) {
  // A rotation shifts some names and is done in a moment.
  constexpr int kTriesMax = 10;
  std::vector<std::unique_ptr<FollowedBytes>> files;
  for (int i = 0; i < kTriesMax; ++i) {
    const auto names = list_rotated(path);
    files.clear();
    bool is_still = true;
    for (const RotatedName& name : names) {
      files.push_back(FollowedBytes::open(name.path));
      is_still &= files.back() != nullptr && files.back()->identity() == name.identity;
    }
    if (is_still && list_rotated(path) == names) break;
  }
  std::erase(files, nullptr);
  std::ranges::stable_sort(files, {}, [](const auto& file) { return file->modified_ns(); });
  return files;
}

}  // namespace ballcone
