#include "ingest/line_decoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "decode/syslog.h"
#include "ingest/head.h"
#include "source/input.h"

namespace ballcone {
namespace {

static_assert(Lines::kPadding >= kLinePadding);

std::string_view service_text(const Feed& feed, const Hit& hit) {
  if (!feed.service.empty()) return feed.service;
  switch (feed.service_from) {
    case ServiceFrom::line:
      if (!hit.service.empty()) return hit.service;
      [[fallthrough]];
    case ServiceFrom::host:
      if (!hit.host.empty()) return hit.host;
      [[fallthrough]];
    case ServiceFrom::file:
      return feed.file_service;
  }
  return {};
}

bool is_wanted_time(const Feed& feed, int64_t time_us) {
  return (!feed.since_us || time_us >= *feed.since_us) &&
         (!feed.until_us || time_us < *feed.until_us);
}

bool is_excluded(const Feed& feed, std::string_view path) {
  return std::any_of(feed.excludes.begin(), feed.excludes.end(),
                     [&](const std::string& pattern) { return matches_wildcards(pattern, path); });
}

// "access.log:17"
std::string where(const Block& block, size_t i) {
  if (block.feed->is_syslog) return {};
  if (block.first_line == 0)
    return fmt::format("{}, in the lines behind byte {}", block.feed->name, block.range.begin);
  return fmt::format("{}:{}", block.feed->name, block.first_line + i);
}

}  // namespace

void LineDecoder::decode(const Block& block, HitBatch* batch, Tally* tally) {
  Hit hit;
  decoder_ = block.decoder;
  const size_t rows = batch->rows();
  for (size_t i = 0; i < block.lines.count(); ++i) {
    const std::string_view line = block.lines.line(i);
    if (const auto drop = decode_line(line, block, &hit)) {
      const bool is_first =
          tally->examples[static_cast<size_t>(*drop)].size() < Tally::kExamplesMax;
      tally->drop_line(*drop, line, is_first ? where(block, i) : "");
      apply_directive(line, &decoder_);
      continue;
    }
    tally->repaired += hit.is_repaired;
    batch->append(hit);
  }
  tally->lines += block.lines.count();
  tally->bytes += block.lines.bytes();
  tally->stored += batch->rows() - rows;
}

std::optional<Drop> LineDecoder::decode_line(std::string_view line, const Block& block, Hit* hit) {
  const Feed& feed = *block.feed;
  if (line.empty()) return Drop::empty;
  if (feed.is_syslog) {
    const auto payload = syslog_payload(line);
    if (!payload) return Drop::no_payload;
    line = *payload;
  }
  if (line.size() > kLineBytesMax) return Drop::too_long;
  if (const auto drop = decoder_.decode(line, *memory_, hit)) return drop;
  if (!is_wanted_time(feed, hit->time_us)) return Drop::out_of_range;
  if (!feed.excludes.empty() && is_excluded(feed, hit->uri.substr(0, hit->uri.find('?'))))
    return Drop::excluded;
  if (!feed.keeps_query) hit->uri = hit->uri.substr(0, hit->uri.find('?'));
  hit->import = feed.import;
  return set_service(feed, hit);
}

std::optional<Drop> LineDecoder::set_service(const Feed& feed, Hit* hit) {
  const ServiceNames::Answer& answer = names_.find(service_text(feed, *hit));
  hit->service = answer.service;
  return answer.drop;
}

}  // namespace ballcone
