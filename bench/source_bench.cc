// How fast blocks of lines come from a file in the page cache, plain and compressed. Bytes are
// those of the lines.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "source/input.h"

namespace {

using namespace ballcone;

constexpr size_t kLines = 1'000'000;

// Combined lines whose texts repeat as a log's do: gzip makes an eighth of them.
std::string make_log() {
  std::string log;
  uint64_t state = 1;
  const auto next = [&state](uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  };
  for (size_t i = 0; i < kLines; ++i) {
    char line[512];
    std::snprintf(line, sizeof line,
                  "198.%u.%u.%u - - [23/Nov/2026:12:%02u:%02u +0000] \"GET /articles/%u/page-%u "
                  "HTTP/1.1\" %u %u \"https://example.org/%u\" \"Mozilla/5.0 (X11; Linux x86_64) "
                  "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%u.0.0.0 Safari/537.36\"\n",
                  unsigned(next(4)), unsigned(next(256)), unsigned(next(256)),
                  unsigned(i / 60'000 % 60), unsigned(i / 1000 % 60), unsigned(next(400)),
                  unsigned(next(100)), next(10) == 0 ? 404u : 200u, unsigned(next(100'000)),
                  unsigned(next(50)), unsigned(100 + next(30)));
    log += line;
  }
  return log;
}

// The log, compressed by `command` as a person would do it.
std::string log_file(const char* command) {
  const std::string path =
      "/tmp/ballcone-source-bench-" + std::to_string(getpid()) + "." + std::string(command, 3);
  FILE* pipe = popen((std::string(command) + " > " + path).c_str(), "w");
  static const std::string log = make_log();
  std::fwrite(log.data(), 1, log.size(), pipe);
  pclose(pipe);
  return path;
}

void read_whole_file(benchmark::State& state, const char* command) {
  const std::string path = log_file(command);
  Lines lines(1 << 20);
  uint64_t bytes = 0;
  for (auto _ : state) {
    auto input = open_input(open(path.c_str(), O_RDONLY | O_CLOEXEC), path);
    if (!input) {
      state.SkipWithError(input.error().message.c_str());
      break;
    }
    Range range;
    size_t count = 0;
    do {
      count += lines.count();
      bytes += range.end - range.begin;
      lines.clear();
      range = {};
    } while ((*input)->read(&lines, &range, 0) == Input::End::more);
    if (count != kLines) state.SkipWithError("expected all lines");
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  unlink(path.c_str());
}

BENCHMARK_CAPTURE(read_whole_file, plain, "cat")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_whole_file, gzip, "gzip")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_whole_file, zstd, "zstd -q")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_whole_file, bzip2, "bzip2")->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
