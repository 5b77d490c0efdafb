// The database's tables and views, generated from for_each_column. Pure text; with sql.cc of the
// room query the only place where SQL is written.
//
//   data.hits          one row per hit: the facts, and a code per text
//   data.text_path     code, hash, path, and the path's attributes; code 0 is the absent text
//   data.meta          key, value: schema_version, hash_seed, views
//   data.imports       one row per import; data.pieces: what each has done of which input
//   data.inputs        one row per file; data.fingerprints: what it begins with
//   data.changes       what is not derived from yet: store/changes.h
//   data.rules_off     names of bot rules that are switched off
//   derived.…          page views, visits and totals: derive/tables.h; here those that views show
//   main.hits          everything with the text joined back
//   main.page_views    the same of derived.page_views, main.visits of derived.visits
//   main.access_logs   hits of logs with a CDN log's names, main.edge_locations: store/ownstats.h
//   services."blog"    the hits of one service, with the columns of the Python original
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hit/batch.h"

namespace ballcone {

struct SchemaColumn {
  std::string name;
  std::string type;  // SQL's
  Unit unit = Unit::none;
};
struct SchemaText {
  std::string name;
  std::vector<SchemaColumn> attributes;
};
struct Schema {
  std::vector<SchemaColumn> facts;
  std::vector<SchemaText> texts;
};

// What for_each_column says. Made once.
const Schema& schema();

// "a""b"; for names that come from outside too.
std::string quote_name(std::string_view name);

// CREATE TABLE …, and the row of code 0, for a text that the database does not have yet.
std::string create_text_table(const SchemaText& text);
// CREATE TABLE data.hits with all facts and codes.
std::string create_hits_table();
// CREATE OR REPLACE TABLE derived.bots, page_views and visits.
std::string create_derived_tables();
// The views of schema main by name, and their statements CREATE OR REPLACE VIEW with those of
// data.edge_locations, which others are made of: no service's view is found before it.
const std::vector<std::string>& view_names();
std::string create_views();
// CREATE OR REPLACE VIEW services."name" (`code`: the service's in data.text_service).
std::string create_service_view(std::string_view name, int64_t code);

// The views as temporary ones of the same name with only the columns that `is_needed` says (true
// for all that are). DuckDB joins all texts of a view however few columns are asked for: to count
// 9.8 million rows of main.hits took 3.7 s, and 4 ms so.
using IsNeeded = std::function<bool(std::string_view column)>;
std::string create_narrow_view(std::string_view name, const IsNeeded& is_needed);
std::string create_narrow_service_view(std::string_view name, int64_t code,
                                       const IsNeeded& is_needed);

}  // namespace ballcone
