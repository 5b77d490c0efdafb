#include "decode/pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "decode/hit_builder.h"
#include "decode/text_escapes.h"

namespace ballcone {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_number(Field field) {
  switch (field) {
    case Field::status:
    case Field::bytes:
    case Field::bytes_body:
    case Field::duration_s:
    case Field::duration_ms:
    case Field::duration_us:
    case Field::duration_ns:
    case Field::duration_part_s:
    case Field::upstream_s:
    case Field::upstream_ms:
    case Field::upstream_ns:
    case Field::upstream_part_s:
      return true;
    default:
      return false;
  }
}

// Of what stands where a number should, only this is near enough to one; the rest says that the
// line is of another format.
bool is_like_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == ',' || c == ':' ||
           c == ' ';
  });
}

// In these a space says so too.
bool is_word(Field field) {
  return field == Field::address || field == Field::address_and_port || field == Field::host ||
         field == Field::method || field == Field::protocol || field == Field::scheme ||
         field == Field::request_id;
}

std::string shown(std::string_view literal) { return fmt::format("'{}'", literal); }

// One line on its way through the steps.
class PatternReader {
 public:
  PatternReader(std::string_view line, const LinePattern& pattern, bool has_backslash,
                DecodeMemory& memory, Hit* hit)
      : line_(line),
        pattern_(pattern),
        has_backslash_(has_backslash),
        memory_(memory),
        hit_(*hit),
        builder_(line, memory, hit) {}

  HitBuilder& builder() { return builder_; }

  std::optional<Drop> run() {
    for (size_t i = 0; i < pattern_.steps.size(); ++i) {
      const LinePattern::Step& step = pattern_.steps[i];
      if (!take_literal(step.before, i)) return Drop::malformed;
      if (!step.time_format.is_empty() ? !take_time(step) : !take_field(step, i)) {
        return Drop::malformed;
      }
    }
    if (!is_at_end()) return Drop::malformed;
    if (has_civil_time_) {
      const auto time_us = civil_.time_us();
      if (!time_us) {
        memory_.mismatch = {0, "a date that exists"};
        return Drop::bad_time;
      }
      builder_.set_time(*time_us);
    }
    if (const auto drop = builder_.finish()) return drop;
    if (pattern_.has_request && hit_.status == kAbsent<uint16_t> && hit_.method.empty() &&
        hit_.uri.empty()) {
      expect(0, "a request, or at least its status");
      return Drop::malformed;
    }
    return std::nullopt;
  }

 private:
  bool expect(size_t position, std::string expected) {
    memory_.mismatch = {position, std::move(expected)};
    return false;
  }

  bool take_literal(std::string_view literal, size_t step) {
    if (line_.substr(at_).starts_with(literal)) {
      at_ += literal.size();
      return true;
    }
    size_t same = 0;
    while (at_ + same < line_.size() && line_[at_ + same] == literal[same]) ++same;
    return expect(at_ + same, step == 0 ? shown(literal)
                                        : fmt::format("{} behind {}", shown(literal),
                                                      pattern_.steps[step - 1].name));
  }

  bool take_time(const LinePattern::Step& step) {
    std::string_view rest = line_.substr(at_);
    const bool is_it = step.time_format.take(rest, &civil_);
    if (!is_it) {
      return expect(line_.size() - rest.size(), fmt::format("a time as {} writes it", step.name));
    }
    at_ = line_.size() - rest.size();
    has_civil_time_ = has_civil_time_ || step.field == Field::date;
    return true;
  }

  bool take_field(const LinePattern::Step& step, size_t i) {
    const bool is_last = i + 1 == pattern_.steps.size();
    const std::string_view next = is_last ? pattern_.after : pattern_.steps[i + 1].before;
    size_t end = end_of(step, next, is_last);
    if (end == line_.npos) {
      if (!is_last || !step.is_quoted || quote_at(at_) != line_.npos) {
        return expect(at_, fmt::format("{}, and {} behind it", step.name, shown(next)));
      }
      // The line was cut within its last text.
      builder_.mark_repaired();
      end = line_.size();
      is_cut_ = true;
    }
    const std::string_view text = line_.substr(at_, end - at_);
    if (!set(step, text)) return false;
    at_ = end;
    return true;
  }

