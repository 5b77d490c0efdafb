// What a path alone says of a request: the words and how they are found. About 50 ns a path.
#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "enrich/kind.h"

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

}  // namespace ballcone
