#include "command/import_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/time.h"
#include "web/table_text.h"

namespace ballcone {
namespace {

constexpr double kSpeedWindow_s = 5;
constexpr size_t kExampleWidthMin = 60;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string minute_text(int64_t time_us) {
  std::string text = format_time(time_us);
  return fmt::format("{} {}", text.substr(0, 10), text.substr(11, 5));
}

std::string plural(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count_text(count), count == 1 ? one : many);
}

void append_drops(const ImportFigures& figures, size_t width, std::string* out) {
  for (size_t i = 0; i < kDropCount; ++i) {
    if (figures.dropped[i] == 0) continue;
    *out += fmt::format("  {:>14}  {}: {}\n", count_text(figures.dropped[i]), kDrops[i].name,
                        kDrops[i].help);
    for (const std::string& example : figures.examples[i])
      *out += fmt::format("{:18}{}\n", "", fit(example, std::max(width, kExampleWidthMin) - 18));
  }
}

void append_services(const ImportFigures& figures, std::string* out) {
  size_t name_width = 0;
  for (const auto& [name, service] : figures.services)
    name_width = std::max(name_width, width_of(name));
  for (const auto& [name, service] : figures.services) {
    *out += fmt::format(
        "  {}{}  {} to {}  {}, {}\n", name, std::string(name_width - width_of(name), ' '),
        minute_text(service.first_us), minute_text(service.last_us),
        plural(service.hits, "hit", "hits"), plural(service.page_views, "page view", "page views"));
  }
}

std::string known_text(const ImportFigures& figures) {
  if (figures.files_known > 0 && figures.files_known == figures.files)
    return "Nothing is new: all of it was stored before (--again stores it once more).\n";
  if (figures.bytes_known == 0) return {};
  return fmt::format("  {:>14}  known: stored before, {}\n", bytes_text(figures.bytes_known),
                     figures.files_known > 0
                         ? plural(figures.files_known, "file of which nothing is new",
                                  "files of which nothing is new")
                         : "and skipped");
}

}  // namespace

