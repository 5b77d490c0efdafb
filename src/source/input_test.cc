#include "source/input.h"

#include <bzlib.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <functional>
#include <random>
#include <thread>

namespace ballcone {
namespace {

using namespace std::string_literals;

constexpr size_t kLinesBytes = 256 << 10;

// ---- compressed files, made by the libraries; one member each

std::string to_gzip(const std::string& content) {
  std::string out(content.size() + content.size() / 2 + 1024, '\0');
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uint32_t>(content.size());
  stream.next_out = reinterpret_cast<uint8_t*>(out.data());
  stream.avail_out = static_cast<uint32_t>(out.size());
  stream.end_of_stream = 1;
  stream.flush = NO_FLUSH;
  stream.gzip_flag = IGZIP_GZIP;
  EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
  out.resize(stream.total_out);
  return out;
}

std::string to_zstd(const std::string& content) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context.get(), out.data(), out.size(), content.data(), content.size()));
  return out;
}

std::string to_bzip2(const std::string& content) {
  std::string out(content.size() + content.size() / 50 + 1024, '\0');
  auto size = static_cast<unsigned>(out.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(content.data()),
                                     static_cast<unsigned>(content.size()), 9, 0, 0),
            BZ_OK);
  out.resize(size);
  return out;
}

struct NamedCodec {
  const char* name;
  std::function<std::string(const std::string&)> compress;
};
const NamedCodec kCodecs[] = {{"gzip", to_gzip}, {"zstd", to_zstd}, {"bzip2", to_bzip2}};

// ---- inputs

int file_of(std::string_view content) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  EXPECT_EQ(write(file, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  lseek(file, 0, SEEK_SET);
  return file;
}

std::unique_ptr<Input> open_content(std::string_view content) {
  auto input = open_input(file_of(content), "access.log");
  EXPECT_TRUE(input.has_value()) << input.error().message;
  return input ? std::move(*input) : nullptr;
}

std::string open_error(std::string_view content) {
  auto input = open_input(file_of(content), "access.log");
  return input ? "" : input.error().message;
}

struct ReadAll {
  std::vector<std::string> lines;
  std::vector<Range> ranges;
  std::string error;
};

ReadAll read_all(Input& input, size_t lines_bytes = kLinesBytes) {
  ReadAll all;
  Lines lines(lines_bytes);
  for (;;) {
    lines.clear();
    Range range;
    const auto end = input.read(&lines, &range, 1000);
    if (!end) {
      EXPECT_EQ(lines.count(), 0u);
      all.error = end.error().message;
      return all;
    }
    for (size_t i = 0; i < lines.count(); ++i) {
      all.lines.emplace_back(lines.line(i));
      // The padding may be read.
      volatile char last = lines.line(i).data()[lines.line(i).size() + Lines::kPadding - 1];
      static_cast<void>(last);
    }
    if (*end == Input::End::more) all.ranges.push_back(range);
    EXPECT_EQ(lines.count() > 0, *end == Input::End::more);
    if (*end == Input::End::end) return all;
  }
}

ReadAll read_all(std::string_view content) {
  const auto input = open_content(content);
  return input ? read_all(*input) : ReadAll{};
}

// The same, one byte after the other.
std::vector<std::string> plain_split(std::string_view content) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : content) {
    line += c;
    if (c != '\n') continue;
    line.pop_back();
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line.substr(0, kLineBytesMax + 1));
    line.clear();
  }
  if (!line.empty()) lines.push_back(line.substr(0, kLineBytesMax + 1));
  return lines;
}

std::string random_text(std::mt19937& random, size_t lines, size_t line_bytes_max) {
  std::string text = "x";  // NUL bytes at the beginning would be a hole
  for (size_t i = 0; i < lines; ++i) {
    const size_t size = random() % line_bytes_max;
    for (size_t k = 0; k < size; ++k) text += "abc \r\t\"#\0x"[random() % 10];
    text += random() % 4 == 0 ? "\r\n" : "\n";
  }
  if (random() % 2 == 0) text += "no line end";
  return text;
}

