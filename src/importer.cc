#include "importer.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "ingest/enrichers.h"
#include "ingest/head.h"
#include "ingest/workers.h"
#include "source/input.h"
#include "store/services.h"

namespace ballcone {
namespace {

using namespace std::chrono_literals;

constexpr size_t kBlocksMax = 16;  // waiting; each holds kLinesBytesMax
constexpr int kWait_ms = 100;      // how long a pipe may keep a reader from looking at is_stopping
constexpr auto kReportPeriod = 200ms;

ServiceFrom service_from(const std::string& name) {
  if (name == "host") return ServiceFrom::host;
  return name == "file" ? ServiceFrom::file : ServiceFrom::line;
}

// Ranges, sorted and apart.
std::vector<Range> united(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::vector<Range> apart;
  for (const Range& range : ranges) {
    if (!apart.empty() && range.begin <= apart.back().end)
      apart.back().end = std::max(apart.back().end, range.end);
    else
      apart.push_back(range);
  }
  return apart;
}

// Of all files, as they lie on the disk; 0 if one of them is a pipe.
uint64_t size_of(const std::vector<ImportFile>& files) {
  uint64_t bytes = 0;
  for (const ImportFile& file : files) {
    struct stat status {};
    if (fstat(file.file, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    bytes += static_cast<uint64_t>(status.st_size);
  }
  return bytes;
}

class Importer {
 public:
  Importer(const IngestOptions& workers, Store& store, Salts& salts, const ImportOptions& options,
           std::vector<ImportFile> files, Claims& claims, const std::atomic<bool>& is_stopping)
      : store_(store),
        options_(options),
        pixels_from_(pixels_from(workers.config.log_pixels)),
        files_(std::move(files)),
        is_stopping_(is_stopping),
        counters_(std::make_shared<Counters>(false)),
        begun_ns_(monotonic_ns()),
        claims_(claims),
        workers_(workers, store, salts) {
    figures_.files = files_.size();
  }

  ~Importer() {
    for (const ImportFile& file : files_)
      if (file.file >= 0) close(file.file);
  }

  Result<ImportFigures> run(const std::function<void(const ImportFigures&)>& report) {
    readers_ = std::clamp<size_t>(files_.size(), 1, worker_count());
    std::vector<std::jthread> threads;
    for (size_t i = readers_; i > 0; --i) {
      threads.emplace_back([&] {
        name_thread("import");
        give_way();
        read_files();
        const std::lock_guard lock(mutex_);
        if (--readers_ == 0) has_changed_.notify_all();
      });
    }
    while (!wait_for_readers()) {
      if (report) report(figures());
    }
    threads.clear();
    const auto finished = workers_.finish();
    if (import_ != 0 && finished) {
      if (auto done = store_.finish_import(import_, now_us()); !done)
        return tl::unexpected(done.error());
    }
    if (!finished) return tl::unexpected(finished.error());
    ImportFigures figures = this->figures();
    figures.is_stopped = is_stopping_;
    return figures;
  }

 private:
  // ---- reader threads

  void read_files() {
    for (;;) {
      const size_t i = next_file_++;
      if (i >= files_.size() || is_over()) return;
      const std::string name = files_[i].name;
      auto input = open_input(std::exchange(files_[i].file, -1), name);
      auto read = input ? read_file(**input) : Result<void>(tl::unexpected(input.error()));
      if (read) continue;
      const std::lock_guard lock(mutex_);
      figures_.problems.push_back(read.error().message);
    }
  }

  bool is_over() const { return is_stopping_ || workers_.is_over(); }

  Result<void> read_file(Input& input) {
    const Reading reading(*this, input);
    auto head = input.head();
    if (!head) return tl::unexpected(head.error());
    const std::string_view begin = without_comments(*head);
    if (begin.empty()) return finish_file(false);  // empty, or stopped while waiting
    auto decoder = decoder_of(input.name(), *head);
    if (!decoder) return tl::unexpected(decoder.error());
    {
      const std::lock_guard lock(mutex_);
      figures_.file = input.name();
      figures_.format = decoder->name;
    }
    const std::string label = options_.label.empty() ? options_.service : options_.label;
    auto known = store_.open_input(label, input.name(), begin);
    if (!known) return tl::unexpected(known.error());
    switch (claims_.take(known->id)) {
      case Claims::Owner::Answer::followed:
        return finish_file(true);
      case Claims::Owner::Answer::in_another_import:
        return failure(fmt::format(
            "{}: another import reads it at this moment; when that is done, the same command "
            "stores what is new",
            input.name()));
      case Claims::Owner::Answer::taken:
        break;
    }
    auto read = read_lines(input, *known, *std::move(decoder));
    claims_.read(known->id);
    return read;
  }

  // Of the name or pattern that was given, or recognised.
  Result<Decoder> decoder_of(const std::string& name, std::string_view head) const {
    const auto lines = lines_of(head);
    auto decoder = options_.format == "auto" ? detect_format(lines) : open_format(options_.format);
    if (!decoder) return failure(fmt::format("{}: {}", name, decoder.error().message));
    return decoder;
  }

  Result<void> read_lines(Input& input, const KnownInput& known, Decoder decoder) {
    const std::vector<Range> taken = taken_of(known.id);
    std::vector<Range> done = options_.is_again ? std::vector<Range>() : known.done;
    done.insert(done.end(), taken.begin(), taken.end());
    done = united(std::move(done));
    if (decoder.has_directives) input.keep_directives();
    input.skip(done);
    add_known(done);

    std::shared_ptr<const Feed> feed;
    uint64_t next_line = done.empty() ? 1 : 0;
    bool has_new = false;
    while (!is_over()) {
      BlockPtr block = workers_.spare();
      const int64_t begun_ns = monotonic_ns();
      const auto end = input.read(&block->lines, &block->range, kWait_ms);
      const bool is_half = ends_in_half_line(input, *block, decoder);
      if (is_half) {
        block->lines.remove_last();
        block->range.end = block->range.begin + block->lines.bytes();
      }
      if (block->lines.count() > 0) {
        const bool is_new = block->range.end > block->range.begin;
        block->decoder = decoder;
        apply_directives(block->lines, &decoder);
        if (is_new) {
          if (!feed) {
            auto made = feed_of(input, known.id, decoder.name);
            if (!made) return tl::unexpected(made.error());
            feed = *std::move(made);
          }
          has_new = true;
          count_read(block->lines.count(), monotonic_ns() - begun_ns);
          block->feed = feed;
          block->first_line = next_line;
          if (next_line > 0) next_line += block->lines.count();
          take(known.id, block->range);
          if (!workers_.push(std::move(block))) break;
        }
      }
      if (block) workers_.recycle(std::move(block));
      if (!end) return tl::unexpected(end.error());
      if (is_half)
        return failure(fmt::format(
            "{}: its last line is not whole yet and was left; when it is, the same command "
            "stores it",
            input.name()));
      if (*end == Input::End::end) return finish_file(!has_new);
    }
    return {};
  }

  // A server that is writing to the file at this moment has not come to the line's end. A whole
  // line without a line end is one that decodes as it should.
  static bool ends_in_half_line(const Input& input, const Block& block, const Decoder& decoder) {
    if (block.lines.count() == 0 || block.range.end != input.file_bytes()) return false;
    if (block.lines.bytes() != block.range.end - block.range.begin) return false;
    const std::string_view line = block.lines.line(block.lines.count() - 1);
    const bool has_end =
        block.lines.offset(block.lines.count() - 1) + line.size() < block.lines.bytes();
    if (has_end || line.empty()) return false;
    const DecodeMemoryPtr memory = make_decode_memory();
    Hit hit;
    return decoder.decode(line, *memory, &hit).has_value() || hit.is_repaired;
  }

  Result<std::shared_ptr<const Feed>> feed_of(const Input& input, uint32_t id,
                                              const std::string& format) {
    if (auto begun = begin_import(format); !begun) return tl::unexpected(begun.error());
    auto feed = std::make_shared<Feed>();
    feed->name = input.name();
    feed->service = options_.service;
    feed->service_from = service_from(options_.service_from);
    feed->file_service = service_of_file(input.name());
    feed->import = import_;
    feed->input = id;
    feed->since_us = options_.since_us;
    feed->until_us = options_.until_us;
    feed->excludes = options_.excludes;
    feed->keeps_query = options_.keeps_query;
    feed->pixels_from = pixels_from_;
    feed->counters = counters_;
    return feed;
  }

  // What this import has read of an input under another name is not in the store yet.
  std::vector<Range> taken_of(uint32_t input) {
    const std::lock_guard lock(mutex_);
    return taken_[input];
  }
  void take(uint32_t input, const Range& range) {
    const std::lock_guard lock(mutex_);
    std::vector<Range>& ranges = taken_[input];
    if (!ranges.empty() && ranges.back().end == range.begin)
      ranges.back().end = range.end;
    else
      ranges.push_back(range);
  }

  // Once, when there is something new.
  Result<void> begin_import(const std::string& format) {
    const std::lock_guard lock(mutex_);
    if (import_ != 0) return {};
    std::string what = files_.front().name;
    if (files_.size() > 1) what += fmt::format(" and {} more", files_.size() - 1);
    auto import = store_.begin_import(
        {.what = what, .label = options_.label, .format = format, .is_follow = false}, now_us());
    if (!import) return tl::unexpected(import.error());
    import_ = *import;
    figures_.import = import_;
    return {};
  }

  Result<void> finish_file(bool is_known) {
    const std::lock_guard lock(mutex_);
    ++figures_.files_read;
    figures_.files_known += is_known;
    return {};
  }

  void add_known(const std::vector<Range>& done) {
    const std::lock_guard lock(mutex_);
    for (const Range& range : done) figures_.bytes_known += range.end - range.begin;
  }

  void count_read(size_t lines, int64_t ns) {
    const std::lock_guard lock(mutex_);
    read_time_.rows += lines;
    read_time_.ns += static_cast<uint64_t>(ns);
  }

  // While it lives, the input's bytes count as being read.
  class Reading {
   public:
    Reading(Importer& importer, Input& input) : importer_(importer), input_(input) {
      const std::lock_guard lock(importer_.mutex_);
      importer_.open_.insert(&input_);
    }
    ~Reading() {
      const std::lock_guard lock(importer_.mutex_);
      importer_.open_.erase(&input_);
      importer_.figures_.file_bytes += input_.file_bytes_read();
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    Importer& importer_;
    Input& input_;
  };

  // ---- the thread that reports

  // False when it is time to report.
  bool wait_for_readers() {
    std::unique_lock lock(mutex_);
    return has_changed_.wait_for(lock, kReportPeriod, [&] { return readers_ == 0; });
  }

  ImportFigures figures() {
    const IngestStats stats = workers_.stats();
    const std::lock_guard lock(mutex_);
    ImportFigures figures = figures_;
    for (Input* input : open_) figures.file_bytes += input->file_bytes_read();
    static_cast<Tally&>(figures) = counters_->committed();
    figures.file_bytes_max = file_bytes_max_;
    figures.steps.push_back(read_time_);
    figures.steps.insert(figures.steps.end(), stats.steps.begin(), stats.steps.end());
    figures.seconds = static_cast<double>(monotonic_ns() - begun_ns_) / 1e9;
    return figures;
  }

  Store& store_;
  const ImportOptions& options_;
  const PixelsFrom pixels_from_;
  std::vector<ImportFile> files_;
  const std::atomic<bool>& is_stopping_;
  const std::shared_ptr<Counters> counters_;
  const int64_t begun_ns_;
  const uint64_t file_bytes_max_ = size_of(files_);
  std::atomic<size_t> next_file_{0};
  Claims::Owner claims_;

  std::mutex mutex_;  // of what follows
  std::condition_variable has_changed_;
  size_t readers_ = 0;  // that still read
  ImportFigures figures_;
  uint32_t import_ = 0;
  StepTime read_time_{"read", 0, 0};
  std::set<Input*> open_;
  std::map<uint32_t, std::vector<Range>> taken_;  // by input

  IngestWorkers workers_;
};

}  // namespace

Result<ImportFigures> run_import(const Config& config, const std::string& data_dir, Store& store,
                                 Salts& salts, const ImportOptions& options,
                                 std::vector<ImportFile> files, Claims& claims,
                                 const std::atomic<bool>& is_stopping,
                                 const std::function<void(const ImportFigures&)>& report) {
  if (const auto there = check_enrichers(config, data_dir); !there)
    return tl::unexpected(there.error());
  // As they are now; an import does not take long enough for a person to change his mind.
  auto settings = read_services(store);
  if (!settings) return tl::unexpected(settings.error());
  const auto services = std::make_shared<ServiceRegistry>();
  services->set(std::move(*settings));
  const IngestOptions workers{.config = config,
                              .data_dir = data_dir,
                              .threads = worker_count(),
                              .blocks_max = kBlocksMax,
                              .keeps_trying = false,
                              .services = services};
  return Importer(workers, store, salts, options, std::move(files), claims, is_stopping)
      .run(report);
}

}  // namespace ballcone
