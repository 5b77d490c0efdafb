// Every line of test/samples/<format>/*.log, decoded, against the .txt beside it: one line of text
// for each line of log. With BALLCONE_UPDATE_GOLDEN=1 in the environment the texts are written
// anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "decode/format.h"
#include "decode/syslog.h"

namespace ballcone {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string decoded(std::string_view line, const Decoder& decoder, DecodeMemory& memory) {
  if (line.starts_with('<')) {
    const auto payload = syslog_payload(line);
    if (!payload) return std::string(text_of(Drop::no_payload).name);
    line = *payload;
  }
  Hit hit;
  const auto drop = decoder.decode(line, memory, &hit);
  return drop ? std::string(text_of(*drop).name) : to_string(hit);
}

std::string decoded_file(const fs::path& path, const Decoder& decoder) {
  const DecodeMemoryPtr memory = make_decode_memory();
  std::string log = read_file(path);
  const size_t size = log.size();
  log.append(kLinePadding, ' ');
  std::string out;
  for (size_t at = 0; at < size;) {
    const size_t end = std::min(log.find('\n', at), size);
    out += decoded(std::string_view(log).substr(at, end - at), decoder, *memory) + "\n";
    at = end + 1;
  }
  return out;
}

TEST(Samples, AreDecodedAsWrittenBesideThem) {
  const bool is_update = std::getenv("BALLCONE_UPDATE_GOLDEN") != nullptr;
  int files = 0;
  for (const auto& folder : fs::directory_iterator(BALLCONE_SOURCE_DIR "/test/samples")) {
    // Variants of a format are named behind it: ballcone_extended.
    const std::string name = folder.path().filename();
    const Format* format = find_format(name);
    if (format == nullptr) format = find_format(name.substr(0, name.find('_')));
    if (format == nullptr) continue;  // samples of something else than lines
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".log") continue;
      const fs::path want = fs::path(entry.path()).replace_extension(".txt");
      const std::string got = decoded_file(entry.path(), format->open(*format));
      if (is_update) std::ofstream(want, std::ios::binary) << got;
      EXPECT_EQ(got, read_file(want)) << entry.path();
      ++files;
    }
  }
  EXPECT_GE(files, 4);
}

}  // namespace
}  // namespace ballcone
