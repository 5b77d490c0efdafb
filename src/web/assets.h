// The files of the page, embedded in the program by ui/build.mjs.
#pragma once

#include <span>
#include <string_view>

namespace ballcone {

// Everything lives as long as the program.
struct Asset {
  std::string_view path;          // "/index.html", "/assets/app-ab12cd34.js"
  std::string_view content_type;  // "text/html; charset=utf-8"
  std::string_view bytes;
  std::string_view gzip;  // the same bytes, compressed; always there
  std::string_view etag;  // with its quotes: "\"ab12cd34\"", the hash of bytes
};

std::span<const Asset> all_assets();

// Null if there is no file at `path`. Names under /assets/ carry a hash of their content: they may
// be cached for ever. Any thread.
const Asset* find_asset(std::string_view path);

}  // namespace ballcone
