#include "store/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "store/changes.h"
#include "store/chunks.h"
#include "store/ddl.h"

namespace ballcone {
namespace {

size_t find_service_text() {
  for (size_t i = 0; i < schema().texts.size(); ++i)
    if (schema().texts[i].name == "service") return i;
  CHECK(false);
  return 0;
}

bool has_new_texts(const std::vector<Coding>& codings) {
  for (const Coding& coding : codings)
    if (!coding.new_texts.empty()) return true;
  return false;
}

template <class T>
duckdb_type type_of(Unit unit) {
  if (unit == Unit::time) return DUCKDB_TYPE_TIMESTAMP;
  if constexpr (std::is_same_v<T, RequestId>) return DUCKDB_TYPE_UUID;
  if constexpr (std::is_same_v<T, int64_t>) return DUCKDB_TYPE_BIGINT;
  if constexpr (std::is_same_v<T, uint64_t>) return DUCKDB_TYPE_UBIGINT;
  if constexpr (std::is_same_v<T, uint32_t>) return DUCKDB_TYPE_UINTEGER;
  if constexpr (std::is_same_v<T, uint16_t>) return DUCKDB_TYPE_USMALLINT;
  if constexpr (std::is_same_v<T, uint8_t>) return DUCKDB_TYPE_UTINYINT;
}

template <class T>
bool all_equal(const std::vector<T>& values) {
  return std::all_of(values.begin(), values.end(), [&](T value) { return value == values[0]; });
}

// Most logs leave a third of the columns empty, and an import has one number, often one service.
template <class T>
ServedColumn served_fact(const char* name, Unit unit, const NumberColumn<T>& column) {
  ServedColumn served{.name = name, .type = type_of<T>(unit)};
  served.fill = fill_numbers([in = column.data()](size_t i) { return in[i]; });
  if (!all_equal(column)) return served;
  served.is_default = is_absent(column[0]);
  if constexpr (std::is_same_v<T, uint32_t>) served.constant.reset(duckdb_create_uint32(column[0]));
  return served;
}

ServedColumn served_codes(const char* name, const StringColumn& column, const Coding& coding) {
  const uint32_t* in = column.codes().data();
  const uint32_t* codes = coding.codes.data();
  ServedColumn served{.name = name, .type = DUCKDB_TYPE_UINTEGER};
  served.fill = [in, codes](duckdb_vector vector, size_t first, size_t count) {
    auto* out = static_cast<uint32_t*>(duckdb_vector_get_data(vector));
    for (size_t i = 0; i < count; ++i) out[i] = codes[in[first + i]];
  };
  if (!all_equal(column.codes())) return served;
  served.is_default = codes[in[0]] == 0;
  served.constant.reset(duckdb_create_uint32(codes[in[0]]));
  return served;
}

ServedColumn served_number(const char* name, uint32_t number) {
  ServedColumn served{.name = name, .type = DUCKDB_TYPE_UINTEGER};
  served.fill = fill_numbers([number](size_t) { return number; });
  served.constant.reset(duckdb_create_uint32(number));
  return served;
}

std::vector<ServedColumn> hit_columns(const HitBatch& batch, const std::vector<Coding>& codings,
                                      uint32_t number) {
  std::vector<ServedColumn> columns;
  columns.push_back(served_number("batch", number));
  size_t next_text = 0;
  for_each_column([&](const auto& row) {
    const auto& column = batch.*row.data;
    if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>) {
      if (row.role == Role::text)
        columns.push_back(served_codes(row.name, column, codings[next_text++]));
    } else if (row.role == Role::fact) {
      columns.push_back(served_fact(row.name, row.unit, column));
    }
  });
  return columns;
}

}  // namespace