TEST(Input, SplitsContentIntoLines) {
  const struct {
    std::string content;
    std::vector<std::string> lines;
  } cases[] = {
      {"", {}},
      {"\n", {""}},
      {"one", {"one"}},
      {"one\n", {"one"}},
      {"one\ntwo", {"one", "two"}},
      {"one\r\ntwo\r\n", {"one", "two"}},
      {"one\rtwo\r\r\n\n", {"one\rtwo\r", ""}},
      {"one\r", {"one\r"}},
      {"a\0b\n\0\n"s, {"a\0b"s, "\0"s}},
  };
  for (const auto& [content, lines] : cases) {
    const ReadAll all = read_all(content);
    EXPECT_EQ(all.lines, lines) << content;
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.ranges.size(), content.empty() ? 0u : 1u);
    if (!content.empty()) {
      EXPECT_EQ(all.ranges[0], (Range{0, content.size()}));
    }
  }
}

TEST(Input, SplitsLikeAPlainSplitterWhateverTheReads) {
  std::mt19937 random(1);
  for (int round = 0; round < 30; ++round) {
    const std::string text = random_text(random, 200, round % 3 == 0 ? 3000 : 300);
    for (const auto& compress :
         {std::function<std::string(const std::string&)>([](const std::string& s) { return s; }),
          kCodecs[0].compress, kCodecs[1].compress, kCodecs[2].compress}) {
      const auto input = open_content(compress(text));
      ASSERT_NE(input, nullptr);
      // Random sizes of blocks move every border.
      const ReadAll all = read_all(*input, kLineBytesMax + 2 + random() % 3000);
      EXPECT_EQ(all.lines, plain_split(text));
      EXPECT_EQ(all.error, "");
      uint64_t position = 0;
      for (const Range& range : all.ranges) {
        EXPECT_EQ(range.begin, position);
        position = range.end;
      }
      EXPECT_EQ(position, text.size());
    }
  }
}

TEST(Input, ReadsAPipeWhateverThePieces) {
  std::mt19937 random(2);
  for (const NamedCodec& codec : kCodecs) {
    const std::string text = random_text(random, 300, 500);
    const std::string compressed = codec.compress(text) + codec.compress(text);
    for (const std::string& content : {text + "\n" + text, compressed}) {
      int ends[2];
      ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
      std::thread writer([&, seed = random()] {
        std::mt19937 sizes(seed);
        for (size_t at = 0; at < content.size();) {
          const size_t size = std::min<size_t>(content.size() - at, 1 + sizes() % 4000);
          EXPECT_EQ(write(ends[1], content.data() + at, size), static_cast<ssize_t>(size));
          at += size;
        }
        close(ends[1]);
      });
      auto input = open_input(ends[0], "-");
      ASSERT_TRUE(input.has_value());
      const auto head = (*input)->head();
      ASSERT_TRUE(head.has_value());
      EXPECT_FALSE(head->empty());
      const ReadAll all = read_all(**input);
      writer.join();
      EXPECT_EQ(all.error, "");
      EXPECT_EQ(all.lines, plain_split(content == compressed ? text + text : content));
    }
  }
}

