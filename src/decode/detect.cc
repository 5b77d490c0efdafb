// Which format an input is in, told by trying them all on its first lines.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "decode/format.h"

namespace ballcone {
namespace {

constexpr size_t kLinesMax = 100;

struct Score {
  size_t decoded = 0;
  size_t whole = 0;   // not repaired
  size_t fields = 0;  // filled, in all of them
  auto operator<=>(const Score&) const = default;
};

struct Candidate {
  const Format* format;
  Decoder decoder;  // as the directives so far have it
  Score score = {};
  // Of the first line that did not fit.
  size_t failed_line = std::string_view::npos;
  Mismatch mismatch = {};
};

size_t fields_of(const Hit& hit) {
  size_t count = 0;
  for (const std::string_view text :
       {hit.service, hit.host, hit.address, hit.method, hit.uri, hit.protocol, hit.scheme,
        hit.content_type, hit.referrer, hit.user_agent, hit.fetch_dest, hit.purpose,
        hit.cache_status}) {
    count += text.empty() ? 0 : 1;
  }
  count += hit.status == kAbsent<uint16_t> ? 0 : 1;
  count += hit.gpc == kAbsent<uint8_t> ? 0 : 1;
  count += hit.request_id == RequestId{} ? 0 : 1;
  for (const int64_t number :
       {hit.bytes, hit.generation_time_us, hit.upstream_time_us, hit.range_start}) {
    count += number == kAbsent<int64_t> ? 0 : 1;
  }
  return count;
}

bool is_comment(std::string_view line) { return line.starts_with('#'); }

void try_line(std::string_view line, size_t index, DecodeMemory& memory, Candidate& candidate) {
  if (is_comment(line)) {
    if (!candidate.decoder.has_directives) return;
    auto next = after_directive(candidate.decoder, line);
    if (next && next->has_value()) candidate.decoder = **std::move(next);
    return;
  }
  Hit hit;
  if (candidate.decoder.decode(line, memory, &hit)) {
    if (candidate.failed_line == std::string_view::npos) {
      candidate.failed_line = index;
      candidate.mismatch = last_mismatch(memory);
    }
    return;
  }
  ++candidate.score.decoded;
  candidate.score.whole += hit.is_repaired ? 0 : 1;
  candidate.score.fields += fields_of(hit);
}

// The line around the place where it did not fit, and a caret below it.
std::string shown_with_caret(std::string_view line, const Mismatch& mismatch) {
  constexpr size_t kBefore = 60;
  constexpr size_t kAfter = 40;
  const size_t at = std::min(mismatch.position, line.size());
  size_t begin = at > kBefore ? at - kBefore : 0;
  const size_t end = std::min(at + kAfter, line.size());
  std::string text = begin > 0 ? "…" : "";
  size_t column = text.empty() ? 0 : 1;
  const auto is_inside = [&](size_t i) {
    return i < line.size() && (static_cast<uint8_t>(line[i]) & 0xc0) == 0x80;
  };
  while (begin < end && is_inside(begin)) ++begin;
  std::string part;
  append_repaired_utf8(line.substr(begin, end - begin), &part);
  for (size_t i = begin; i < at; ++i) column += is_inside(i) ? 0 : 1;
  // What would move the cursor would move the caret away from its place.
  std::replace_if(
      part.begin(), part.end(), [](char c) { return c >= 0 && (c < ' ' || c == 0x7f); }, ' ');
  return fmt::format("  {}{}{}\n  {}^ expected {}", text, part, end < line.size() ? "…" : "",
                     std::string(column, ' '), mismatch.expected);
}

Error nothing_fits(std::span<const Candidate> candidates, std::span<const std::string_view> lines,
                   size_t line_count) {
  // A line that begins like JSON is not compared with text that happens to have the same spaces.
  const auto first = std::find_if(lines.begin(), lines.end(), [](std::string_view line) {
    return !trim(line).empty() && !is_comment(line);
  });
  const bool is_json = trim(*first).starts_with('{');
  const Candidate* nearest = nullptr;
  const auto nearness = [](const Candidate& candidate) {
    return std::tuple(candidate.score.decoded, candidate.mismatch.position);
  };
  for (const Candidate& candidate : candidates) {
    const bool is_kind = candidate.format->example.starts_with('{') == is_json;
    if (!is_kind || candidate.failed_line == std::string_view::npos) continue;
    if (nearest == nullptr || nearness(candidate) > nearness(*nearest)) nearest = &candidate;
  }
  std::string message;
  if (nearest == nullptr) {
    message = fmt::format("no format fits this line:\n  {}", *first);
  } else {
    message = fmt::format(
        "no format fits. The nearest is {}, which fits {} of {} lines, and of this one not all:\n"
        "{}\nSay what it is: --format with a name, with nginx's log_format ('$remote_addr …'), "
        "Apache's LogFormat ('%h …'), or which JSON key is what "
        "('json:address=client.ip,time=ts,uri=url').",
        nearest->format->name, nearest->score.decoded, line_count,
        shown_with_caret(lines[nearest->failed_line], nearest->mismatch));
  }
  // Names of #Fields may be any bytes too.
  Error error;
  append_repaired_utf8(message, &error.message);
  return error;
}

// Each line where a decoder may read beyond it.
class PaddedLines {
 public:
  explicit PaddedLines(std::span<const std::string_view> lines) {
    for (const std::string_view line : lines) text_ += line;
    text_.append(kLinePadding, ' ');
    size_t at = 0;
    for (const std::string_view line : lines) {
      lines_.push_back(std::string_view(text_).substr(at, line.size()));
      at += line.size();
    }
  }
  std::span<const std::string_view> lines() const { return lines_; }

 private:
  std::string text_;
  std::vector<std::string_view> lines_;
};

}  // namespace

Result<Decoder> detect_format(std::span<const std::string_view> given) {
  std::vector<std::string_view> kept;
  size_t line_count = 0;
  for (const std::string_view line : given) {
    if (line.find('\0') != line.npos) {
      return failure(
          "expected lines of text, got bytes that are 0: is it a binary file, or UTF-16?");
    }
    if (trim(line).empty()) continue;
    line_count += is_comment(line) ? 0 : 1;
    kept.push_back(line);
    if (line_count == kLinesMax) break;
  }
  if (line_count == 0)
    return failure("expected a line of a log, got none: nothing tells its format");
  const PaddedLines padded(kept);
  const DecodeMemoryPtr memory = make_decode_memory();
  std::vector<Candidate> candidates;
  for (const Format& format : formats()) {
    Candidate candidate{&format, format.open(format)};
    for (size_t i = 0; i < kept.size(); ++i) {
      try_line(padded.lines()[i], i, *memory, candidate);
    }
    candidates.push_back(std::move(candidate));
  }
  const auto best =
      std::max_element(candidates.begin(), candidates.end(),
                       [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  if (best->score.decoded * 2 < line_count) {
    return tl::unexpected(nothing_fits(candidates, kept, line_count));
  }
  return best->format->open(*best->format);
}

}  // namespace ballcone
