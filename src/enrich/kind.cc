#include "enrich/kind.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace ballcone {
namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// What browsers put together to a page.
bool is_asset_type(std::string_view type) {
  for (std::string_view start : {"image/", "font/", "audio/", "video/"})
    if (type.starts_with(start)) return true;
  for (std::string_view part : {"css", "javascript", "ecmascript", "wasm", "manifest", "font",
                                "mpegurl", "dash+xml", "text/vtt"})
    if (contains(type, part)) return true;
  return false;
}

bool is_data_type(std::string_view type) {
  for (std::string_view part : {"json", "xml", "grpc", "protobuf", "graphql", "cbor", "msgpack",
                                "event-stream", "x-www-form-urlencoded"})
    if (contains(type, part)) return true;
  return false;
}

bool is_download_type(std::string_view type) {
  for (std::string_view part : {"octet-stream",  "pdf",          "epub",
                                "zip",           "x-tar",        "x-7z",
                                "rar",           "x-xz",         "bzip",
                                "zstd",          "msword",       "officedocument",
                                "opendocument",  "ms-excel",     "ms-powerpoint",
                                "x-msdownload",  "x-msdos",      "debian",
                                "x-rpm",         "java-archive", "android.package",
                                "diskimage",     "iso9660",      "text/csv",
                                "text/calendar", "bittorrent",   "force-download"})
    if (contains(type, part)) return true;
  return false;
}

bool is_part(const RequestClass& r) {
  return r.dest == DestClass::part || r.media == MediaClass::asset || r.path == PathClass::asset;
}

bool is_page_path(PathClass path) {
  return path == PathClass::plain || path == PathClass::suspicious;
}

// Where the log has the type of the answer it decides, else the path. A browser that says what it
// wants the answer for (dest) is believed: HTML fetched by a script or into a frame is no page
// view.
bool is_page(const RequestClass& r) {
  if (r.origin == OriginClass::script) return true;
  if (!r.is_read || r.status != StatusClass::ok) return false;
  if (r.dest != DestClass::document && r.dest != DestClass::unknown) return false;
  if (r.media == MediaClass::html) return true;
  if (!is_page_path(r.path)) return false;
  return r.media == MediaClass::unknown ||
         (r.media == MediaClass::other && r.dest == DestClass::document);
}

bool is_probe(const RequestClass& r) {
  if (r.origin == OriginClass::script) return false;
  return r.path == PathClass::probe ||
         (r.path == PathClass::suspicious && r.status == StatusClass::refused);
}

bool is_feed(const RequestClass& r) {
  if (r.origin == OriginClass::script) return false;
  return r.is_read && (r.media == MediaClass::feed ||
                       (r.path == PathClass::feed && r.media != MediaClass::html));
}

bool is_download(const RequestClass& r) {
  if (!r.is_read || r.dest == DestClass::part) return false;
  return r.path == PathClass::download ||
         (r.media == MediaClass::download && r.path != PathClass::asset);
}

bool is_api(const RequestClass& r) {
  if (!r.is_read || r.status == StatusClass::other) return true;
  return !is_part(r) &&
         (r.media == MediaClass::data || r.dest == DestClass::fetch || r.path == PathClass::api);
}

constexpr KindRule kRules[] = {
    {"event", "Not a request: something that a page or server said has happened, or engagement",
     [](const RequestClass& r) { return r.origin == OriginClass::event; }},
    {"probe", "A path that only scanners ask for; or one of software not here, refused with 4xx",
     is_probe},
    {"redirect", "Answered 301, 302, 303, 307 or 308",
     [](const RequestClass& r) { return r.status == StatusClass::redirect; }},
    {"error", "Answered 4xx or 5xx, or not at all",
     [](const RequestClass& r) {
       return r.status == StatusClass::refused || r.status == StatusClass::failed;
     }},
    {"feed", "RSS or Atom, by content type or path", is_feed},
    {"page", "GET or HEAD answered with a document that a person sees as a page", is_page},
    {"download", "Archives, documents, programs: by extension or content type", is_download},
    {"api", "Data for programs: JSON, XML, gRPC; /api/; methods other than GET and HEAD", is_api},
    {"asset", "A part of a page, or a file that is none of the above",
     [](const RequestClass&) { return true; }},
};

// A verdict fits 14 bits of question: 3 path, 3 media, 2 dest, 3 status, 1 method, 2 origin.
constexpr size_t kCombinations = 1 << 14;

uint32_t pack(PathClass path, MediaClass media, DestClass dest, StatusClass status, bool is_read,
              OriginClass origin) {
  return static_cast<uint32_t>(path) | static_cast<uint32_t>(media) << 3 |
         static_cast<uint32_t>(dest) << 6 | static_cast<uint32_t>(status) << 8 |
         static_cast<uint32_t>(is_read) << 11 | static_cast<uint32_t>(origin) << 12;
}

