#include "web/plain_request.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"

namespace ballcone {
namespace {

// What may stand in a header's name (RFC 9110 5.6.2).
constexpr auto kIsToken = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    is[static_cast<unsigned char>(c)] = true;
  return is;
}();

// Headers that say something to us.
struct Known {
  std::string_view name;
  std::string_view PlainRequest::*value;
};
constexpr Known kKnown[] = {
    {"dnt", &PlainRequest::dnt},
    {"host", &PlainRequest::host},
    {"origin", &PlainRequest::origin},
    {"referer", &PlainRequest::referer},
    {"sec-gpc", &PlainRequest::gpc},
    {"user-agent", &PlainRequest::user_agent},
    {"authorization", &PlainRequest::authorization},
    {"x-forwarded-for", &PlainRequest::forwarded_for},
    {"cf-connecting-ip", &PlainRequest::cf_connecting_ip},
};

// Headers that change how a message is read: the library's business.
constexpr std::string_view kFraming[] = {"te",
                                         "expect",
                                         "trailer",
                                         "upgrade",
                                         "content-length",
                                         "transfer-encoding",
                                         "proxy-connection"};

// No branch for each byte, so that the compiler looks at many at once.
bool is_printable(std::string_view text, unsigned char first) {
  unsigned odd = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    odd |= static_cast<unsigned>(byte < first) | static_cast<unsigned>(byte > '~');
  }
  return odd == 0;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kIsToken[static_cast<unsigned char>(c)];
  });
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Takes a line without its end. False if there is none, or it ends in another way than \r\n.
bool take_line(std::string_view* rest, std::string_view* line) {
  const void* const end = std::memchr(rest->data(), '\n', rest->size());
  if (end == nullptr) return false;
  const auto size = static_cast<size_t>(static_cast<const char*>(end) - rest->data());
  if (size == 0 || (*rest)[size - 1] != '\r') return false;
  *line = rest->substr(0, size - 1);
  rest->remove_prefix(size + 1);
  return true;
}

// "GET /hello.gif?t=pv HTTP/1.1"
bool read_first_line(std::string_view line, PlainRequest* request) {
  constexpr std::string_view kMethod = "GET ", kVersion = " HTTP/1.1";
  if (!line.starts_with(kMethod) || !line.ends_with(kVersion)) return false;
  line.remove_prefix(kMethod.size());
  if (line.size() <= kVersion.size()) return false;
  line.remove_suffix(kVersion.size());
  if (line.front() != '/' || !is_printable(line, '!')) return false;
  const size_t mark = std::min(line.find('?'), line.size());
  request->path = line.substr(0, mark);
  request->query = line.substr(std::min(mark + 1, line.size()));
  return line.find('#') == line.npos;
}

// "Referer: https://example.com/"
bool read_header(std::string_view line, PlainRequest* request) {
  const size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  if (colon == line.size() || !is_name(name) || !is_printable(line.substr(colon), ' '))
    return false;
  const std::string_view value = without_spaces(line.substr(colon + 1));
  for (const Known& known : kKnown) {
    if (!equal_ignoring_case(known.name, name)) continue;
    std::string_view& place = request->*known.value;
    // A second Host is an error, and a second one of another is not ours to choose from.
    if (place.data() != nullptr) return false;
    place = value;
    return true;
  }
  if (equal_ignoring_case(name, "connection")) return equal_ignoring_case(value, "keep-alive");
  return std::none_of(std::begin(kFraming), std::end(kFraming),
                      [&](std::string_view framing) { return equal_ignoring_case(framing, name); });
}

}  // namespace

std::optional<PlainRequest> scan_plain_request(std::string_view bytes, size_t head_bytes_max) {
  PlainRequest request;
  std::string_view rest = bytes.substr(0, head_bytes_max), line;
  if (!rest.starts_with("GET /") || !take_line(&rest, &line) || !read_first_line(line, &request))
    return std::nullopt;
  while (take_line(&rest, &line)) {
    if (line.empty()) {
      request.bytes = static_cast<size_t>(rest.data() - bytes.data());
      if (request.host.data() == nullptr) return std::nullopt;
      return request;
    }
    if (!read_header(line, &request)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace ballcone
