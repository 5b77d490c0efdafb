// The rows that a part of a plan reads: FROM and WHERE, and what a row says of a dimension.
#pragma once

#include <string>

#include "query/dimensions.h"
#include "query/plan.h"
#include "query/sql.h"

namespace ballcone {

// Whose requests are read from data.hits; each is a part of the one before.
enum class Scope { everyone, people, page_views };

// Rows are called t (totals, times), v (visits), p (page views), h (hits) or a (actions).
class RowsSql {
 public:
  RowsSql(const Query& query, const Codes& codes, const Part& part);

  // A row's code or number; "" for a dimension that the rows do not know.
  std::string column(const Dimension& dimension) const;
  // Where the codes of a dimension's column have their texts: "data.text_path".
  std::string texts(const Dimension& dimension) const;
  std::string step() const;  // of query.grain
  // A number per visitor and day, 0 for page views that belong to nobody. Of rows that people make.
  std::string visitor() const;
  // True of rows of data.hits that bots made.
  std::string is_bot() const;
  // True of rows of page views whose script ran.
  std::string is_confirmed() const;
  Scope scope() const { return scope_; }
  std::string_view name() const { return name_; }  // "h"

  // "\nFROM … WHERE …" and parameters. `joins`: what is joined to the rows, each line with its \n.
  // `condition`: what must hold besides, or "".
  void append_from(std::string_view joins, std::string_view condition, Sql* sql) const;

 private:
  Scope scope_of() const;
  std::string day() const;
  std::string bot(std::string_view hits, std::string_view caught) const;
  std::string caught_join(std::string_view kind, std::string_view hits,
                          std::string_view caught) const;
  std::string people_condition(std::string_view hits) const;
  std::string time_condition(std::string_view rows) const;
  std::string local_time(std::string_view rows) const;
  std::string day_of(std::string_view rows) const;
  std::string is_seen(std::string_view condition) const;
  std::string linked_join() const;
  std::string asked_join() const;
  std::string page_views() const;
  std::string events() const;
  std::string visit_join() const;
  std::string is_event(std::string_view hits) const;
  std::string origin() const;
  bool is_derived() const;
  bool is_place(const Dimension& dimension) const;
  bool has(std::string_view measure) const;

  const Query& query_;
  const Codes& codes_;
  const Part& part_;
  std::string_view name_;
  Scope scope_;
};

}  // namespace ballcone
