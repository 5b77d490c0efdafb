#include "enrich/kind.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"

namespace ballcone {
namespace {

struct Words {
  PathClass path;
  std::string_view words;  // lower case, with spaces between
};

constexpr Words kExtensions[] = {
    {PathClass::asset,
     "css js mjs map wasm png jpg jpeg gif webp avif jxl bmp svg svgz ico cur tif tiff heic woff "
     "woff2 ttf otf ttc eot mp3 m4a ogg oga opus wav flac aac mp4 m4v m4s webm ogv mov avi mkv "
     "m3u8 "
     "mpd ts vtt srt pbf glb txt webmanifest swf br"},
    {PathClass::download,
     "pdf epub mobi djvu doc docx xls xlsx ppt pptx odt ods odp rtf csv tsv parquet zip gz tgz bz2 "
     "xz zst lz4 7z rar tar jar whl gem crate exe msi dmg pkg deb rpm apk aab ipa appimage snap "
     "iso "
     "img bin torrent ics vcf gpx kml kmz"},
    {PathClass::feed, "rss atom"},
    {PathClass::api, "json jsonl ndjson xml"},
    // Dumps, keys and copies: scanners ask for them everywhere, in vain.
    {PathClass::suspicious, "sql bak old swp ini pem key"},
};

// Last segments; they win over their extension.
constexpr Words kNames[] = {
    {PathClass::asset,
     "robots.txt ads.txt humans.txt security.txt favicon.ico manifest.json asset-manifest.json "
     "browserconfig.xml crossdomain.xml opensearch.xml"},
    {PathClass::feed, "feed feeds rss rss2 atom feed.xml rss.xml atom.xml index.xml feed.json"},
    // Real on the sites that run them, and refused elsewhere.
    {PathClass::suspicious,
     "wp-login.php wp-admin wp-cron.php wp-config.php wp-content wlwmanifest.xml xmlrpc.php "
     "setup-config.php install.php phpinfo.php info.php test.php shell.php upload.php adminer.php "
     "admin.php config.php login.cgi web.config phpmyadmin pma id_rsa server-status console"},
    {PathClass::probe, "eval-stdin.php"},
};

// Beginnings of whole paths, lower case; the first that fits decides.
constexpr Words kPrefixes[] = {
    {PathClass::asset, "/.well-known/"},
    {PathClass::probe,
     "/.env /.git/ /.git-credentials /.gitconfig /.aws/ /.ssh/ /.svn/ /.hg/ /.ht /.ds_store "
     "/.vscode/ /.idea/ /.docker/ /.kube/ /.npmrc /.bash /.pgpass /.netrc /cgi-bin/luci "
     "/cgi-bin/.%2e /vendor/phpunit/ /boaform/ /hnap1 /gponform/ /setup.cgi /remote/fgt_lang "
     "/evox/ "
     "/portal/redlion /nmaplowercheck /sdk/vim"},
    {PathClass::suspicious,
     "/wp-admin/ /wp-includes/ /wp-content/plugins/ /phpmyadmin/ /pma/ /myadmin/ /mysql/ /cgi-bin/ "
     "/actuator/ /solr/ /jenkins/ /manager/html /autodiscover/ /owa/ /ecp/ /telescope/ /_ignition/ "
     "/_profiler/ /druid/ /nacos/ /geoserver/"},
    {PathClass::api, "/api/ /graphql /wp-json/ /rpc/"},
    {PathClass::feed, "/feeds/posts/"},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

template <class Visit>
void for_each_word(const Words& list, Visit&& visit) {
  for (std::string_view rest = list.words; !rest.empty();) {
    const size_t end = std::min(rest.find(' '), rest.size());
    visit(rest.substr(0, end), list.path);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// Words → class, at most one in four slots taken: two of these are asked for each distinct path.
class WordTable {
 public:
  template <size_t N>
  explicit WordTable(const Words (&lists)[N]) {
    for (const Words& list : lists) {
      for_each_word(list, [&](std::string_view word, PathClass path) {
        slots_[index_of(word)] = {word, path};
        CHECK(++count_ * 4 <= slots_.size());
      });
    }
  }

  const PathClass* find(std::string_view text) const {
    const Slot& slot = slots_[index_of(text)];
    return slot.word.empty() ? nullptr : &slot.path;
  }

 private:
  struct Slot {
    std::string_view word;  // empty: free
    PathClass path = PathClass::plain;
  };

  // Where the text is, or would be.
  size_t index_of(std::string_view text) const {
    size_t i = hash64(text) % slots_.size();
    while (!slots_[i].word.empty() && slots_[i].word != text) i = (i + 1) % slots_.size();
    return i;
  }

  std::array<Slot, 1024> slots_;
  size_t count_ = 0;
};

struct Prefix {
  std::string_view text;
  PathClass path;
};

// Prefixes by their second byte, so that a path is compared with a few of them only.
using PrefixTable = std::array<std::vector<Prefix>, 256>;

PrefixTable make_prefixes() {
  PrefixTable table;
  for (const Words& list : kPrefixes) {
    for_each_word(list, [&](std::string_view word, PathClass path) {
      table[static_cast<uint8_t>(word[1])].push_back({word, path});
    });
  }
  return table;
}

bool starts_with_lower(std::string_view path, std::string_view prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin(),
                                                    [](char a, char b) { return a == lower(b); });
}

const PathClass* find_prefix(std::string_view path) {
  static const PrefixTable kTable = make_prefixes();
  if (path.size() < 2) return nullptr;
  for (const Prefix& prefix : kTable[static_cast<uint8_t>(lower(path[1]))])
    if (starts_with_lower(path, prefix.text)) return &prefix.path;
  return nullptr;
}

// "/blog/.git/config": hidden anywhere. "/../": browsers resolve it, so it was written by hand.
PathClass classify_dots(std::string_view path) {
  PathClass verdict = PathClass::plain;
  // Dots are rarer than slashes.
  for (size_t dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
    if (dot == 0 || path[dot - 1] != '/') continue;
    const std::string_view rest = path.substr(dot + 1);
    if (rest == "." || rest.starts_with("./")) return PathClass::probe;
    if (!rest.empty() && rest[0] != '/') verdict = PathClass::suspicious;
  }
  return verdict;
}

PathClass classify_name(std::string_view path) {
  static const WordTable kNameTable(kNames);
  static const WordTable kExtensionTable(kExtensions);
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  constexpr size_t kTail = 24;  // longer than any name or extension in the tables
  char memory[kTail] = {};
  const std::string_view tail = name.substr(name.size() - std::min(name.size(), kTail));
  std::transform(tail.begin(), tail.end(), memory, lower);
  const std::string_view text(memory, tail.size());
  if (const PathClass* found = kNameTable.find(text)) return *found;
  const size_t dot = text.rfind('.');
  if (dot == text.npos) return PathClass::plain;
  const PathClass* found = kExtensionTable.find(text.substr(dot + 1));
  if (!found) return PathClass::plain;
  // sitemap.xml, sitemap-posts-1.xml.gz
  return starts_with_lower(name, "sitemap") ? PathClass::asset : *found;
}

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
  if (!r.is_read || r.status != StatusClass::ok) return false;
  if (r.dest != DestClass::document && r.dest != DestClass::unknown) return false;
  if (r.media == MediaClass::html) return true;
  if (!is_page_path(r.path)) return false;
  return r.media == MediaClass::unknown ||
         (r.media == MediaClass::other && r.dest == DestClass::document);
}

bool is_probe(const RequestClass& r) {
  return r.path == PathClass::probe ||
         (r.path == PathClass::suspicious && r.status == StatusClass::refused);
}

bool is_feed(const RequestClass& r) {
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

// A verdict fits 12 bits of question: 3 path, 3 media, 2 dest, 3 status, 1 method.
constexpr size_t kCombinations = 1 << 12;

uint32_t pack(PathClass path, MediaClass media, DestClass dest, StatusClass status, bool is_read) {
  return static_cast<uint32_t>(path) | static_cast<uint32_t>(media) << 3 |
         static_cast<uint32_t>(dest) << 6 | static_cast<uint32_t>(status) << 8 |
         static_cast<uint32_t>(is_read) << 11;
}

std::array<uint8_t, kCombinations> make_verdicts() {
  std::array<uint8_t, kCombinations> verdicts;
  for (uint32_t bits = 0; bits < kCombinations; ++bits) {
    const RequestClass request{static_cast<PathClass>(bits & 7),
                               static_cast<MediaClass>(bits >> 3 & 7),
                               static_cast<DestClass>(bits >> 6 & 3),
                               static_cast<StatusClass>(bits >> 8 & 7), (bits >> 11) != 0};
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

PathClass classify_path(std::string_view path) {
  // "*" asks about the server (OPTIONS). What else does not start with a slash is TLS or SSH sent
  // to a plain port, or someone looking for an open proxy.
  if (path == "*") return PathClass::api;
  if (!path.starts_with('/')) return PathClass::suspicious;
  if (path == "/") return PathClass::plain;
  if (const PathClass* found = find_prefix(path)) return *found;
  const PathClass dots = classify_dots(path);
  return dots == PathClass::plain ? classify_name(path) : dots;
}

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
  return kRules[verdict_of(pack(r.path, r.media, r.dest, r.status, r.is_read))].name;
}

void fill_kind(HitBatch& batch, EnrichContext&) {
  const auto paths = classes_of(batch.path, classify_path);
  const auto media = classes_of(batch.content_type, classify_media);
  const auto dests = classes_of(batch.fetch_dest, classify_dest);
  // Not vector<bool>: a byte per method is read faster.
  const auto reads = classes_of(batch.method, [](std::string_view text) {
    return static_cast<uint8_t>(is_read_method(text));
  });
  std::array<uint32_t, std::size(kRules)> codes{};  // 0: not seen yet
  batch.kind.reserve(batch.rows());
  for (size_t row = 0; row < batch.rows(); ++row) {
    const uint32_t bits =
        pack(paths[batch.path.codes()[row]], media[batch.content_type.codes()[row]],
             dests[batch.fetch_dest.codes()[row]],
             classify_status(batch.status[row], batch.range_start[row]),
             reads[batch.method.codes()[row]] != 0);
    const uint8_t rule = verdict_of(bits);
    if (codes[rule] == 0) codes[rule] = batch.kind.intern(kRules[rule].name, batch.arena);
    batch.kind.append_code(codes[rule]);
  }
}

}  // namespace ballcone