std::array<uint8_t, kCombinations> make_verdicts() {
  std::array<uint8_t, kCombinations> verdicts;
  for (uint32_t bits = 0; bits < kCombinations; ++bits) {
    const RequestClass request{static_cast<PathClass>(bits & 7),
                               static_cast<MediaClass>(bits >> 3 & 7),
                               static_cast<DestClass>(bits >> 6 & 3),
                               static_cast<StatusClass>(bits >> 8 & 7),
                               (bits >> 11 & 1) != 0,
                               static_cast<OriginClass>(bits >> 12 & 3)};
    const auto rule = std::find_if(std::begin(kRules), std::end(kRules) - 1,
                                   [&](const KindRule& r) { return r.matches(request); });
    verdicts[bits] = static_cast<uint8_t>(rule - std::begin(kRules));
  }
  return verdicts;
}

uint8_t verdict_of(uint32_t bits) {
  static const std::array<uint8_t, kCombinations> kVerdicts = make_verdicts();
  return kVerdicts[bits];
}

template <class Classify>
auto classes_of(const StringColumn& column, Classify classify) {
  std::vector<decltype(classify(std::string_view()))> classes;
  classes.reserve(column.distinct().size());
  for (const std::string_view text : column.distinct()) classes.push_back(classify(text));
  return classes;
}

}  // namespace

MediaClass classify_media(std::string_view content_type) {
  if (content_type.empty()) return MediaClass::unknown;
  const std::string type = to_lower_ascii(trim(content_type.substr(0, content_type.find(';'))));
  if (type == "text/html" || type == "application/xhtml+xml") return MediaClass::html;
  if (contains(type, "rss") || contains(type, "atom") || contains(type, "feed+json"))
    return MediaClass::feed;
  if (is_asset_type(type)) return MediaClass::asset;
  if (is_download_type(type)) return MediaClass::download;
  return is_data_type(type) ? MediaClass::data : MediaClass::other;
}

DestClass classify_dest(std::string_view fetch_dest) {
  if (fetch_dest.empty()) return DestClass::unknown;
  if (fetch_dest == "document") return DestClass::document;
  return fetch_dest == "empty" ? DestClass::fetch : DestClass::part;
}

StatusClass classify_status(uint16_t status, int64_t range_start) {
  switch (status) {
    case 200:
    case 304:
    case kAbsent<uint16_t>:
      return StatusClass::ok;
    // From the first byte on it is the whole answer; from elsewhere it is the rest of one.
    case 206:
      return range_start == 0 || range_start == kAbsent<int64_t> ? StatusClass::ok
                                                                 : StatusClass::partial;
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return StatusClass::redirect;
  }
  if (status == 0 || status >= 500) return StatusClass::failed;
  return status >= 400 ? StatusClass::refused : StatusClass::other;
}

bool is_read_method(std::string_view method) {
  return method.empty() || equal_ignoring_case(method, "GET") ||
         equal_ignoring_case(method, "HEAD");
}

std::span<const KindRule> kind_rules() { return kRules; }

std::string_view kind_of(const RequestClass& r) {
  return kRules[verdict_of(pack(r.path, r.media, r.dest, r.status, r.is_read, r.origin))].name;
}

void fill_kind(HitBatch& batch, EnrichContext&) {
  const auto paths = classes_of(batch.path, classify_path);
  const auto media = classes_of(batch.content_type, classify_media);
  const auto dests = classes_of(batch.fetch_dest, classify_dest);
  // Not vector<bool>: a byte per method is read faster.
  const auto reads = classes_of(batch.method, [](std::string_view text) {
    return static_cast<uint8_t>(is_read_method(text));
  });
  const auto scripts = classes_of(batch.via, [](std::string_view text) {
    return text == "script" || text == "pixel" ? OriginClass::script : OriginClass::log;
  });
  std::array<uint32_t, std::size(kRules)> codes{};  // 0: not seen yet
  batch.kind.reserve(batch.rows());
  for (size_t row = 0; row < batch.rows(); ++row) {
    const uint32_t bits =
        pack(paths[batch.path.codes()[row]], media[batch.content_type.codes()[row]],
             dests[batch.fetch_dest.codes()[row]],
             classify_status(batch.status[row], batch.range_start[row]),
             reads[batch.method.codes()[row]] != 0,
             batch.event.codes()[row] != 0 ? OriginClass::event : scripts[batch.via.codes()[row]]);
    const uint8_t rule = verdict_of(bits);
    if (codes[rule] == 0) codes[rule] = batch.kind.intern(kRules[rule].name, batch.arena);
    batch.kind.append_code(codes[rule]);
  }
}

}  // namespace ballcone
