// Runs a fuzz target over the files of the folders it is given, without libFuzzer. Beginnings are
// tried too, since what a relay has cut is what a decoder meets most often.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int count, char** folders) {
  constexpr size_t kBeginningsMax = 512;
  int files = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(folders[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
      LLVMFuzzerTestOneInput(data, bytes.size());
      const size_t step = bytes.size() / kBeginningsMax + 1;
      for (size_t size = 0; size < bytes.size(); size += step) LLVMFuzzerTestOneInput(data, size);
      ++files;
    }
  }
  std::printf("%d files replayed\n", files);
  return files == 0;
}