TEST(Input, SaysThatAPipeHasNothingAndDeliversWhatIsWhole) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  auto input = *open_input(ends[0], "-");
  Lines lines(kLinesBytes);
  Range range;
  EXPECT_EQ(*input->read(&lines, &range, 0), Input::End::waiting);
  ASSERT_EQ(write(ends[1], "one\ntw", 6), 6);
  EXPECT_EQ(*input->read(&lines, &range, 10'000), Input::End::more);
  EXPECT_EQ(lines.count(), 1u);
  EXPECT_EQ(range, (Range{0, 4}));
  lines.clear();
  EXPECT_EQ(*input->read(&lines, &range, 1), Input::End::waiting);
  ASSERT_EQ(write(ends[1], "o", 1), 1);
  close(ends[1]);
  EXPECT_EQ(*input->read(&lines, &range, 10'000), Input::End::more);
  EXPECT_EQ(lines.line(0), "two");
  EXPECT_EQ(range, (Range{4, 7}));
  lines.clear();
  EXPECT_EQ(*input->read(&lines, &range, 0), Input::End::end);
  EXPECT_EQ(input->file_bytes(), 0u);
  EXPECT_EQ(input->file_bytes_read(), 7u);
}

TEST(Input, StopsWaitingForTheHeadOfAPipe) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  auto input = *open_input(ends[0], "-");
  ASSERT_EQ(write(ends[1], "#Fields: date\nha", 16), 16);
  const std::atomic<bool> is_stopping = true;
  EXPECT_EQ(*input->head(&is_stopping), "#Fields: date\nha");
  close(ends[1]);
}

TEST(Input, ShowsTheHeadWithoutTakingIt) {
  const std::string text = "#Version: 1.0\r\none\ntwo\n";
  for (const auto& content : {text, to_gzip(text), to_zstd(text), to_bzip2(text)}) {
    const auto input = open_content(content);
    EXPECT_EQ(*input->head(), text);
    EXPECT_EQ(*input->head(), text);
    EXPECT_EQ(read_all(*input).lines, plain_split(text));
    EXPECT_EQ(input->file_bytes(), content.size());
    EXPECT_EQ(input->file_bytes_read(), content.size());
  }
  const auto input = open_content(std::string(3 * kHeadBytesMax, 'x'));
  EXPECT_EQ(input->head()->size(), kHeadBytesMax);
}

TEST(Input, CutsLongLinesAndKeepsItsMemory) {
  const std::string just_fits(kLineBytesMax, 'a');
  const std::string too_long(kLineBytesMax + 1, 'b');
  const std::string million(1 << 20, 'c');
  const std::string text = just_fits + "\r\n" + too_long + "\n" + million + "\nshort\n" + million +
                           million + "\r\nshort\n" + million;
  for (const auto& content : {text, to_gzip(text)}) {
    const auto input = open_content(content);
    const ReadAll all = read_all(*input, 100'000);
    EXPECT_EQ(all.lines, plain_split(text));
    uint64_t position = 0;
    for (const Range& range : all.ranges)
      EXPECT_EQ(std::exchange(position, range.end), range.begin);
    EXPECT_EQ(position, text.size());
  }
}

TEST(Input, ReadsSeveralMembersAndZerosBehindThem) {
  for (const NamedCodec& codec : kCodecs) {
    const std::string content =
        codec.compress("one\ntw") + codec.compress("") + codec.compress("o\nthree\n");
    const ReadAll all = read_all(content);
    EXPECT_EQ(all.lines, (std::vector<std::string>{"one", "two", "three"})) << codec.name;
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(read_all(content + std::string(1000, '\0')).error, "");
    EXPECT_EQ(read_all(codec.compress("")).error, "");
  }
  // pzstd writes the length of each frame into a frame to be skipped.
  const std::string frame = to_zstd("one\n");
  EXPECT_EQ(read_all("\x50\x2a\x4d\x18\x04\0\0\0\x0d\0\0\0"s + frame).lines,
            std::vector<std::string>{"one"});
}

TEST(Input, TellsThatCompressedDataIsCutOffAtAnyByte) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "line " + std::to_string(i * i * 7919) + "\n";
  const auto lines = plain_split(text);
  for (const NamedCodec& codec : kCodecs) {
    const std::string whole = codec.compress(text) + codec.compress(text);
    const size_t first_member = codec.compress(text).size();
    for (size_t size = 12; size < whole.size(); ++size) {
      auto input = open_input(file_of(std::string_view(whole).substr(0, size)), "a.gz");
      ReadAll all;
      if (input) {
        all = read_all(**input);
      } else {
        all.error = input.error().message;
      }
      if (size == first_member) {
        EXPECT_EQ(all.error, "");
      } else {
        EXPECT_NE(all.error.find("a.gz is cut off: expected the rest of a "s + codec.name +
                                 " member after byte " + std::to_string(size)),
                  all.error.npos)
            << all.error;
      }
      // Only lines that are there, and all of the member that is whole.
      ASSERT_LE(all.lines.size(), 2 * lines.size());
      EXPECT_GE(all.lines.size(), size >= first_member ? lines.size() : 0);
      for (size_t i = 0; i < all.lines.size(); ++i)
        EXPECT_EQ(all.lines[i], lines[i % lines.size()]);
    }
  }
}

TEST(Input, NoticesDamageAtAnyByteOrReadsTheSame) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "line " + std::to_string(i * i * 7919) + "\n";
  for (const NamedCodec& codec : kCodecs) {
    const std::string whole = codec.compress(text);
    int errors = 0;
    for (size_t at = 0; at < whole.size(); ++at) {
      for (const int bit : {1, 0x80}) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ bit);
        auto input = open_input(file_of(damaged), "a.gz");
        if (!input) {
          ++errors;
          continue;
        }
        const ReadAll all = read_all(**input);
        errors += all.error.empty() ? 0 : 1;
        // Without its magic it is text that nobody knows.
        EXPECT_TRUE(!all.error.empty() || at < 10 || all.lines == plain_split(text)) << at;
      }
    }
    EXPECT_GT(errors, static_cast<int>(whole.size())) << codec.name;
  }
}

