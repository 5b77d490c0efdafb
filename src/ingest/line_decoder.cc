#include "ingest/line_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "decode/syslog.h"
#include "ingest/head.h"
#include "source/input.h"

namespace ballcone {
namespace {

static_assert(Lines::kPadding >= kLinePadding);

std::string_view service_text(const Feed& feed, const Hit& hit) {
  // Whoever can send here names the service; a host may be anything that a client has made up.
  if (feed.is_syslog) return hit.service;
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

bool is_excluded(const Feed& feed, std::string_view uri) {
  if (feed.excludes.empty()) return false;
  const std::string_view path = uri.substr(0, uri.find('?'));
  return std::any_of(feed.excludes.begin(), feed.excludes.end(),
                     [&](const std::string& pattern) { return matches_wildcards(pattern, path); });
}

bool is_pixel_of(const Feed& feed, const Hit& hit) {
  if (feed.pixels_from == PixelsFrom::none) return false;
  return (feed.pixels_from == PixelsFrom::all || !hit.edge_location.empty()) && is_pixel(hit.uri);
}

// "access.log:17"
std::string where(const Block& block, size_t i) {
  if (block.feed->is_syslog) return {};
  if (block.first_line == 0)
    return fmt::format("{}, in the lines behind byte {}", block.feed->name, block.range.begin);
  return fmt::format("{}:{}", block.feed->name, block.first_line + i);
}

}  // namespace

LineDecoder::LineDecoder(ServiceGate& gate) : names_(gate) {
  for (Ahead& ahead : ahead_) ahead.memory = make_decode_memory();
}

void LineDecoder::set_services(std::shared_ptr<const Services> services) {
  const auto& all = services->all();
  const bool has_any = std::any_of(all.begin(), all.end(), [](const ServiceSettings& service) {
    return !service.keeps_query || !service.keeps_referrer;
  });
  services_ = has_any ? std::move(services) : nullptr;
}

size_t LineDecoder::decode(const Block& block, size_t first, size_t rows_max, HitBatch* batch,
                           Tally* tally) {
  if (first == 0) decoder_ = block.decoder;
  const size_t rows = batch->rows();
  size_t count = 0;
  size_t i = first;
  for (; i < block.lines.count() && batch->rows() + count < rows_max; ++i) {
    const std::string_view line = block.lines.line(i);
    Ahead& ahead = ahead_[count];
    if (const auto drop = decode_line(line, block, &ahead)) {
      const bool is_first =
          tally->examples[static_cast<size_t>(*drop)].size() < Tally::kExamplesMax;
      tally->drop_line(*drop, line, is_first ? where(block, i) : "");
      apply_directive(line, &decoder_);
      continue;
    }
    tally->repaired += ahead.hit.is_repaired;
    ahead.prepared = batch->prepare(ahead.hit);
    if (++count == kAhead) append_ahead(std::exchange(count, 0), batch);
  }
  append_ahead(count, batch);
  tally->lines += i - first;
  tally->bytes += block.lines.offset(i) - block.lines.offset(first);
  tally->stored += batch->rows() - rows;
  return i;
}

void LineDecoder::append_ahead(size_t count, HitBatch* batch) {
  for (size_t i = 0; i < count; ++i) batch->append(ahead_[i].hit, ahead_[i].prepared);
}

std::optional<Drop> LineDecoder::decode_line(std::string_view line, const Block& block,
                                             Ahead* ahead) {
  Hit* const hit = &ahead->hit;
  const Feed& feed = *block.feed;
  if (line.empty()) return Drop::empty;
  if (feed.is_syslog) {
    const auto payload = syslog_payload(line);
    if (!payload) return Drop::no_payload;
    line = *payload;
  }
  if (line.size() > kLineBytesMax) return Drop::too_long;
  if (const auto drop = decoder_.decode(line, *ahead->memory, hit)) return drop;
  if (!is_wanted_time(feed, hit->time_us)) return Drop::out_of_range;
  if (is_excluded(feed, hit->uri)) return Drop::excluded;
  if (is_pixel_of(feed, *hit) && read_logged_pixel(&ahead->pixel, hit) &&
      is_excluded(feed, hit->uri))
    return Drop::excluded;
  if (!feed.keeps_query) hit->uri = hit->uri.substr(0, hit->uri.find('?'));
  hit->import = feed.import;
  return set_service(feed, ahead);
}

void LineDecoder::apply_switches(Ahead* ahead) const {
  const ServiceSettings* service = services_->find(ahead->service);
  if (!service) return;
  Hit& hit = ahead->hit;
  if (!service->keeps_query) hit.uri = hit.uri.substr(0, hit.uri.find('?'));
  if (service->keeps_referrer) return;
  // "https://example.org/a?b" → "https://example.org"; what is no URL has no host to keep.
  const size_t scheme = hit.referrer.find("://");
  hit.referrer = scheme == hit.referrer.npos
                     ? std::string_view()
                     : hit.referrer.substr(0, hit.referrer.find_first_of("/?#", scheme + 3));
}

std::optional<Drop> LineDecoder::set_service(const Feed& feed, Ahead* ahead) {
  const ServiceNames::Answer& answer = names_.find(service_text(feed, ahead->hit));
  if (answer.drop) return answer.drop;
  if (ahead->service != answer.service) ahead->service = answer.service;
  ahead->hit.service = ahead->service;
  if (services_) apply_switches(ahead);
  return std::nullopt;
}

}  // namespace ballcone