  bool set(const LinePattern::Step& step, std::string_view text) {
    if (step.field == Field::ignored) return true;
    if (text == "-") text = {};
    if (is_number(step.field) && !is_like_number(text)) {
      return expect(at_, fmt::format("a number for {}", step.name));
    }
    if (is_word(step.field) && text.find(' ') != text.npos) {
      return expect(at_, fmt::format("one word for {}", step.name));
    }
    if (has_backslash_) text = unescape(text, &memory_.text);
    builder_.set(step.field, text);
    return true;
  }

  // Where the field that begins here ends; npos if nothing says so.
  size_t end_of(const LinePattern::Step& step, std::string_view next, bool is_last) const {
    if (step.is_quoted) return quoted_end(next, is_last);
    if (step.ends_at_slash) return line_.find('/', at_);
    if (next.empty()) {
      return pattern_.allows_rest ? std::min(line_.find(' ', at_), line_.size()) : line_.size();
    }
    size_t end = line_.find(next, at_);
    while (step.is_list && end != line_.npos && is_within_list(end)) {
      end = line_.find(next, end + 1);
    }
    return end;
  }

  // nginx joins what several servers said with ", " and " : ".
  bool is_within_list(size_t end) const {
    if (line_[end] != ' ' || end == at_) return false;
    return line_[end - 1] == ',' || line_[end - 1] == ':' || line_.substr(end).starts_with(" : ");
  }

  // The next quote without a backslash in front.
  size_t quote_at(size_t at) const {
    if (!has_backslash_) return line_.find('"', at);
    for (at = line_.find_first_of("\"\\", at); at != line_.npos && line_[at] == '\\';) {
      at = at + 2 < line_.size() ? line_.find_first_of("\"\\", at + 2) : line_.npos;
    }
    return at;
  }

  // Not every server escapes a quote, so it is the end only if the next text follows.
  size_t quoted_end(std::string_view next, bool is_last) const {
    for (size_t at = quote_at(at_); at != line_.npos; at = quote_at(at + 1)) {
      const std::string_view rest = line_.substr(at);
      const bool is_end = is_last && !pattern_.allows_rest ? rest == next : rest.starts_with(next);
      if (is_end) return at;
      // More fields than the pattern has.
      if (is_last && rest.starts_with("\" \"")) return line_.npos;
    }
    return is_last || !has_backslash_ ? line_.npos : line_.find(next, at_);
  }

  bool is_at_end() {
    if (is_cut_) return true;
    if (!take_literal(pattern_.after, pattern_.steps.size())) return false;
    if (at_ == line_.size() || (pattern_.allows_rest && line_[at_] == ' ')) return true;
    return expect(at_, "the line's end");
  }

  const std::string_view line_;
  const LinePattern& pattern_;
  const bool has_backslash_;
  DecodeMemory& memory_;
  Hit& hit_;
  HitBuilder builder_;
  CivilTime civil_;
  bool has_civil_time_ = false;
  bool is_cut_ = false;
  size_t at_ = 0;
};

std::string_view without_ends(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::optional<Drop> decode_pattern(std::string_view line, const Layout* layout,
                                   DecodeMemory& memory, Hit* hit) {
  const LinePattern& pattern = *static_cast<const LinePattern*>(layout);
  const std::string_view whole = line;
  line = without_ends(line);
  memory.mismatch = {0, "a request"};
  if (line.find_first_not_of(" \t") == line.npos) return Drop::empty;
  if (line[0] == '#' && !pattern.steps[0].before.starts_with('#')) return Drop::comment;
  const LineBytes bytes = bytes_of(line);
  const bool is_repaired = bytes.has_nul || (!bytes.is_ascii && !is_utf8(line));
  if (is_repaired) {
    memory.line.clear();
    append_repaired_utf8(line, &memory.line);
    line = memory.line;
  }
  PatternReader reader(line, pattern, bytes.has_backslash, memory, hit);
  if (is_repaired) reader.builder().mark_repaired();
  const auto drop = reader.run();
  if (drop && whole.starts_with(kByteOrderMark)) memory.mismatch.position += kByteOrderMark.size();
  return drop;
}

}  // namespace ballcone
