#include "derive/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "base/time.h"
#include "derive/rules.h"
#include "derive/sql.h"
#include "derive/tables.h"

namespace ballcone {
namespace {

// After so many additions a day's totals have several rows for most keys.
constexpr int64_t kIncrementsMax = 50;
// What is added must be that much less than what was there: otherwise all of it costs no more.
constexpr int64_t kAddedShare = 10;
constexpr size_t kBatchesMax = 1'000;

// Goes up when the same hits and settings give other rows than before.
constexpr int kVersion = 1;

int64_t integer(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? *number : 0;
}
std::string text(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

Result<void> execute(Transaction& transaction, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements)
    if (auto done = transaction.execute(statement); !done) return done;
  return {};
}

std::string settings_of(const TimeZones& zones, const DeriveOptions& options,
                        const std::string& service) {
  std::vector<std::string> off = options.rules_off;
  std::sort(off.begin(), off.end());
  return fmt::format("{};{};{};{}", kVersion, options.visit_gap_us, zones.of(service).name(),
                     fmt::join(off, ","));
}

bool is_on(const DeriveOptions& options, const BotRule& rule) {
  return std::find(options.rules_off.begin(), options.rules_off.end(), rule.name) ==
         options.rules_off.end();
}

using Names = std::map<uint32_t, std::string>;
Result<Names> read_services(Store& store) {
  auto table = store.query({"SELECT code, service FROM data.text_service WHERE code > 0", {}},
                           {.rows = 1'000'000});
  if (!table) return tl::unexpected(table.error());
  Names names;
  for (const auto& row : table->rows) names[static_cast<uint32_t>(integer(row[0]))] = text(row[1]);
  return names;
}

// Tables of another shape begin anew, and everything is dirty.
Result<void> make_tables(Transaction& transaction) {
  const std::string statements = create_totals();
  const std::string wanted = fmt::format("{:016x}", hash64(statements));
  auto existing = transaction.run({"SELECT value FROM data.meta WHERE key = 'derived_totals'", {}});
  if (!existing) return tl::unexpected(existing.error());
  if (!existing->rows.empty() && text(existing->rows[0][0]) == wanted) return {};
  for (size_t at = 0; at < statements.size();) {
    const size_t end = statements.find(';', at);
    if (auto done = transaction.execute(statements.substr(at, end - at)); !done) return done;
    at = end + 1;
  }
  return execute(
      transaction,
      {"DELETE FROM data.changes",
       "INSERT INTO data.changes SELECT h.service, 0, min(h.time), max(h.time), count(*)"
       " FROM data.hits h GROUP BY h.service, date_trunc('day', h.time)",
       fmt::format("INSERT OR REPLACE INTO data.meta VALUES ('derived_totals', '{}')", wanted)});
}

// Rules that are off and the codes of bots that nothing else gives away.
Result<void> pardon(Transaction& transaction, const DeriveOptions& options) {
  auto bots = transaction.run({"SELECT code, bot_reason FROM data.text_bot WHERE code > 0", {}});
  if (!bots) return tl::unexpected(bots.error());
  std::vector<int64_t> wanted = {0};
  for (const auto& row : bots->rows) {
    const BotRule* rule = rule_of_reason(text(row[1]));
    // Of behaviour too: enrichment of older versions gave hits without User-Agent such a code.
    if (rule != nullptr && !is_on(options, *rule)) wanted.push_back(integer(row[0]));
  }
  std::sort(wanted.begin(), wanted.end());
  auto table = transaction.run({"SELECT bot FROM derived.pardoned ORDER BY bot", {}});
  if (!table) return tl::unexpected(table.error());
  std::vector<int64_t> existing;
  for (const auto& row : table->rows) existing.push_back(integer(row[0]));
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
    const auto service = static_cast<uint32_t>(integer(row[0]));
    const auto name = names.find(service);
    if (name != names.end() && text(row[2]) != settings_of(zones, options, name->second))
      others[service].push_back(integer(row[1]));
  }
  for (const auto& [service, numbers] : others) {
    const std::string& name = names.at(service);
    std::string rows;
    for (const int64_t day : numbers)
      rows += fmt::format("{0}({1}, 0, make_timestamp({2}), make_timestamp({2}), 0)",
                          rows.empty() ? "" : ", ", service, zones.of(name).start_of_day_us(day));
    auto done = execute(
        transaction,
        {"INSERT INTO data.changes VALUES " + rows,
         fmt::format("INSERT INTO data.changes SELECT h.service, 0, min(h.time), max(h.time),"
                     " count(*) FROM data.hits h WHERE h.service = {} GROUP BY h.service,"
                     " date_trunc('day', h.time)",
                     service)});
    if (!done) return done;
    auto updated =
        transaction.run({"UPDATE derived.days SET settings = ? WHERE service = ? AND has_hits",
                         {settings_of(zones, options, name), int64_t{service}}});
    if (!updated) return tl::unexpected(updated.error());
  }
  return {};
}

// One derivation of one day.
class DayWork {
 public:
  DayWork(Transaction& transaction, const TimeZones& zones, const DeriveOptions& options,
          const DirtyDay& dirty, const std::vector<uint32_t>& rule_bots, uint32_t direct)
      : transaction_(transaction),
        options_(options),
        rule_bots_(rule_bots),
        settings_(settings_of(zones, options, dirty.name)) {
    const TimeZone& zone = zones.of(dirty.name);
    day_.service = dirty.service;
    day_.day = dirty.day;
    day_.from_us = zone.start_of_day_us(dirty.day);
    day_.to_us = zone.start_of_day_us(dirty.day + 1);
    day_.offset = offset_sql(zone, day_.from_us, day_.to_us);
    day_.visit_gap_us = options.visit_gap_us;
    day_.direct = direct;
    question_.day = hits_of_day(day_);
  }