TEST(Input, DeliversWhatIsBeforeTheDamage) {
  std::string damaged = to_gzip("one\ntwo\nthr");
  damaged[damaged.size() - 6] ^= 1;  // the checksum
  const ReadAll all = read_all(to_gzip("zero\n") + damaged);
  EXPECT_EQ(all.lines, (std::vector<std::string>{"zero", "one", "two"}));
  EXPECT_NE(all.error.find("a wrong checksum"), all.error.npos) << all.error;

  const ReadAll garbage = read_all(to_gzip("one\n") + "two\n");
  EXPECT_EQ(garbage.lines, (std::vector<std::string>{"one"}));
  EXPECT_NE(garbage.error.find("access.log has something else behind its gzip data"),
            garbage.error.npos)
      << garbage.error;
}

TEST(Input, TellsWhatIsNotALog) {
  std::string tar(1024, '\0');
  tar.replace(0, 10, "access.log");
  tar.replace(257, 5, "ustar");
  std::string noise;
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(random());
  const struct {
    std::string content;
    std::string part;
  } cases[] = {
      {tar, "access.log is a tar archive: expected"},
      {to_gzip(tar), "access.log is a tar archive: expected"},
      {"PK\x03\x04whatever", "is a zip file"},
      {"\xfd\x37zXZ\0"s, "is an xz file"},
      {noise, "is a binary file"},
  };
  for (const auto& [content, part] : cases)
    EXPECT_NE(open_error(content).find(part), std::string::npos) << part << open_error(content);
  const auto folder = open_input(open("/tmp", O_RDONLY | O_CLOEXEC), "/tmp");
  ASSERT_FALSE(folder.has_value());
  EXPECT_NE(folder.error().message.find("/tmp is a directory: expected a file"), std::string::npos);
  EXPECT_FALSE(open_input(-1, "gone").has_value());
  EXPECT_FALSE(
      open_input(open("/dev/null", O_WRONLY | O_CLOEXEC), "x").value()->head().has_value());
}