std::string count_text(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string bytes_text(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes);
  const char* const units[] = {"kB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  for (value /= 1000; value >= 999.5 && unit + 1 < std::size(units); ++unit) value /= 1000;
  return value < 9.95 ? fmt::format("{:.1f} {}", value, units[unit])
                      : fmt::format("{:.0f} {}", value, units[unit]);
}

std::string duration_text(double duration) {
  if (duration < 9.95) return fmt::format("{:.1f} s", duration);
  const auto seconds = static_cast<int64_t>(std::llround(duration));
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string fit(std::string_view text, size_t width) {
  std::string whole;
  append_repaired_utf8(text, &whole);
  std::string safe;
  size_t characters = 0;
  size_t cut_at = 0;  // where "…" would stand
  for (size_t i = 0; i < whole.size();) {
    size_t end = i + 1;
    while (end < whole.size() && continues_character(whole[end])) ++end;
    std::string_view character(whole.data() + i, end - i);
    const auto first = static_cast<unsigned char>(character[0]);
    // U+0080 to U+009F are control characters too.
    const bool is_control = first < 0x20 || first == 0x7f ||
                            (first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
    const std::string shown =
        is_control ? fmt::format("\\x{:02x}", static_cast<unsigned char>(character.back()))
                   : std::string(character);
    characters += width_of(shown);
    if (characters > width) return safe.substr(0, cut_at) + "…";
    safe += shown;
    if (characters < width) cut_at = safe.size();
    i = end;
  }
  return safe;
}

void ImportSpeed::add(const ImportFigures& figures) {
  moments_.push_back({figures.seconds, figures.lines, figures.file_bytes, figures.file_bytes_max});
  while (moments_.size() > 2 && moments_[1].seconds < figures.seconds - kSpeedWindow_s)
    moments_.pop_front();
}

double ImportSpeed::lines_per_s() const {
  if (moments_.empty()) return 0;
  const Moment& last = moments_.back();
  const double passed = last.seconds - moments_.front().seconds;
  if (passed > 0.5) return static_cast<double>(last.lines - moments_.front().lines) / passed;
  return last.seconds > 0 ? static_cast<double>(last.lines) / last.seconds : 0;
}

std::optional<double> ImportSpeed::seconds_left() const {
  if (moments_.empty()) return std::nullopt;
  const Moment& first = moments_.front();
  const Moment& last = moments_.back();
  const double passed = last.seconds - first.seconds;
  if (passed <= 0.5 || last.file_bytes <= first.file_bytes || last.file_bytes_max == 0)
    return std::nullopt;
  const auto left =
      static_cast<double>(last.file_bytes_max - std::min(last.file_bytes, last.file_bytes_max));
  return left / (static_cast<double>(last.file_bytes - first.file_bytes) / passed);
}

std::string progress_line(const ImportFigures& figures, const ImportSpeed& speed, size_t width) {
  uint64_t dropped = 0;
  for (const uint64_t count : figures.dropped) dropped += count;
  // What is left out first when the line is too long has the highest number.
  struct Part {
    int order;
    std::string text;
  };
  std::vector<Part> parts;
  const auto add = [&](int order, std::string text) { parts.push_back({order, std::move(text)}); };
  if (figures.file_bytes_max > 0) {
    add(0, fmt::format("{}%",
                       std::min<uint64_t>(100, figures.file_bytes * 100 / figures.file_bytes_max)));
    add(4, fmt::format("{} of {}", bytes_text(figures.file_bytes),
                       bytes_text(figures.file_bytes_max)));
  } else {
    add(4, bytes_text(figures.bytes));
  }
  add(3, fmt::format("{} lines/s", count_text(static_cast<uint64_t>(speed.lines_per_s()))));
  if (const auto left = speed.seconds_left()) add(2, duration_text(*left) + " left");
  add(1, "stored " + count_text(figures.stored));
  add(2, "dropped " + count_text(dropped));
  if (!figures.file.empty()) {
    const size_t slash = figures.file.rfind('/');
    add(5, figures.file.substr(slash == std::string::npos ? 0 : slash + 1));
    if (!figures.format.empty()) add(6, "as " + figures.format);
  }
  for (int most = 6;; --most) {
    std::string line;
    for (const Part& part : parts)
      if (part.order <= most) line += (line.empty() ? "" : "  ") + part.text;
    line = fit(line, 4096);
    if (width_of(line) <= width || most == 0) return fit(line, width);
  }
}

std::string summary_text(const ImportFigures& figures, const SummaryContext& context) {
  uint64_t dropped = 0;
  for (const uint64_t count : figures.dropped) dropped += count;
  const double rate =
      figures.seconds > 0 ? static_cast<double>(figures.lines) / figures.seconds : 0;
  std::string out =
      fmt::format("{} of {} in {}, {} lines/s\n", plural(figures.lines, "line", "lines"),
                  plural(figures.files, "file", "files"), duration_text(figures.seconds),
                  count_text(static_cast<uint64_t>(rate)));
  out += fmt::format("  {:>14}  stored{}\n", count_text(figures.stored),
                     figures.repaired > 0
                         ? fmt::format(", {} of them repaired (something in the line was not as it "
                                       "should be; the rest was kept)",
                                       count_text(figures.repaired))
                         : "");
  out += fmt::format("  {:>14}  dropped{}\n", count_text(dropped), dropped > 0 ? ":" : "");
  append_drops(figures, context.width, &out);
  out += known_text(figures);
  if (!figures.services.empty()) out += "\n";
  append_services(figures, &out);
  if (figures.derived_days > 0)
    out += fmt::format("\nPage views, visits and totals of {} took {} more\n",
                       plural(figures.derived_days, "day", "days"),
                       duration_text(figures.derive_seconds));
  if (!figures.problems.empty()) out += "\nCould not be read, or not to the end:\n";
  for (const std::string& problem : figures.problems) out += "  " + fit(problem, 2000) + "\n";
  out += "\n";
  if (figures.is_stopped)
    out += "Stopped. What is stored stays; the same command goes on from here.\n";
  if (figures.import != 0)
    out += fmt::format("This was import {0}; `ballcone import -d {1} --undo {0}` takes it back.\n",
                       figures.import, context.database);
  out += context.dashboard.empty()
             ? fmt::format("To look at it: ballcone serve -d {}\n", context.database)
             : fmt::format("To look at it: {}\n", context.dashboard);
  return out;
}

std::string profile_text(const ImportFigures& figures) {
  Table table;
  table.columns = {{"stage", "VARCHAR"},
                   {"rows", "VARCHAR"},
                   {"ns/row", "VARCHAR"},
                   {"ns/line", "VARCHAR"},
                   {"share", "VARCHAR"}};
  double total = 0;
  for (const StepTime& step : figures.steps) total += static_cast<double>(step.ns);
  const auto row = [&](const std::string& name, uint64_t rows, double ns) {
    const auto lines = static_cast<double>(std::max<uint64_t>(1, figures.lines));
    const auto own = static_cast<double>(std::max<uint64_t>(1, rows));
    table.rows.push_back({name, fmt::format("{:>14}", count_text(rows)),
                          fmt::format("{:>10.1f}", ns / own), fmt::format("{:>10.1f}", ns / lines),
                          fmt::format("{:>5.1f}%", total > 0 ? 100 * ns / total : 0)});
  };
  for (const StepTime& step : figures.steps)
    row(step.name, step.rows, static_cast<double>(step.ns));
  row("all", figures.lines, total);
  return table_text(table) + fmt::format("{} of work in {}: {:.1f} cores were busy\n",
                                         duration_text(total / 1e9), duration_text(figures.seconds),
                                         figures.seconds > 0 ? total / 1e9 / figures.seconds : 0);
}

std::string list_text(const std::vector<ImportInfo>& imports) {
  if (imports.empty()) return "Nothing was imported yet.\n";
  Table table;
  for (const char* name : {"id", "started", "finished", "lines", "stored", "bytes", "files",
                           "format", "source", "what"})
    table.columns.push_back({name, "VARCHAR"});
  for (const ImportInfo& info : imports) {
    const std::string end = info.start.is_follow    ? "followed"
                            : info.finished_us == 0 ? "not finished"
                                                    : minute_text(info.finished_us);
    table.rows.push_back({static_cast<int64_t>(info.id), minute_text(info.started_us), end,
                          count_text(info.lines), count_text(info.stored), bytes_text(info.bytes),
                          static_cast<int64_t>(info.inputs), fit(info.start.format, 24),
                          fit(info.start.label, 24), fit(info.start.what, 60)});
  }
  return table_text(table);
}

}  // namespace ballcone
