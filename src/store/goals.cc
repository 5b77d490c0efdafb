#include "store/goals.h"

namespace ballcone {

Result<std::vector<Goal>> read_goals(Store& store, const std::string& service,
                                     const QueryLimits& limits) {
  const auto table =
      store.query({"SELECT service, name, event, path FROM data.goals WHERE ? IN ('',"
                   " service) ORDER BY service, name",
                   {service}},
                  limits);
  if (!table) return tl::unexpected(table.error());
  const auto text_of = [](const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : std::string();
  };
  std::vector<Goal> goals;
  for (const auto& row : table->rows)
    goals.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3])});
  return goals;
}

Result<void> write_goal(Store& store, const Goal& goal) {
  return store.transact([&](Transaction& transaction) -> Result<void> {
    const auto done = transaction.run({"INSERT OR REPLACE INTO data.goals VALUES (?, ?, ?, ?)",
                                       {goal.service, goal.name, goal.event, goal.path}});
    if (!done) return tl::unexpected(done.error());
    return {};
  });
}

Result<bool> remove_goal(Store& store, const std::string& service, const std::string& name) {
  bool is_there = false;
  const auto done = store.transact([&](Transaction& transaction) -> Result<void> {
    const auto found = transaction.run(
        {"DELETE FROM data.goals WHERE service = ? AND name = ? RETURNING name", {service, name}});
    if (!found) return tl::unexpected(found.error());
    is_there = !found->rows.empty();
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return is_there;
}

}  // namespace ballcone
