// How days, visits and people are counted belongs to the database: the server and an import that
// finds none running must agree. What is given on the command line is kept; the rest is as it was.
#pragma once

#include "base/result.h"
#include "command/import.h"
#include "config.h"
#include "derive/derive.h"
#include "store/store.h"

namespace ballcone {

// Sets time_zones, zones, visit_gap_min and rules_off of the config where nothing else was given.
Result<void> agree_on_counting(Store& store, Config* config);
// What a command asks for is what the server that does its work counts by; the error says which is
// not.
Result<void> check_counting(const Config& config, const ImportSettings& settings);
DeriveOptions derive_options(const Config& config);

}  // namespace ballcone
