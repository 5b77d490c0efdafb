#include "command/import_dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "base/time.h"
#include "command/import_text.h"
#include "decode/format.h"
#include "ingest/head.h"
#include "source/input.h"
#include "web/table_text.h"

namespace ballcone {
namespace {

// Widths that add up to 100: what a column may have of the terminal's width.
struct Column {
  const char* name;
  size_t share;
};
constexpr Column kColumns[] = {{"time", 20},  {"service", 8},  {"address", 12},
                               {"method", 6}, {"uri", 22},     {"status", 6},
                               {"bytes", 7},  {"referrer", 9}, {"user agent", 10}};

// As the import will name it, before its letters are checked.
std::string service_of(const Hit& hit, const ImportOptions& options, const std::string& file) {
  if (!options.service.empty()) return options.service;
  if (options.service_from == "line" && !hit.service.empty()) return std::string(hit.service);
  if (options.service_from != "file" && !hit.host.empty()) return std::string(hit.host);
  return service_of_file(file);
}

std::vector<Value> row_of(const Hit& hit, const std::string& service, size_t width) {
  const auto number = [](auto value, auto absent) {
    return value == absent ? std::string() : std::to_string(value);
  };
  const std::string texts[] = {format_time(hit.time_us),
                               service,
                               std::string(hit.address),
                               std::string(hit.method),
                               std::string(hit.uri),
                               number(hit.status, kAbsent<uint16_t>),
                               number(hit.bytes, kAbsent<int64_t>),
                               std::string(hit.referrer),
                               std::string(hit.user_agent)};
  std::vector<Value> row;
  for (size_t i = 0; i < std::size(kColumns); ++i) {
    // Two spaces between columns. Times and status codes are never cut.
    if (width == 0) {
      row.push_back(texts[i]);
      continue;
    }
    const size_t own = width * kColumns[i].share / 100;
    row.push_back(fit(texts[i], i == 0 || i == 5 ? 32 : std::max<size_t>(own - 2, 4)));
  }
  return row;
}

// What the options leave out.
std::optional<Drop> unwanted(const Hit& hit, const ImportOptions& options) {
  const bool is_early = options.since_us && hit.time_us < *options.since_us;
  const bool is_late = options.until_us && hit.time_us >= *options.until_us;
  if (is_early || is_late) return Drop::out_of_range;
  const std::string_view path = hit.uri.substr(0, hit.uri.find('?'));
  const bool is_excluded =
      std::any_of(options.excludes.begin(), options.excludes.end(),
                  [&](const std::string& pattern) { return matches_wildcards(pattern, path); });
  return is_excluded ? std::optional(Drop::excluded) : std::nullopt;
}

std::string text_of(const std::string& name, const FirstLines& first, size_t width) {
  const uint64_t dropped = std::accumulate(first.dropped.begin(), first.dropped.end(), uint64_t{0});
  std::string text = fmt::format("{}: {}. Of the first {} lines {} would be dropped{}\n",
                                 fit(name, width), first.format, count_text(first.lines),
                                 count_text(dropped), dropped == 0 ? "." : ":");
  for (size_t i = 0; i < kDropCount; ++i) {
    if (first.dropped[i] == 0) continue;
    text += fmt::format("  {:>8}  {}: {}\n            line {}\n", count_text(first.dropped[i]),
                        kDrops[i].name, kDrops[i].help,
                        fit(first.examples[i], std::max<size_t>(width, 40) - 17));
  }
  return text + "\n" + table_text(first.table) + "\n";
}

}  // namespace

Result<FirstLines> read_first_lines(const ImportOptions& options, const ImportFile& file,
                                    size_t width) {
  auto input = open_input(file.file, file.name);
  if (!input) return tl::unexpected(input.error());
  const auto head = (*input)->head();
  if (!head) return tl::unexpected(head.error());
  std::vector<std::string_view> lines = lines_of(*head);
  auto decoder = options.format == "auto" ? detect_format(lines) : open_format(options.format);
  if (!decoder) return tl::unexpected(decoder.error());
  // A head that fills its limit ends within a line.
  if (head->size() >= kHeadBytesMax && lines.size() > 1) lines.pop_back();

  FirstLines first{.format = decoder->name};
  for (const Column& column : kColumns) first.table.columns.push_back({column.name, "VARCHAR"});
  const DecodeMemoryPtr memory = make_decode_memory();
  std::string padded;
  for (const std::string_view line : lines) {
    ++first.lines;
    padded.assign(line).append(kLinePadding, '\0');
    const std::string_view own(padded.data(), line.size());
    Hit hit;
    auto drop = line.size() > kLineBytesMax ? std::optional(Drop::too_long)
                                            : decoder->decode(own, *memory, &hit);
    if (!drop) drop = unwanted(hit, options);
    if (drop) {
      apply_directive(own, &*decoder);
      if (first.dropped[static_cast<size_t>(*drop)]++ == 0)
        first.examples[static_cast<size_t>(*drop)] = fmt::format("{}: {}", first.lines, line);
    } else if (first.table.rows.size() < kDryRunLines) {
      first.table.rows.push_back(row_of(hit, service_of(hit, options, file.name), width));
    }
  }
  return first;
}

DryRun dry_run(const ImportOptions& options, const std::vector<ImportFile>& files, size_t width) {
  DryRun run;
  for (const ImportFile& file : files) {
    const auto first = read_first_lines(options, file, width);
    if (first) {
      run.text += text_of(file.name, *first, width);
    } else {
      run.problems.push_back(first.error().message);
    }
  }
  return run;
}

}  // namespace ballcone
