#include "store/notes.h"

namespace ballcone {
namespace {

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : std::string();
}

Result<void> write(Store& store, const Sql& sql) {
  return store.transact([&](Transaction& transaction) -> Result<void> {
    const auto done = transaction.run(sql);
    if (!done) return tl::unexpected(done.error());
    return {};
  });
}

// `sql` returns what it has deleted.
Result<bool> remove(Store& store, const Sql& sql) {
  bool is_there = false;
  const auto done = store.transact([&](Transaction& transaction) -> Result<void> {
    const auto found = transaction.run(sql);
    if (!found) return tl::unexpected(found.error());
    is_there = !found->rows.empty();
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return is_there;
}

}  // namespace

Result<std::vector<Marker>> read_markers(Store& store, const std::string& service,
                                         const QueryLimits& limits) {
  const auto table = store.query({"SELECT service, time_us, text FROM data.markers WHERE ? IN ('',"
                                  " service) ORDER BY service, time_us, text",
                                  {service}},
                                 limits);
  if (!table) return tl::unexpected(table.error());
  std::vector<Marker> markers;
  for (const auto& row : table->rows) {
    const auto* time_us = std::get_if<int64_t>(&row[1]);
    markers.push_back({text_of(row[0]), time_us ? *time_us : 0, text_of(row[2])});
  }
  return markers;
}

Result<void> write_marker(Store& store, const Marker& marker) {
  return write(store, {"INSERT OR REPLACE INTO data.markers VALUES (?, ?, ?)",
                       {marker.service, marker.time_us, marker.text}});
}

Result<bool> remove_marker(Store& store, const Marker& marker) {
  return remove(store, {"DELETE FROM data.markers WHERE service = ? AND time_us = ? AND text = ?"
                        " RETURNING text",
                        {marker.service, marker.time_us, marker.text}});
}

Result<std::vector<Segment>> read_segments(Store& store, const std::string& service,
                                           const QueryLimits& limits) {
  const auto table = store.query({"SELECT service, name, filters FROM data.segments WHERE ? IN ('',"
                                  " service) ORDER BY service, name",
                                  {service}},
                                 limits);
  if (!table) return tl::unexpected(table.error());
  std::vector<Segment> segments;
  for (const auto& row : table->rows)
    segments.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2])});
  return segments;
}

Result<void> write_segment(Store& store, const Segment& segment) {
  return write(store, {"INSERT OR REPLACE INTO data.segments VALUES (?, ?, ?)",
                       {segment.service, segment.name, segment.filters}});
}

Result<bool> remove_segment(Store& store, const std::string& service, const std::string& name) {
  return remove(store, {"DELETE FROM data.segments WHERE service = ? AND name = ? RETURNING name",
                        {service, name}});
}

}  // namespace ballcone
