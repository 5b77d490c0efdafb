// What a request was for: page, asset, api, redirect, error, feed, download or probe; or that the
// hit is none, but an event.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

// A request in as few bits as the rules need, so that every combination's verdict fits a table.
enum class PathClass : uint8_t { plain, asset, feed, download, api, suspicious, probe };
enum class MediaClass : uint8_t { unknown, html, feed, asset, download, data, other };
enum class DestClass : uint8_t { unknown, document, part, fetch };  // Sec-Fetch-Dest
// A script counts pages alone, and says of events that they are some.
enum class OriginClass : uint8_t { log, script, event };
enum class StatusClass : uint8_t { ok, partial, other, redirect, refused, failed };

struct RequestClass {
  PathClass path = PathClass::plain;
  MediaClass media = MediaClass::unknown;
  DestClass dest = DestClass::unknown;
  StatusClass status = StatusClass::ok;
  bool is_read = true;  // GET, HEAD or not in the log
  OriginClass origin = OriginClass::log;
};

PathClass classify_path(std::string_view path);  // decoded, without query
MediaClass classify_media(std::string_view content_type);
DestClass classify_dest(std::string_view fetch_dest);
StatusClass classify_status(uint16_t status, int64_t range_start);
bool is_read_method(std::string_view method);

struct KindRule {
  std::string_view name;  // as stored
  std::string_view doc;
  bool (*matches)(const RequestClass&);
};

// In order: the first that matches names the kind. The last one matches everything.
std::span<const KindRule> kind_rules();
std::string_view kind_of(const RequestClass& request);

// Step: fills kind. Needs fill_url to have run.
void fill_kind(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
