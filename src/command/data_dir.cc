#include "command/data_dir.h"

#include <filesystem>

namespace ballcone {

std::string find_data_dir() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = program.parent_path() / "share/ballcone";
  if (std::filesystem::exists(beside, error)) return beside;
  return program.parent_path().parent_path() / "share/ballcone";
}

}  // namespace ballcone
