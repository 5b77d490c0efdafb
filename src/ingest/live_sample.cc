#include "ingest/live_sample.h"

#include <algorithm>

#include "base/clock.h"

namespace ballcone {
namespace {

// Not within a character.
std::string cut(std::string_view text) {
  if (text.size() <= LiveHit::kTextBytesMax) return std::string(text);
  size_t size = LiveHit::kTextBytesMax;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size)) + "…";
}

}  // namespace

std::vector<LiveItem> live_drops(const Tally& tally, const std::string& source, int64_t now_us) {
  std::vector<LiveItem> drops;
  for (size_t i = 0; i < kDropCount; ++i) {
    if (tally.dropped[i] > 0)
      drops.push_back(LiveDrop{now_us, static_cast<Drop>(i), tally.dropped[i], source});
  }
  return drops;
}

LiveHit live_hit(const HitBatch& batch, size_t row) {
  const auto attribute = [&](const StringColumn& of, const StringColumn& values) {
    return cut(values.at(of.codes()[row]));
  };
  return {.time_us = batch.time[row],
          .status = batch.status[row],
          .bytes = batch.bytes[row],
          .generation_time_us = batch.generation_time_us[row],
          .service = cut(batch.service.at(row)),
          .host = cut(batch.host.at(row)),
          .method = cut(batch.method.at(row)),
          .path = cut(batch.path.at(row)),
          .query = cut(batch.query.at(row)),
          .referrer = cut(batch.referrer.at(row)),
          .channel = cut(batch.channel.at(row)),
          .user_agent = cut(batch.user_agent.at(row)),
          .browser = attribute(batch.user_agent, batch.browser),
          .os = attribute(batch.user_agent, batch.os),
          .device = attribute(batch.user_agent, batch.device),
          .address = cut(batch.address.at(row)),
          .country = attribute(batch.address, batch.country),
          .kind = cut(batch.kind.at(row)),
          .purpose = cut(batch.purpose.at(row)),
          .bot = cut(batch.bot.at(row)),
          .bot_kind = attribute(batch.bot, batch.bot_kind),
          .bot_reason = attribute(batch.bot, batch.bot_reason),
          .via = cut(batch.via.at(row)),
          .event = cut(batch.event.at(row))};
}

void LiveSample::add(const HitBatch& batch, size_t first) {
  std::vector<uint64_t> hits(batch.service.distinct().size());
  for (size_t row = first; row < batch.rows(); ++row) {
    ++hits[batch.service.codes()[row]];
    if (rows_.rows() < kRowsMax) rows_.append(batch.hit(row));
  }
  for (size_t code = 0; code < hits.size(); ++code) {
    if (hits[code] > 0) arrived_[std::string(batch.service.distinct()[code])] += hits[code];
  }
}

// Of one reason and source there is one in a period.
void LiveSample::add_drops(const Tally& tally, const std::string& source, int64_t now_us) {
  for (LiveItem& item : live_drops(tally, source, now_us)) {
    const auto& drop = std::get<LiveDrop>(item);
    const auto same = std::find_if(drops_.begin(), drops_.end(), [&](const LiveItem& other) {
      const auto& one = std::get<LiveDrop>(other);
      return one.reason == drop.reason && one.source == drop.source;
    });
    if (same == drops_.end()) {
      drops_.push_back(std::move(item));
    } else {
      std::get<LiveDrop>(*same).lines += drop.lines;
    }
  }
}

void LiveSample::publish(EnrichContext& context, int64_t now_ns) {
  published_ns_ = now_ns;
  std::vector<LiveItem> items = std::move(drops_);
  drops_.clear();
  if (rows_.rows() > 0) enrich(rows_, context, nullptr, monotonic_ns);
  for (size_t row = 0; row < rows_.rows(); ++row) items.emplace_back(live_hit(rows_, row));
  LiveTail::Arrivals arrivals(arrived_.begin(), arrived_.end());
  tail_->publish(std::move(items), arrivals);
  rows_.clear();
  arrived_.clear();
}

}  // namespace ballcone