  Result<void> run(DeriveFigures* figures) {
    auto done = read();
    if (!done) return done;
    if (is_frozen_) {  // what comes now is as old as what has gone
      done = transaction_.delete_hits(hits_of_day(day_));
      return done ? forget_changes() : done;
    }
    const bool is_part = can_add();
    if (is_part) {
      auto log = read_log_facts(run_, codes_, question_);
      if (!log) return tl::unexpected(log.error());
      log_ = std::move(*log);
      is_part_ = log_text() == old_log_;
    }
    done = is_part_ ? add() : derive();
    if (done) done = forget_changes();
    if (done) ++(is_part_ ? figures->increments : figures->days);
    return done;
  }

 private:
  Result<void> read() {
    auto changes = transaction_.run({fmt::format("SELECT batch, sum(hits)::BIGINT FROM data.changes"
                                                 " WHERE {} GROUP BY batch ORDER BY batch",
                                                 changes_of_day()),
                                     {}});
    if (!changes) return tl::unexpected(changes.error());
    for (const auto& row : changes->rows) {
      batches_.push_back(integer(row[0]));
      added_ += integer(row[1]);
    }
    auto days = transaction_.run(
        {fmt::format("SELECT hits, settings, log_facts, increments, added, has_hits FROM"
                     " derived.days WHERE {}",
                     rows_of_day(day_)),
         {}});
    if (!days) return tl::unexpected(days.error());
    if (!days->rows.empty()) {
      const auto& row = days->rows[0];
      old_hits_ = integer(row[0]);
      old_settings_ = text(row[1]);
      old_log_ = text(row[2]);
      increments_ = integer(row[3]);
      old_added_ = integer(row[4]);
      is_frozen_ = !std::get<bool>(row[5]);
    }
    auto codes = find_rule_codes(run_);
    if (!codes) return tl::unexpected(codes.error());
    codes_ = *codes;
    day_.page = codes_.page;
    day_.internal = codes_.internal;
    auto pardoned = transaction_.run({"SELECT bot FROM derived.pardoned ORDER BY bot", {}});
    if (!pardoned) return tl::unexpected(pardoned.error());
    day_.pardoned.clear();
    for (const auto& row : pardoned->rows) day_.pardoned.push_back(integer(row[0]));
    question_.is_unlisted = fmt::format("h.bot IN ({})", fmt::join(day_.pardoned, ", "));
    return {};
  }

