// The shape of derived tables that no view shows: days, times and totals. A table of another shape
// than this program's is made anew and derived again. What cannot be derived again, because the
// day's hits are forgotten, is carried over.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace ballcone {

struct ShapeColumn {
  std::string name;
  std::string type;         // as the engine names it
  bool is_measure = false;  // what is added up; else one of the columns that tell rows apart
  bool operator==(const ShapeColumn&) const = default;
};
struct Shape {
  std::string table;
  std::vector<ShapeColumn> columns;
  bool adds_up = false;  // rows that no longer differ in a key may stand beside one another
};

std::vector<Shape> derived_shapes();

// Tables that are as they should be are left alone. If any is not, everything that has hits is
// marked to be derived.
Result<void> make_tables(Transaction& transaction);

}  // namespace ballcone
