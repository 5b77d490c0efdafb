// Every line of test/samples/<format>/*.log, decoded, against the .txt beside it: one line of text
// for each line of log. A .format beside it has the pattern. With BALLCONE_UPDATE_GOLDEN=1 in the
// environment the texts are written anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
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

std::string decoded_file(const fs::path& path, Decoder decoder) {
  const DecodeMemoryPtr memory = make_decode_memory();
  std::string log = read_file(path);
  const size_t size = log.size();
  log.append(kLinePadding, ' ');
  std::string out;
  for (size_t at = 0; at < size;) {
    const size_t end = std::min(log.find('\n', at), size);
    const std::string_view line = std::string_view(log).substr(at, end - at);
    if (const auto next = after_directive(decoder, line)) decoder = **next;
    out += decoded(line, decoder, *memory) + "\n";
    at = end + 1;
  }
  return out;
}

// As the file beside it says, or the name of the folder; variants of a format are named behind it:
// ballcone_extended.
std::optional<Decoder> decoder_of(const fs::path& log) {
  if (const fs::path pattern = fs::path(log).replace_extension(".format"); fs::exists(pattern)) {
    const auto decoder = open_format(trim(read_file(pattern)));
    EXPECT_TRUE(decoder) << pattern << ": " << decoder.error().message;
    return decoder ? std::optional(*decoder) : std::nullopt;
  }
  const std::string name = log.parent_path().filename();
  const Format* format = find_format(name);
  if (format == nullptr) format = find_format(name.substr(0, name.find('_')));
  return format == nullptr ? std::nullopt : std::optional(format->open(*format));
}

TEST(Samples, AreDecodedAsWrittenBesideThem) {
  const bool is_update = std::getenv("BALLCONE_UPDATE_GOLDEN") != nullptr;
  int files = 0;
  for (const auto& folder : fs::directory_iterator(BALLCONE_SOURCE_DIR "/test/samples")) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".log") continue;
      const auto decoder = decoder_of(entry.path());
      if (!decoder) continue;  // samples of something else than lines
      const fs::path want = fs::path(entry.path()).replace_extension(".txt");
      const std::string got = decoded_file(entry.path(), *decoder);
      if (is_update) std::ofstream(want, std::ios::binary) << got;
      EXPECT_EQ(got, read_file(want)) << entry.path();
      ++files;
    }
  }
  EXPECT_GE(files, 20);
}

// A folder, or a file in one: w3c/iis.log.
TEST(Samples, AreThereForEachFormat) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(BALLCONE_SOURCE_DIR "/test/samples")) {
    names.insert(entry.path().stem());
  }
  for (const Format& format : formats()) {
    EXPECT_TRUE(names.contains(std::string(format.name)))
        << "expected test/samples/" << format.name << "/*.log";
  }
}

}  // namespace
}  // namespace ballcone