  bool can_add() const {
    return !options_.is_always_whole && !batches_.empty() && batches_.front() != 0 &&
           batches_.size() <= kBatchesMax && old_settings_ == settings_ &&
           increments_ < kIncrementsMax && (old_added_ + added_) * kAddedShare <= old_hits_;
  }

  std::string log_text() const {
    std::string facts;
    for (const bool fact : log_) facts += fact ? '1' : '0';
    return facts;
  }

  std::string changes_of_day() const {
    return fmt::format(
        "service = {} AND first_time < make_timestamp({}) AND last_time >="
        " make_timestamp({})",
        day_.service, day_.to_us, day_.from_us);
  }

  // What a change says of other days stays.
  Result<void> forget_changes() {
    const std::string rows = changes_of_day();
    return execute(
        transaction_,
        {fmt::format("INSERT INTO data.changes SELECT service, batch, first_time,"
                     " make_timestamp({0} - 1), hits FROM data.changes WHERE {1} AND first_time <"
                     " make_timestamp({0})",
                     day_.from_us, rows),
         fmt::format("INSERT INTO data.changes SELECT service, batch, make_timestamp({0}),"
                     " last_time, hits FROM data.changes WHERE {1} AND last_time >="
                     " make_timestamp({0})",
                     day_.to_us, rows),
         "DELETE FROM data.changes WHERE " + rows});
  }

  std::string insert_bots() const {
    std::string cases;
    for (size_t i = 0; i < rule_bots_.size(); ++i)
      if (rule_bots_[i] != 0) cases += fmt::format(" WHEN {} THEN {}", i, rule_bots_[i]);
    return fmt::format(
        "INSERT INTO derived.bots SELECT {}, {}, visitor, CASE rule{} END FROM (\n{})"
        " WHERE visitor > 0",
        day_.service, day_.day, cases,
        verdicts_sql(codes_, log_, question_,
                     [this](const BotRule& rule) { return is_on(options_, rule); }));
  }

  Result<int64_t> count(const std::string& rows) {
    auto table = transaction_.run({"SELECT count(*) FROM " + rows, {}});
    if (!table) return tl::unexpected(table.error());
    return integer(table->rows[0][0]);
  }

  // Texts are joined only where their order decides.
  Result<void> make(const std::string& condition) {
    if (auto done = execute(transaction_, make_visits(day_, condition)); !done) return done;
    auto ties = count("temp.main.d_seen WHERE is_tied");
    if (!ties) return tl::unexpected(ties.error());
    if (*ties > 0)
      if (auto done = execute(transaction_, break_ties()); !done) return done;
    return execute(transaction_, insert_visits(day_));
  }

  Result<void> insert_totals() {
    for (const Totals& row : totals()) {
      const std::string statement =
          row.family == Family::views ? insert_views(day_, row) : insert_hits(day_, row, is_part_);
      if (auto done = transaction_.execute(statement); !done) return done;
    }
    return transaction_.execute(insert_times(day_, is_part_));
  }

  Result<void> derive() {
    for (const std::string& table : derived_tables()) {
      auto done = transaction_.execute(
          fmt::format("DELETE FROM derived.{} WHERE {}", table, rows_of_day(day_)));
      if (!done) return done;
    }
    auto hits = count("data.hits h WHERE " + hits_of_day(day_));
    if (!hits) return tl::unexpected(hits.error());
    if (*hits == 0) return {};
    auto log = read_log_facts(run_, codes_, question_);
    if (!log) return tl::unexpected(log.error());
    log_ = std::move(*log);
    auto done = transaction_.execute(insert_bots());
    if (done) done = make("true");
    if (done) done = execute(transaction_, finish_visits(day_, false, "true"));
    if (done) done = insert_totals();
    if (!done) return done;
    auto inserted =
        transaction_.run({fmt::format("INSERT INTO derived.days VALUES ({}, {}, make_timestamp({}),"
                                      " make_timestamp({}), {}, ?, ?, 0, 0, true)",
                                      day_.service, day_.day, day_.from_us, day_.to_us, *hits),
                          {settings_, log_text()}});
    if (!inserted) return tl::unexpected(inserted.error());
    return {};
  }

