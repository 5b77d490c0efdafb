#include "store/imports.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "store/changes.h"
#include "store/chunks.h"

namespace ballcone {
namespace {

// A file followed for years adds a piece every few seconds; nearly all of them are one range.
constexpr size_t kPiecesToMerge = 256;

int64_t integer_of(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? *number : 0;
}
uint64_t count_of(const Value& value) { return static_cast<uint64_t>(integer_of(value)); }
uint32_t id_of(const Value& value) { return static_cast<uint32_t>(integer_of(value)); }
std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

// The single number that a statement of ours answers with.
Result<uint32_t> run_for_id(Connection& connection, const Sql& sql) {
  auto value = connection.value(sql);
  if (!value) return tl::unexpected(value.error());
  return id_of(*value);
}

Result<void> run(Connection& connection, const Sql& sql) {
  auto done = connection.table(sql);
  if (!done) return tl::unexpected(done.error());
  return {};
}

template <class Number>
Fill fill_with(const std::vector<Piece>& pieces, Number number) {
  return fill_numbers([&pieces, number](size_t i) { return number(pieces[i]); });
}

// Sorted; those of one input that touch become one.
std::vector<Piece> merged(std::vector<Piece> pieces) {
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return std::tie(a.input, a.bytes.begin) < std::tie(b.input, b.bytes.begin);
  });
  std::vector<Piece> out;
  for (const Piece& piece : pieces) {
    if (!out.empty() && out.back().input == piece.input &&
        out.back().bytes.end == piece.bytes.begin) {
      out.back().bytes.end = piece.bytes.end;
      out.back().lines += piece.lines;
      out.back().stored += piece.stored;
    } else {
      out.push_back(piece);
    }
  }
  return out;
}

Error no_such_import(uint32_t import) {
  return {fmt::format("there is no import {}: list them with ballcone import --list", import)};
}

}  // namespace

Result<void> Imports::load() {
  auto ids = connection_->table({"SELECT id FROM data.imports", {}});
  if (!ids) return tl::unexpected(ids.error());
  for (const auto& row : ids->rows) known_.insert(id_of(row[0]));
  return {};
}

Result<uint32_t> Imports::begin(const ImportStart& start, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  uint32_t id = 0;
  if (start.is_follow) {
    auto found = run_for_id(*connection_, {"SELECT min(id) FROM data.imports WHERE is_follow"
                                           " AND what = ? AND label = ?",
                                           {start.what, start.label}});
    if (!found) return found;
    id = *found;
  }
  if (id != 0) {  // it ended without merging its last ones
    if (auto done = merge(id); !done) return tl::unexpected(done.error());
  } else {
    auto inserted = insert(start, now_us);
    if (!inserted) return inserted;
    id = *inserted;
  }
  known_.insert(id);
  begun_.insert(id);
  return id;
}

Result<uint32_t> Imports::insert(const ImportStart& start, int64_t now_us) {
  return run_for_id(*connection_,
                    {"INSERT INTO data.imports VALUES"
                     " (nextval('ballcone.data.import_id'), ?, ?, ?, ?,"
                     " make_timestamp(?), NULL) RETURNING id",
                     {start.what, start.label, start.format, start.is_follow, now_us}});
}

Result<void> Imports::finish(uint32_t import, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  if (known_.count(import) == 0) return tl::unexpected(no_such_import(import));
  if (auto done = merge(import); !done) return done;
  auto done = run(*connection_, {"UPDATE data.imports SET finished = make_timestamp(?)"
                                 " WHERE id = ?",
                                 {now_us, int64_t{import}}});
  if (done) begun_.erase(import);
  return done;
}

// An input has a fingerprint of each length that it was seen with while it was short. The longest
// one that is no longer than `head` decides: two files may begin with the same line.
Result<uint32_t> Imports::find_input(const std::string& label, const std::string& name,
                                     std::string_view head, uint32_t* fingerprint_bytes) {
  *fingerprint_bytes = 0;
  if (head.empty())  // an empty file is like any other one: only its name tells
    return run_for_id(*connection_,
                      {"SELECT min(i.id) FROM data.inputs i JOIN data.fingerprints f"
                       " ON f.input = i.id WHERE label = ? AND name = ? AND bytes = 0",
                       {label, name}});
  const OwnedValue label_value{duckdb_create_varchar_length(label.data(), label.size())};
  const OwnedValue bytes_value{
      duckdb_create_uint32(static_cast<uint32_t>(std::min(head.size(), kFingerprintBytes)))};
  uint32_t found = 0;
  uint32_t last_input = 0;
  std::optional<std::pair<uint32_t, Hash128>> hashed;  // of the length looked at last
  auto done = connection_->chunks(
      "SELECT input, bytes, high, low FROM data.fingerprints JOIN data.inputs ON id = input"
      " WHERE label = ? AND bytes BETWEEN 1 AND ? ORDER BY input, bytes DESC",
      {label_value.get(), bytes_value.get()}, [&](duckdb_data_chunk chunk) {
        const auto* inputs = numbers_of<uint32_t>(chunk, 0);
        const auto* bytes = numbers_of<uint32_t>(chunk, 1);
        const auto* highs = numbers_of<uint64_t>(chunk, 2);
        const auto* lows = numbers_of<uint64_t>(chunk, 3);
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
          if (std::exchange(last_input, inputs[i]) == inputs[i]) continue;
          if (!hashed || hashed->first != bytes[i])
            hashed = {bytes[i], hash128(head.substr(0, bytes[i]))};
          if (bytes[i] <= *fingerprint_bytes || hashed->second != Hash128{highs[i], lows[i]})
            continue;
          found = inputs[i];
          *fingerprint_bytes = bytes[i];
        }
      });
  if (!done) return tl::unexpected(done.error());
  return found;
}

