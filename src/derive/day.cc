#include "derive/day.h"

#include <fmt/format.h>

#include <utility>

#include "derive/sql.h"
#include "derive/tables.h"

namespace ballcone {
namespace {

// After so many additions a day's totals have several rows for most keys.
constexpr int64_t kIncrementsMax = 50;
// What is added must be that much less than what was there: otherwise all of it costs no more.
constexpr int64_t kAddedShare = 10;
constexpr size_t kBatchesMax = 1'000;

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
    if (done) done = read_collected();
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
      batches_.push_back(integer_of(row[0]));
      added_ += integer_of(row[1]);
    }
    auto days = transaction_.run(
        {fmt::format("SELECT hits, settings, log_facts, increments, added, has_hits FROM"
                     " derived.days WHERE {}",
                     rows_of_day(day_)),
         {}});
    if (!days) return tl::unexpected(days.error());
    if (!days->rows.empty()) {
      const auto& row = days->rows[0];
      old_hits_ = integer_of(row[0]);
      old_settings_ = text_of(row[1]);
      old_log_ = text_of(row[2]);
      increments_ = integer_of(row[3]);
      old_added_ = integer_of(row[4]);
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
    for (const auto& row : pardoned->rows) day_.pardoned.push_back(integer_of(row[0]));
    question_.is_unlisted = fmt::format("h.bot IN ({})", fmt::join(day_.pardoned, ", "));
    return {};
  }

  // Texts of days without script and events have not these codes, or blocks that say so: next to
  // nothing is read.
  Result<void> read_collected() {
    auto codes = transaction_.run(
        {"SELECT (SELECT min(code) FROM data.text_kind WHERE kind = 'event'),"
         " coalesce((SELECT min(code) FROM data.text_event WHERE event = 'engagement'), 0)",
         {}});
    if (!codes) return tl::unexpected(codes.error());
    day_.script = codes_.script;
    day_.event = integer_of(codes->rows[0][0]);
    day_.engagement = integer_of(codes->rows[0][1]);
    auto counts = transaction_.run(
        {fmt::format("SELECT count(*) FILTER (h.via = {} AND h.kind = {}),"
                     " count(*) FILTER (h.kind = {} AND h.event NOT IN (0, {}))"
                     " FROM data.hits h WHERE {} AND h.via > 0",
                     day_.script, day_.page, day_.event, day_.engagement, hits_of_day(day_)),
         {}});
    if (!counts) return tl::unexpected(counts.error());
    day_.has_script = integer_of(counts->rows[0][0]) > 0;
    day_.has_events = day_.event > 0 && integer_of(counts->rows[0][1]) > 0;
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
    return integer_of(table->rows[0][0]);
  }

  Result<void> join(const std::string& condition) {
    if (auto done = execute(transaction_, make_pages(day_, condition)); !done) return done;
    auto ties = count(tied_pages());
    if (!ties) return tl::unexpected(ties.error());
    if (*ties > 0)
      if (auto done = execute(transaction_, order_tied_pages()); !done) return done;
    return execute(transaction_, make_pairs(day_));
  }

  // Texts are joined only where their order decides.
  Result<void> make(const std::string& condition) {
    auto done = day_.has_script ? join(condition) : Result<void>();
    if (done) done = execute(transaction_, make_visits(day_, condition));
    if (done && day_.has_events) done = execute(transaction_, make_active(day_, condition));
    if (!done) return done;
    auto ties = count("temp.main.d_seen WHERE is_tied");
    if (!ties) return tl::unexpected(ties.error());
    if (*ties > 0) done = execute(transaction_, break_ties());
    return done ? execute(transaction_, insert_visits(day_)) : done;
  }

  Result<void> insert_totals() {
    for (const Totals& row : totals()) {
      const std::string statement =
          row.family == Family::views ? insert_views(day_, row) : insert_hits(day_, row, is_part_);
      if (auto done = transaction_.execute(statement); !done) return done;
    }
    return {};
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
    if (done) done = execute(transaction_, make_places(day_, "true"));
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
    // Nobody's hits have no address as a rule.
    done = execute(transaction_,
                   make_places(day_, fmt::format("({} OR {} OR (coalesce(h.visitor, 0) = 0 AND"
                                                 " h.address <> 0))",
                                                 batches, question_.visitors)));
    if (done) done = execute(transaction_, make_part(day_, batches, *flipped > 0));
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

}  // namespace

Result<void> derive_in(Transaction& transaction, const TimeZones& zones,
                       const DeriveOptions& options, const DirtyDay& dirty,
                       const std::vector<uint32_t>& rule_bots, uint32_t direct,
                       DeriveFigures* figures) {
  return DayWork(transaction, zones, options, dirty, rule_bots, direct).run(figures);
}

}  // namespace ballcone