class Writer::Lent {
 public:
  explicit Lent(Writer& writer) : writer_(writer) {
    std::unique_lock lock(writer_.connections_mutex_);
    writer_.connection_returned_.wait(lock, [&] { return !writer_.connections_.empty(); });
    connection_ = std::move(writer_.connections_.back());
    writer_.connections_.pop_back();
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent() {
    const std::lock_guard lock(writer_.connections_mutex_);
    writer_.connections_.push_back(std::move(connection_));
    writer_.connection_returned_.notify_one();
  }
  Connection& operator*() { return *connection_; }

 private:
  Writer& writer_;
  std::unique_ptr<Connection> connection_;
};

Writer::Writer(std::unique_ptr<Texts> texts, std::vector<std::unique_ptr<Connection>> connections,
               Rows& rows)
    : texts_(std::move(texts)), connections_(std::move(connections)), rows_(rows) {}

std::shared_ptr<const Services> Writer::services() const {
  const std::lock_guard lock(services_mutex_);
  return services_;
}

void Writer::set_services(Services services) {
  auto made = std::make_shared<const Services>(std::move(services));
  const std::lock_guard lock(services_mutex_);
  services_ = std::move(made);
}

Result<void> Writer::load() {
  Connection& connection = texts_->connection();
  hit_columns_ = connection.columns_of("hits");
  auto hits = connection.value({"SELECT count(*) FROM data.hits", {}});
  if (!hits) return tl::unexpected(hits.error());
  if (const auto* count = std::get_if<int64_t>(&*hits)) hits_ = static_cast<uint64_t>(*count);
  auto batch =
      connection.value({"SELECT greatest((SELECT max(batch) FROM data.hits),"
                        " (SELECT max(batch) FROM data.changes), 0)",
                        {}});
  if (!batch) return tl::unexpected(batch.error());
  if (const auto* last = std::get_if<int64_t>(&*batch)) last_batch_ = static_cast<uint32_t>(*last);
  auto names = connection.table({"SELECT service, code FROM data.text_service WHERE code > 0", {}});
  if (!names) return tl::unexpected(names.error());
  Services services;
  for (const auto& row : names->rows)
    services[std::get<std::string>(row[0])] = std::get<int64_t>(row[1]);
  set_services(std::move(services));
  return texts_->load();
}

Result<void> Writer::append(const HitBatch& batch, const std::vector<Piece>& pieces) {
  if (batch.rows() == 0) {
    Lent connection(*this);
    return in_transaction(*connection, [&] { return Imports::append(*connection, pieces); });
  }
  static const size_t kService = find_service_text();
  batch.check_lengths();
  const TextHashes hashes = texts_->hash(batch);
  std::unique_lock lock(texts_mutex_);
  auto codings = texts_->code(hashes);
  if (!codings) return tl::unexpected(codings.error());
  if (!(*codings)[kService].new_texts.empty()) return append_with_services(batch, *codings, pieces);
  if (has_new_texts(*codings)) {
    auto done =
        in_transaction(texts_->connection(), [&] { return texts_->append(batch, *codings); });
    if (!done) {
      texts_->forget();  // the codes given out are worth nothing now
      return done;
    }
  }
  lock.unlock();
  Lent connection(*this);
  auto done = in_transaction(*connection,
                             [&] { return append_rows(*connection, batch, *codings, pieces); });
  if (done) hits_ += batch.rows();
  return done;
}

Result<void> Writer::append_with_services(const HitBatch& batch, const std::vector<Coding>& codings,
                                          const std::vector<Piece>& pieces) {
  const Coding& coding = codings[find_service_text()];
  Services services = *this->services();
  auto done = in_transaction(texts_->connection(), [&]() -> Result<void> {
    if (auto appended = texts_->append(batch, codings); !appended) return appended;
    for (const uint32_t i : coding.new_texts) {
      const std::string name(batch.service.distinct()[i]);
      auto made = texts_->connection().run(create_service_view(name, coding.codes[i]));
      if (!made) return made;
      services[name] = coding.codes[i];
    }
    return append_rows(texts_->connection(), batch, codings, pieces);
  });
  if (!done) {
    texts_->forget();
    return done;
  }
  hits_ += batch.rows();
  set_services(std::move(services));
  return {};
}

Result<void> Writer::append_rows(Connection& connection, const HitBatch& batch,
                                 const std::vector<Coding>& codings,
                                 const std::vector<Piece>& pieces) {
  if (auto done = Imports::append(connection, pieces); !done) return done;
  const uint32_t number = ++last_batch_;
  const Coding& services = codings[find_service_text()];
  if (auto done = append_changes(connection, changes_of(batch, services, number)); !done)
    return done;
  std::vector<ServedColumn> columns = hit_columns(batch, codings, number);
  if (batch.rows() >= kServedRowsMin)
    return rows_.insert(connection, "hits", std::move(columns), batch.rows());
  std::unordered_map<std::string, Fill> fills;
  for (ServedColumn& column : columns) fills[column.name] = std::move(column.fill);
  return append_columns(connection, "hits", hit_columns_, std::move(fills), batch.rows());
}

Result<uint32_t> Writer::code_text(const std::string& column,
                                   const std::vector<std::string>& text) {
  const std::lock_guard lock(texts_mutex_);
  return texts_->code_one(column, text);
}

Result<void> Writer::forget_hits(uint64_t count) {
  hits_ -= count;
  const std::lock_guard lock(texts_mutex_);
  Connection& connection = texts_->connection();
  auto days =
      connection.value({"SELECT count(*) FROM duckdb_tables() WHERE database_name ="
                        " 'ballcone' AND schema_name = 'derived' AND table_name = 'days'",
                        {}});
  if (!days) return tl::unexpected(days.error());
  // A service whose hits are all too old to be kept still has its totals.
  const bool has_days = std::get<int64_t>(*days) > 0;
  auto left = connection.table(
      {fmt::format(
           "SELECT service FROM data.text_service WHERE code > 0 AND (code IN"
           " (SELECT DISTINCT service FROM data.hits){})",
           has_days ? " OR code IN (SELECT service FROM derived.days WHERE NOT has_hits)" : ""),
       {}});
  if (!left) return tl::unexpected(left.error());
  const auto before = services();
  Services after;
  for (const auto& row : left->rows) {
    const auto found = before->find(std::get<std::string>(row[0]));
    if (found != before->end()) after.insert(*found);
  }
  if (after.size() == before->size()) return {};
  auto done = in_transaction(connection, [&]() -> Result<void> {
    for (const auto& [name, code] : *before) {
      if (after.count(name) != 0) continue;
      auto dropped = connection.run(
          fmt::format("DROP VIEW services.{}; DELETE FROM data.text_service WHERE code = {}",
                      quote_name(name), code));
      if (!dropped) return dropped;
    }
    return {};
  });
  if (!done) return done;
  texts_->forget();
  set_services(std::move(after));
  return {};
}

}  // namespace ballcone
