#include "derive/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/time.h"
#include "derive/day.h"
#include "derive/rules.h"
#include "derive/shape.h"
#include "derive/sql.h"
#include "derive/tables.h"

namespace ballcone {
namespace {

using Names = std::map<uint32_t, std::string>;
Result<Names> read_services(Store& store) {
  auto table = store.query({"SELECT code, service FROM data.text_service WHERE code > 0", {}},
                           {.rows = 1'000'000});
  if (!table) return tl::unexpected(table.error());
  Names names;
  for (const auto& row : table->rows)
    names[static_cast<uint32_t>(integer_of(row[0]))] = text_of(row[1]);
  return names;
}

// Rules that are off and the codes of bots that nothing else gives away.
Result<void> pardon(Transaction& transaction, const DeriveOptions& options) {
  auto bots = transaction.run({"SELECT code, bot_reason FROM data.text_bot WHERE code > 0", {}});
  if (!bots) return tl::unexpected(bots.error());
  std::vector<int64_t> wanted = {0};
  for (const auto& row : bots->rows) {
    const BotRule* rule = rule_of_reason(text_of(row[1]));
    // Of behaviour too: enrichment of older versions gave hits without User-Agent such a code.
    if (rule != nullptr && !is_on(options, *rule)) wanted.push_back(integer_of(row[0]));
  }
  std::sort(wanted.begin(), wanted.end());
  auto table = transaction.run({"SELECT bot FROM derived.pardoned ORDER BY bot", {}});
  if (!table) return tl::unexpected(table.error());
  std::vector<int64_t> existing;
  for (const auto& row : table->rows) existing.push_back(integer_of(row[0]));
  if (existing == wanted) return {};
  return execute(transaction, {"DELETE FROM derived.pardoned",
                               fmt::format("INSERT INTO derived.pardoned VALUES ({})",
                                           fmt::join(wanted, "), ("))});
}

Result<void> note_rules(Transaction& transaction, const DeriveOptions& options) {
  if (auto done = transaction.execute("DELETE FROM data.rules_off"); !done) return done;
  for (const std::string& rule : options.rules_off) {
    auto done = transaction.run({"INSERT INTO data.rules_off VALUES (?)", {rule}});
    if (!done) return tl::unexpected(done.error());
  }
  return {};
}

// Days of other settings: their own rows may be another day's in another zone.
Result<void> mark_other_settings(Transaction& transaction, const TimeZones& zones,
                                 const DeriveOptions& options, const Names& names) {
  auto days =
      transaction.run({"SELECT service, day, settings FROM derived.days WHERE has_hits", {}});
  if (!days) return tl::unexpected(days.error());
  std::map<uint32_t, std::vector<int64_t>> others;
  for (const auto& row : days->rows) {
    const auto service = static_cast<uint32_t>(integer_of(row[0]));
    const auto name = names.find(service);
    if (name != names.end() && text_of(row[2]) != settings_of(zones, options, name->second))
      others[service].push_back(integer_of(row[1]));
  }
  for (const auto& [service, numbers] : others) {
    const std::string& name = names.at(service);
    std::string rows;
    for (const int64_t day : numbers)
      rows += fmt::format("{0}({1}, 0, make_timestamp({2}), make_timestamp({2}), 0)",
                          rows.empty() ? "" : ", ", service, zones.of(name).start_of_day_us(day));
    auto done = transaction.execute("INSERT INTO data.changes VALUES " + rows);
    if (done) done = transaction.mark_hits(fmt::format("h.service = {}", service));
    if (!done) return done;
    auto updated =
        transaction.run({"UPDATE derived.days SET settings = ? WHERE service = ? AND has_hits",
                         {settings_of(zones, options, name), int64_t{service}}});
    if (!updated) return tl::unexpected(updated.error());
  }
  return {};
}

// Codes of the bots of behaviour, in the order of bot_rules(); 0 for rules of the User-Agent.
Result<std::vector<uint32_t>> code_rules(Store& store) {
  std::vector<uint32_t> codes;
  for (const BotRule& rule : bot_rules()) {
    codes.push_back(0);
    if (!rule.is_of_behaviour()) continue;
    auto code = store.code_text(
        "bot", {std::string(rule.bot), std::string(rule.bot_kind), std::string(rule.reason)});
    if (!code) return tl::unexpected(code.error());
    codes.back() = *code;
  }
  return codes;
}

// The service is gone, and with it all that was derived of it.
Result<void> drop_service(Transaction& transaction, uint32_t service) {
  for (const std::string& table : derived_tables()) {
    auto done = transaction.execute(
        fmt::format("DELETE FROM derived.{} WHERE service = {}", table, service));
    if (!done) return done;
  }
  return transaction.execute(fmt::format("DELETE FROM data.changes WHERE service = {}", service));
}

struct OldDay {
  DaySql day;
  bool loses_totals = false;
};

Result<std::vector<OldDay>> find_old_days(Store& store, const TimeZones& zones,
                                          const DeriveOptions& options, int64_t now_us) {
  auto names = read_services(store);
  if (!names) return tl::unexpected(names.error());
  std::vector<OldDay> old;
  for (const auto& [service, name] : *names) {
    const int64_t today = zones.of(name).day_of(now_us);
    const int64_t hits_from = today - options.keep_hits_days;
    const int64_t totals_from =
        options.keep_totals_days > 0 ? today - options.keep_totals_days : INT32_MIN;
    auto days = store.query(
        {fmt::format("SELECT day, epoch_us(from_time), epoch_us(to_time) FROM derived.days d WHERE"
                     " service = {} AND (day < {} OR (day < {} AND has_hits)) AND NOT EXISTS"
                     " (FROM data.changes c WHERE c.service = d.service AND"
                     " c.first_time < d.to_time AND c.last_time >= d.from_time) ORDER BY day",
                     service, totals_from, hits_from),
         {}},
        {.time_us = 60'000'000, .rows = 1'000'000});
    if (!days) return tl::unexpected(days.error());
    for (const auto& row : days->rows) {
      DaySql day;
      day.service = service;
      day.day = integer_of(row[0]);
      day.from_us = integer_of(row[1]);
      day.to_us = integer_of(row[2]);
      old.push_back({day, day.day < totals_from});
    }
  }
  return old;
}

// Unless something has come since it was found.
Result<void> forget_day(Transaction& transaction, const OldDay& old, bool* is_done) {
  auto changes = transaction.run(
      {fmt::format("SELECT count(*) FROM data.changes WHERE service = {} AND first_time <"
                   " make_timestamp({}) AND last_time >= make_timestamp({})",
                   old.day.service, old.day.to_us, old.day.from_us),
       {}});
  if (!changes) return tl::unexpected(changes.error());
  if (integer_of(changes->rows[0][0]) > 0) return {};
  auto done = transaction.delete_hits(hits_of_day(old.day));
  std::vector<std::string> tables = {"bots", "page_views", "visits"};
  if (old.loses_totals) tables = derived_tables();
  for (const std::string& table : tables)
    if (done)
      done = transaction.execute(
          fmt::format("DELETE FROM derived.{} WHERE {}", table, rows_of_day(old.day)));
  if (done && !old.loses_totals)
    done = transaction.execute("UPDATE derived.days SET has_hits = false WHERE " +
                               rows_of_day(old.day));
  *is_done = done.has_value();
  return done;
}

}  // namespace

Result<uint64_t> forget_old(Store& store, const TimeZones& zones, const DeriveOptions& options,
                            int64_t now_us) {
  if (options.keep_hits_days == 0) return 0;
  auto days = find_old_days(store, zones, options, now_us);
  if (!days) return tl::unexpected(days.error());
  uint64_t count = 0;
  for (const OldDay& old : *days) {
    bool is_done = false;
    auto done = store.transact(
        [&](Transaction& transaction) { return forget_day(transaction, old, &is_done); },
        options.is_cancelled);
    if (!done) return tl::unexpected(done.error());
    if (is_done) ++count;
  }
  if (count == 0) return 0;
  // So that their room is used again. While others write the engine may refuse; it will be done by
  // itself then, when enough was written.
  if (const auto done = store.checkpoint(); !done)
    log_info("forgot {} days; their room is free after the next checkpoint: {}", count,
             done.error().message);
  return count;
}

Result<void> prepare_derived(Store& store, const TimeZones& zones, const DeriveOptions& options) {
  auto names = read_services(store);
  if (!names) return tl::unexpected(names.error());
  return store.transact(
      [&](Transaction& transaction) -> Result<void> {
        if (auto done = make_tables(transaction); !done) return done;
        if (auto done = note_rules(transaction, options); !done) return done;
        return mark_other_settings(transaction, zones, options, *names);
      },
      options.is_cancelled);
}

Result<std::vector<DirtyDay>> find_dirty_days(Store& store, const TimeZones& zones) {
  auto names = read_services(store);
  if (!names) return tl::unexpected(names.error());
  auto changes = store.query({"SELECT service, epoch_us(first_time), epoch_us(last_time),"
                              " hits, batch FROM data.changes",
                              {}},
                             {.rows = 100'000'000, .bytes = SIZE_MAX});
  if (!changes) return tl::unexpected(changes.error());
  std::map<std::pair<int64_t, uint32_t>, DirtyDay> found;
  for (const auto& row : changes->rows) {
    const auto service = static_cast<uint32_t>(integer_of(row[0]));
    const auto name = names->find(service);
    const TimeZone& zone = zones.of(name == names->end() ? std::string() : name->second);
    const int64_t last = zone.day_of(integer_of(row[2]));
    for (int64_t day = zone.day_of(integer_of(row[1])); day <= last; ++day) {
      DirtyDay& dirty = found[{day, service}];
      dirty.service = service;
      dirty.day = day;
      if (name != names->end()) dirty.name = name->second;
      dirty.hits += static_cast<uint64_t>(integer_of(row[3]));
      dirty.is_whole |= integer_of(row[4]) == 0;
    }
  }
  std::vector<DirtyDay> days;
  for (auto it = found.rbegin(); it != found.rend(); ++it) days.push_back(std::move(it->second));
  return days;
}

Result<void> derive_day(Store& store, const TimeZones& zones, const DeriveOptions& options,
                        const DirtyDay& dirty, DeriveFigures* figures) {
  auto rule_bots = code_rules(store);
  if (!rule_bots) return tl::unexpected(rule_bots.error());
  auto direct = store.code_text("channel", {"Direct"});
  if (!direct) return tl::unexpected(direct.error());
  return store.transact(
      [&](Transaction& transaction) -> Result<void> {
        if (dirty.name.empty()) return drop_service(transaction, dirty.service);
        if (auto done = pardon(transaction, options); !done) return done;
        return derive_in(transaction, zones, options, dirty, *rule_bots, *direct, figures);
      },
      options.is_cancelled);
}

Result<DeriveFigures> derive_changed(Store& store, const TimeZones& zones,
                                     const DeriveOptions& options) {
  const int64_t begin = monotonic_ns();
  DeriveFigures figures;
  if (auto done = prepare_derived(store, zones, options); !done)
    return tl::unexpected(done.error());
  for (;;) {
    auto days = find_dirty_days(store, zones);
    if (!days) return tl::unexpected(days.error());
    if (days->empty()) break;
    for (const DirtyDay& day : *days) {
      auto done = derive_day(store, zones, options, day, &figures);
      if (!done) return tl::unexpected(done.error());
    }
  }
  figures.took_us = (monotonic_ns() - begin) / 1000;
  return figures;
}

}  // namespace ballcone