  Result<void> add() {
    const std::string batches = fmt::format("h.batch >= {} AND h.batch IN ({})", batches_.front(),
                                            fmt::join(batches_, ", "));
    question_.visitors = "h.visitor IN (SELECT visitor FROM temp.main.d_affected)";
    const std::string mine = rows_of_day(day_);
    auto done = execute(
        transaction_,
        {fmt::format("CREATE OR REPLACE TEMP TABLE d_affected AS SELECT DISTINCT h.visitor FROM"
                     " data.hits h WHERE {} AND {} AND h.visitor > 0",
                     hits_of_day(day_), batches),
         fmt::format("CREATE OR REPLACE TEMP TABLE d_old_bots AS SELECT visitor, bot FROM"
                     " derived.bots WHERE {} AND visitor IN (SELECT visitor FROM"
                     " temp.main.d_affected)",
                     mine),
         fmt::format("DELETE FROM derived.bots WHERE {} AND visitor IN (SELECT visitor FROM"
                     " temp.main.d_affected)",
                     mine),
         insert_bots(),
         fmt::format("CREATE OR REPLACE TEMP TABLE d_flipped AS SELECT visitor FROM ("
                     "(SELECT visitor, bot FROM derived.bots WHERE {} AND visitor IN (SELECT"
                     " visitor FROM temp.main.d_affected) EXCEPT FROM temp.main.d_old_bots)"
                     " UNION ALL (FROM temp.main.d_old_bots EXCEPT SELECT visitor, bot FROM"
                     " derived.bots WHERE {})) GROUP BY visitor",
                     mine, mine)});
    if (!done) return done;
    auto flipped = count("temp.main.d_flipped");
    if (!flipped) return tl::unexpected(flipped.error());
    done = execute(transaction_, make_part(day_, batches, *flipped > 0));
    if (done) done = execute(transaction_, take_back_visits(day_));
    if (done) done = make(question_.visitors);
    if (done) done = execute(transaction_, finish_visits(day_, true, batches));
    if (done) done = insert_totals();
    if (!done) return done;
    return transaction_.execute(fmt::format(
        "UPDATE derived.days SET hits = hits + (SELECT count(*) FROM data.hits h WHERE {} AND {}),"
        " increments = increments + 1, added = added + {} WHERE {}",
        hits_of_day(day_), batches, added_, mine));
  }

  Transaction& transaction_;
  const DeriveOptions& options_;
  const std::vector<uint32_t>& rule_bots_;
  const std::string settings_;
  const RunSql run_ = [this](const Sql& sql) { return transaction_.run(sql); };
  DaySql day_;
  BotQuestion question_;
  RuleCodes codes_;
  LogFacts log_;
  bool is_part_ = false;
  bool is_frozen_ = false;  // its hits are gone: what was derived stays
  std::vector<int64_t> batches_;
  int64_t added_ = 0;
  int64_t old_hits_ = 0, old_added_ = 0, increments_ = 0;
  std::string old_settings_, old_log_;
};

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
      day.day = integer(row[0]);
      day.from_us = integer(row[1]);
      day.to_us = integer(row[2]);
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
  if (integer(changes->rows[0][0]) > 0) return {};
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
  if (auto done = store.checkpoint(); !done) return tl::unexpected(done.error());
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
    const auto service = static_cast<uint32_t>(integer(row[0]));
    const auto name = names->find(service);
    const TimeZone& zone = zones.of(name == names->end() ? std::string() : name->second);
    const int64_t last = zone.day_of(integer(row[2]));
    for (int64_t day = zone.day_of(integer(row[1])); day <= last; ++day) {
      DirtyDay& dirty = found[{day, service}];
      dirty.service = service;
      dirty.day = day;
      if (name != names->end()) dirty.name = name->second;
      dirty.hits += static_cast<uint64_t>(integer(row[3]));
      dirty.is_whole |= integer(row[4]) == 0;
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
        return DayWork(transaction, zones, options, dirty, *rule_bots, *direct).run(figures);
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