Result<uint32_t> Imports::insert_input(const std::string& label, const std::string& name) {
  return run_for_id(*connection_,
                    {"INSERT INTO data.inputs VALUES (nextval('ballcone.data.input_id'), ?, ?)"
                     " RETURNING id",
                     {label, name}});
}

Result<void> Imports::insert_fingerprint(uint32_t input, std::string_view head) {
  const Hash128 hash = hash128(head);
  return run(*connection_, {fmt::format("INSERT INTO data.fingerprints VALUES ({}, {}, {}, {})",
                                        input, head.size(), hash.high, hash.low),
                            {}});
}

Result<KnownInput> Imports::open(const std::string& label, const std::string& name,
                                 std::string_view head) {
  const std::lock_guard lock(mutex_);
  head = head.substr(0, kFingerprintBytes);
  KnownInput input;
  auto done = in_transaction(*connection_, [&]() -> Result<void> {
    uint32_t bytes = 0;
    auto found = find_input(label, name, head, &bytes);
    bool is_longer = head.size() > bytes;  // than it was when it was seen last
    if (found && *found == 0) {
      found = insert_input(label, name);
      is_longer = true;
    }
    if (!found) return tl::unexpected(found.error());
    input.id = *found;
    if (is_longer)
      if (auto inserted = insert_fingerprint(input.id, head); !inserted) return inserted;
    auto ranges = done_of(input.id);
    if (!ranges) return tl::unexpected(ranges.error());
    input.done = std::move(*ranges);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  opened_.insert(input.id);
  return input;
}

Result<std::vector<Range>> Imports::done_of(uint32_t input) {
  std::vector<Range> done;
  auto read = connection_->chunks(
      fmt::format("SELECT first, last FROM data.pieces WHERE input = {} AND first < last"
                  " ORDER BY first",
                  input),
      {}, [&](duckdb_data_chunk chunk) {
        const auto* firsts = numbers_of<uint64_t>(chunk, 0);
        const auto* lasts = numbers_of<uint64_t>(chunk, 1);
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
          if (!done.empty() && firsts[i] <= done.back().end)
            done.back().end = std::max(done.back().end, lasts[i]);
          else
            done.push_back({firsts[i], lasts[i]});
        }
      });
  if (!read) return tl::unexpected(read.error());
  return done;
}

Result<std::vector<ImportInfo>> Imports::list() {
  const std::lock_guard lock(mutex_);
  auto table = connection_->table(
      {"SELECT id, what, label, format, is_follow, epoch_us(started), epoch_us(finished),"
       " count(DISTINCT input), sum(lines)::BIGINT, sum(stored)::BIGINT, sum(last - first)::BIGINT"
       " FROM data.imports LEFT JOIN data.pieces ON import = id GROUP BY ALL ORDER BY id",
       {}});
  if (!table) return tl::unexpected(table.error());
  std::vector<ImportInfo> infos;
  for (const auto& row : table->rows) {
    const auto* is_follow = std::get_if<bool>(&row[4]);
    infos.push_back({.id = id_of(row[0]),
                     .start = {text_of(row[1]), text_of(row[2]), text_of(row[3]),
                               is_follow != nullptr && *is_follow},
                     .started_us = integer_of(row[5]),
                     .finished_us = integer_of(row[6]),
                     .inputs = count_of(row[7]),
                     .lines = count_of(row[8]),
                     .stored = count_of(row[9]),
                     .bytes = count_of(row[10])});
  }
  return infos;
}

Result<void> Imports::check(const std::vector<Piece>& pieces) {
  if (pieces.empty()) return {};
  const std::lock_guard lock(mutex_);
  for (const Piece& piece : pieces)
    if (known_.count(piece.import) == 0)
      return failure(fmt::format("import {} has been undone", piece.import));
  return {};
}

Result<void> Imports::append(Connection& connection, const std::vector<Piece>& pieces) {
  if (pieces.empty()) return {};
  return append_table(connection, "pieces",
                      {fill_with(pieces, [](const Piece& piece) { return piece.import; }),
                       fill_with(pieces, [](const Piece& piece) { return piece.input; }),
                       fill_with(pieces, [](const Piece& piece) { return piece.bytes.begin; }),
                       fill_with(pieces, [](const Piece& piece) { return piece.bytes.end; }),
                       fill_with(pieces, [](const Piece& piece) { return piece.lines; }),
                       fill_with(pieces, [](const Piece& piece) { return piece.stored; })},
                      pieces.size());
}

void Imports::note(const std::vector<Piece>& pieces) {
  if (pieces.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const Piece& piece : pieces) {
    if (++not_merged_[piece.import] < kPiecesToMerge) continue;
    // They are right as they are; the next round tries again.
    if (auto done = merge(piece.import); !done)
      log_warning("cannot merge what import {} has done: {}", piece.import, done.error().message);
    not_merged_[piece.import] = 0;
  }
}

// Pieces that others commit meanwhile are not seen, and so not deleted either.
Result<void> Imports::merge(uint32_t import) {
  not_merged_.erase(import);
  return in_transaction(*connection_, [&]() -> Result<void> {
    std::vector<Piece> pieces;
    auto read = connection_->chunks(
        fmt::format("SELECT input, first, last, lines, stored FROM data.pieces WHERE import = {}",
                    import),
        {}, [&](duckdb_data_chunk chunk) {
          for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
            pieces.push_back(
                {import,
                 numbers_of<uint32_t>(chunk, 0)[i],
                 {numbers_of<uint64_t>(chunk, 1)[i], numbers_of<uint64_t>(chunk, 2)[i]},
                 numbers_of<uint64_t>(chunk, 3)[i],
                 numbers_of<uint64_t>(chunk, 4)[i]});
        });
    if (!read) return read;
    const size_t before = pieces.size();
    pieces = merged(std::move(pieces));
    if (pieces.size() == before) return {};
    auto done = connection_->run(fmt::format("DELETE FROM data.pieces WHERE import = {}", import));
    if (!done) return done;
    return append(*connection_, pieces);
  });
}

Result<uint64_t> Imports::undo(uint32_t import) {
  const std::lock_guard lock(mutex_);
  if (known_.count(import) == 0) return tl::unexpected(no_such_import(import));
  // What is being followed at this moment goes on, under the same id.
  auto follows =
      connection_->value({"SELECT is_follow FROM data.imports WHERE id = ?", {int64_t{import}}});
  if (!follows) return tl::unexpected(follows.error());
  const bool is_row_kept = begun_.count(import) != 0 && std::get_if<bool>(&*follows) != nullptr &&
                           std::get<bool>(*follows);
  uint64_t hits = 0;
  auto done = in_transaction(*connection_, [&]() -> Result<void> {
    auto deleted = delete_rows(import, is_row_kept);
    if (!deleted) return tl::unexpected(deleted.error());
    hits = *deleted;
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  not_merged_.erase(import);
  if (!is_row_kept) {
    known_.erase(import);
    begun_.erase(import);
  }
  return hits;
}

Result<uint64_t> Imports::delete_rows(uint32_t import, bool is_row_kept) {
  const Value id = int64_t{import};
  auto inputs =
      connection_->table({"SELECT DISTINCT input FROM data.pieces WHERE import = ?", {id}});
  if (!inputs) return tl::unexpected(inputs.error());
  if (auto noted = run(*connection_, {mark_hits("h.import = ?"), {id}}); !noted)
    return tl::unexpected(noted.error());
  auto hits = connection_->value({"DELETE FROM data.hits WHERE import = ?", {id}});
  if (!hits) return tl::unexpected(hits.error());
  auto done = run(*connection_, {"DELETE FROM data.pieces WHERE import = ?", {id}});
  if (done && !is_row_kept)
    done = run(*connection_, {"DELETE FROM data.imports WHERE id = ?", {id}});
  std::vector<uint32_t> ids;
  for (const auto& row : inputs->rows) ids.push_back(id_of(row[0]));
  if (done) done = delete_inputs(ids);
  if (!done) return tl::unexpected(done.error());
  return count_of(*hits);
}

// Those that no piece refers to any more, and that nobody is about to refer to.
Result<void> Imports::delete_inputs(const std::vector<uint32_t>& inputs) {
  std::vector<uint32_t> ids;
  for (const uint32_t input : inputs)
    if (opened_.count(input) == 0) ids.push_back(input);
  if (ids.empty()) return {};
  auto done =
      connection_->run(fmt::format("DELETE FROM data.inputs WHERE id IN ({}) AND id NOT IN"
                                   " (SELECT input FROM data.pieces)",
                                   fmt::join(ids, ", ")));
  if (!done) return done;
  return connection_->run(
      "DELETE FROM data.fingerprints WHERE input NOT IN (SELECT id FROM data.inputs)");
}

}  // namespace ballcone