TEST(Input, BeginsBehindAHole) {
  const std::string hole(3 << 20, '\0');
  for (const auto& content : {hole + "one\ntwo\n", to_gzip(hole + "one\ntwo\n")}) {
    const auto input = open_content(content);
    EXPECT_EQ(*input->head(), "one\ntwo\n");
    input->skip({{0, 4}});
    EXPECT_EQ(read_all(*input).lines, std::vector<std::string>{"two"});
  }
  EXPECT_EQ(read_all(hole).lines, std::vector<std::string>{});
}

TEST(Input, LeavesOutWhatIsDone) {
  std::mt19937 random(4);
  for (int round = 0; round < 40; ++round) {
    const std::string text = random_text(random, 100, 200);
    std::vector<uint64_t> begins = {0};
    for (size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') begins.push_back(i + 1);
    if (begins.back() != text.size()) begins.push_back(text.size());
    // Every line is in or out by chance.
    std::vector<Range> done;
    std::vector<std::string> wanted;
    const auto lines = plain_split(text);
    ASSERT_EQ(lines.size() + 1, begins.size());
    for (size_t i = 0; i < lines.size(); ++i) {
      if (random() % 2 == 0) {
        wanted.push_back(lines[i]);
      } else if (!done.empty() && done.back().end == begins[i] && random() % 2 == 0) {
        done.back().end = begins[i + 1];
      } else {
        done.push_back({begins[i], begins[i + 1]});
      }
    }
    for (const auto& content : {text, to_gzip(text)}) {
      const auto input = open_content(content);
      input->skip(done);
      const ReadAll all = read_all(*input);
      EXPECT_EQ(all.lines, wanted);
      for (const Range& range : all.ranges)
        for (const Range& out : done) EXPECT_TRUE(range.end <= out.begin || range.begin >= out.end);
    }
  }
}

TEST(Input, SkipsFarInAPlainFileWithoutReading) {
  const std::string text = std::string(3 << 20, 'x') + "\nlast\n";
  const auto input = open_content(text);
  input->skip({{0, (3 << 20) + 1}});
  EXPECT_EQ(read_all(*input).lines, std::vector<std::string>{"last"});
}

TEST(Input, TakesTheEndOfALineThatWasDoneWithoutIt) {
  const std::string text = "one\ntwo\r\nthree\n";
  for (const auto& content : {text, to_gzip(text)}) {
    const auto input = open_content(content);
    input->skip({{0, 7}});  // "two" was the last line, and the file grew since
    const ReadAll all = read_all(*input);
    EXPECT_EQ(all.lines, std::vector<std::string>{"three"});
    EXPECT_EQ(all.ranges, (std::vector<Range>{{7, text.size()}}));
  }
  // Ranges that do not end at lines leave fragments, but nothing is lost or delivered twice.
  const auto input = open_content(text);
  input->skip({{1, 2}, {5, 6}, {100, 200}});
  EXPECT_EQ(read_all(*input).lines, (std::vector<std::string>{"o", "e", "t", "o", "three"}));
}

TEST(Input, RepeatsDirectivesOfSkippedParts) {
  const std::string text = "#F a\none\ntwo\n#F b\nthree\n#F c\n#G\nfour\n";
  for (const auto& content : {text, to_gzip(text)}) {
    const auto input = open_content(content);
    input->keep_directives();
    input->skip({{0, 9}, {18, 29}});
    const ReadAll all = read_all(*input);
    EXPECT_EQ(all.lines, (std::vector<std::string>{"#F a", "two", "#F b", "#F c", "#G", "four"}));
    ASSERT_EQ(all.ranges.size(), 6u);
    EXPECT_EQ(all.ranges[0].begin, all.ranges[0].end);
    EXPECT_EQ(all.ranges[1], (Range{9, 13}));
    EXPECT_EQ(all.ranges[2], (Range{13, 18}));
    EXPECT_EQ(all.ranges[3].begin, all.ranges[3].end);
    EXPECT_EQ(all.ranges[4], (Range{29, 32}));
    EXPECT_EQ(all.ranges[5], (Range{32, 37}));
  }
}

}  // namespace
}  // namespace ballcone
