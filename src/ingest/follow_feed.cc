#include "ingest/follow_feed.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "ingest/head.h"

namespace ballcone {
Result<void> FollowFeed::open() {
  std::vector<std::string> names;
  for (const std::string& setting : config_.follow) {
    const size_t equals = setting.find('=');
    const bool has_service = equals != setting.npos && setting.find('/') > equals;
    const std::string file = has_service ? setting.substr(equals + 1) : setting;
    Path path{.service = has_service ? setting.substr(0, equals) : "",
              .path = std::filesystem::absolute(file).lexically_normal().string(),
              .counters = std::make_shared<Counters>(true)};
    const auto import = store_.begin_import(
        {.what = path.path, .label = path.service, .format = "auto", .is_follow = true}, now_us());
    if (!import) return tl::unexpected(import.error());
    path.import = *import;
    names.push_back(path.path);
    paths_.emplace(path.path, std::move(path));
  }
  follower_ = follow(std::move(names), [this](const FollowedFile& file, std::string_view head) {
    return opened(file, head);
  });
  return {};
}

std::vector<Range> FollowFeed::opened(const FollowedFile& file, std::string_view head) {
  const Path& path = paths_.at(file.path);
  const auto known = store_.open_input(path.service, file.path, without_comments(head));
  auto feed = std::make_shared<Feed>();
  feed->name = file.path;
  feed->service = path.service;
  feed->file_service = service_of_file(file.path);
  feed->import = path.import;
  feed->pixels_from = pixels_from(config_.log_pixels);
  feed->counters = path.counters;
  files_[file.id] = {feed, decoder_of(file, head)};
  if (!known) {
    log_error("{}: {}", file.path, known.error().message);
    return {};
  }
  feed->input = known->id;
  claims_.follow(known->id);
  return known->done;
}

Decoder FollowFeed::decoder_of(const FollowedFile& file, std::string_view head) const {
  const std::vector<std::string_view> lines = lines_of(head);
  auto decoder = detect_format(lines);
  if (!decoder) {
    log_error("{}: {}; its lines are taken for combined ones", file.path, decoder.error().message);
    return *open_format("combined");
  }
  log_info("following {}: {}", file.path, decoder->name);
  for (const std::string_view line : lines) apply_directive(line, &*decoder);
  return *std::move(decoder);
}

void FollowFeed::read(IngestWorkers& workers, int wait_ms) {
  BlockPtr block = workers.spare();
  FollowedFile file;
  const bool has_come = follower_->read(&block->lines, &file, &block->range, wait_ms);
  tell_troubles();
  if (!has_come) return workers.recycle(std::move(block));
  File& state = files_.at(file.id);
  state.feed->counters->receive(block->lines.count(), block->lines.bytes(), now_us());
  block->feed = state.feed;
  block->decoder = state.decoder;
  apply_directives(block->lines, &state.decoder);
  workers.push(std::move(block));
}

void FollowFeed::tell_troubles() {
  std::map<std::string, std::string> troubles = follower_->troubles();
  for (const auto& [path, trouble] : troubles) {
    if (troubles_[path] != trouble) log_warning("{}", trouble);
  }
  troubles_ = std::move(troubles);
}

void FollowFeed::fill(std::vector<SourceStats>* sources) const {
  std::map<std::string, std::string> troubles = follower_->troubles();
  for (const auto& [name, path] : paths_) {
    SourceStats source;
    source.name = "follow " + name;
    source.trouble = troubles[name];
    path.counters->fill(&source);
    sources->push_back(std::move(source));
  }
}

Result<std::unique_ptr<FollowFeed>> open_follow_feed(const Config& config, Store& store,
                                                     Claims& claims) {
  auto feed = std::make_unique<FollowFeed>(config, store, claims);
  if (auto opened = feed->open(); !opened) return tl::unexpected(opened.error());
  return feed;
}

}  // namespace ballcone
