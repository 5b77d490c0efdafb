#include "store/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "store/chunks.h"

namespace ballcone {
namespace {

int64_t integer_of(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? *number : 0;
}

using AttributeColumn = std::variant<const StringColumn*, const NumberColumn<uint32_t>*>;

}  // namespace

struct Writer::Input {
  struct Attribute {
    const char* name;
    AttributeColumn column;
    uint64_t seed;  // differs by name, so that equal values of two attributes count apart
  };
  const StringColumn* text = nullptr;
  std::vector<Attribute> attributes;
  uint64_t seed = 0;

  // Identity of a text: itself and all that hangs on it. 0: all of it is absent. An absent
  // attribute changes nothing, so that a column added later leaves the older rows' hashes valid.
  uint64_t hash(uint32_t code) const {
    const std::string_view own = text->distinct()[code];
    uint64_t hash = own.empty() ? 0 : hash64(own, seed);
    bool is_there = !own.empty();
    for (const Attribute& attribute : attributes) {
      uint64_t value = 0;
      if (const auto* texts = std::get_if<0>(&attribute.column)) {
        if ((*texts)->at(code).empty()) continue;
        value = hash64((*texts)->at(code), attribute.seed);
      } else {
        const uint32_t number = (*std::get<1>(attribute.column))[code];
        if (is_absent(number)) continue;
        value = combine(attribute.seed, number);
      }
      hash = combine(hash, value);
      is_there = true;
    }
    return is_there && hash == 0 ? 1 : hash;
  }
};

struct Writer::Coding {
  std::vector<uint32_t> codes;       // batch's code → database's
  std::vector<uint32_t> new_texts;   // batch's codes of those the database does not have
  std::vector<uint64_t> new_hashes;  // of the same
  std::unordered_map<uint64_t, uint32_t> found;  // hash → database's code
};

namespace {

template <class Input>
std::vector<Input> inputs_of(const HitBatch& batch, uint64_t seed) {
  std::vector<Input> inputs;
  for_each_column([&](const auto& row) {
    using Column = std::decay_t<decltype(batch.*row.data)>;
    if constexpr (std::is_same_v<Column, StringColumn>) {
      if (row.role == Role::text) {
        inputs.push_back({&(batch.*row.data), {}, seed});
        return;
      }
    }
    if constexpr (std::is_constructible_v<AttributeColumn, const Column*>) {
      if (row.role == Role::attribute)
        inputs.back().attributes.push_back({row.name, &(batch.*row.data), hash64(row.name, seed)});
    } else {
      CHECK(row.role == Role::fact);  // a new kind of attribute: add it to AttributeColumn
    }
  });
  return inputs;
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, uint64_t seed, size_t texts_in_memory_max)
    : connection_(std::move(connection)), seed_(seed) {
  for (const SchemaText& text : schema().texts) {
    texts_.emplace_back(texts_in_memory_max);
    texts_.back().schema = &text;
  }
}

size_t Writer::texts_in_memory() const {
  size_t count = 0;
  for (const Text& text : texts_) count += text.codes.size();
  return count;
}

Result<void> Writer::load() {
  hit_columns_ = connection_->columns_of("hits");
  auto hits = connection_->value({"SELECT count(*) FROM data.hits", {}});
  if (!hits) return tl::unexpected(hits.error());
  hits_ = static_cast<uint64_t>(integer_of(*hits));
  for (Text& text : texts_)
    if (auto loaded = load_text(text); !loaded) return loaded;
  auto services =
      connection_->table({"SELECT service, code FROM data.text_service WHERE code > 0", {}});
  if (!services) return tl::unexpected(services.error());
  services_.clear();
  for (const auto& row : services->rows)
    services_[std::get<std::string>(row[0])] = integer_of(row[1]);
  is_loaded_ = true;
  return {};
}

// The newest texts, as many as may be remembered.
Result<void> Writer::load_text(Text& text) {
  const std::string& name = text.schema->name;
  text.columns = connection_->columns_of("text_" + name);
  auto count = connection_->table(
      {fmt::format("SELECT count(*), max(code) FROM data.text_{} WHERE code > 0", name), {}});
  if (!count) return tl::unexpected(count.error());
  const auto texts = static_cast<uint64_t>(integer_of(count->rows[0][0]));
  text.next_code = static_cast<uint64_t>(integer_of(count->rows[0][1])) + 1;
  const size_t count_max = text.codes.count_max();
  if (texts > count_max)
    text.codes.forget_all();
  else
    text.codes.clear();
  const uint64_t first = texts > count_max ? text.next_code - count_max / 2 : 1;
  return connection_->chunks(
      fmt::format("SELECT hash, code FROM data.text_{} WHERE code >= {}", name, first), {},
      [&](duckdb_data_chunk chunk) {
        const auto* hashes = numbers_of<uint64_t>(chunk, 0);
        const auto* codes = numbers_of<uint32_t>(chunk, 1);
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
          text.codes.insert(hashes[i], codes[i]);
      });
}

Result<void> Writer::append(const HitBatch& batch) {
  if (batch.rows() == 0) return {};
  batch.check_lengths();
  if (!is_loaded_)
    if (auto loaded = load(); !loaded) return loaded;
  std::map<std::string, int64_t> services = services_;
  auto done = connection_->run("BEGIN TRANSACTION");
  if (done) done = append_in_transaction(batch, &services);
  if (done) done = connection_->run("COMMIT");
  if (!done) {
    // The codes given out are worth nothing now. ROLLBACK fails where COMMIT failed: then there
    // is no transaction any more.
    is_loaded_ = false;
    (void)connection_->run("ROLLBACK");
    return done;
  }
  hits_ += batch.rows();
  services_ = std::move(services);
  return {};
}

Result<void> Writer::append_in_transaction(const HitBatch& batch,
                                           std::map<std::string, int64_t>* services) {
  const std::vector<Input> inputs = inputs_of<Input>(batch, seed_);
  std::vector<Coding> codings;
  for (size_t i = 0; i < texts_.size(); ++i) {
    auto coding = code_texts(texts_[i], inputs[i]);
    if (!coding) return tl::unexpected(coding.error());
    if (auto done = append_texts(texts_[i], inputs[i], *coding); !done) return done;
    if (texts_[i].schema->name == "service")
      if (auto done = create_service_views(inputs[i], *coding, services); !done) return done;
    codings.push_back(std::move(*coding));
  }
  return append_hits(batch, codings);
}

Result<Writer::Coding> Writer::code_texts(Text& text, const Input& input) {
  Coding coding;
  const size_t count = input.text->distinct().size();
  coding.codes.resize(count);
  std::vector<bool> is_used(count);
  for (const uint32_t code : input.text->codes()) is_used[code] = true;

  std::vector<std::pair<uint64_t, uint32_t>> missed;  // hash, batch's code
  for (uint32_t i = 0; i < count; ++i) {
    if (!is_used[i]) continue;
    const uint64_t hash = input.hash(i);
    if (hash == 0) continue;  // code 0
    coding.codes[i] = text.codes.find(hash);
    if (coding.codes[i] == 0) missed.emplace_back(hash, i);
  }
  // Only now is anything inserted: an entry that is pushed out of the map by its neighbours would
  // else be taken for new when it comes again in this batch.
  if (!missed.empty() && !text.codes.has_all()) {
    std::vector<uint64_t> hashes;
    for (const auto& [hash, code] : missed) hashes.push_back(hash);
    if (auto done = find_in_database(text, hashes, &coding); !done)
      return tl::unexpected(done.error());
  }
  for (const auto& [hash, i] : missed) {
    uint32_t& code = coding.found[hash];
    if (code == 0) {
      if (text.next_code > std::numeric_limits<uint32_t>::max())
        return failure(fmt::format("expected at most 2^32 texts in column {}", text.schema->name));
      code = static_cast<uint32_t>(text.next_code++);
      coding.new_texts.push_back(i);
      coding.new_hashes.push_back(hash);
    }
    coding.codes[i] = code;
    text.codes.insert(hash, code);
  }
  return coding;
}

// One scan of the table's hashes for all that are not remembered.
Result<void> Writer::find_in_database(const Text& text, const std::vector<uint64_t>& hashes,
                                      Coding* coding) {
  std::vector<OwnedValue> values;
  std::vector<duckdb_value> handles;
  for (const uint64_t hash : hashes) {
    values.emplace_back(duckdb_create_uint64(hash));
    handles.push_back(values.back().get());
  }
  const OwnedType type{duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT)};
  const OwnedValue list{duckdb_create_list_value(type.get(), handles.data(), handles.size())};
  return connection_->chunks(
      fmt::format("SELECT hash, code FROM data.text_{} WHERE hash IN (SELECT unnest(?))",
                  text.schema->name),
      {list.get()}, [&](duckdb_data_chunk chunk) {
        const auto* found = numbers_of<uint64_t>(chunk, 0);
        const auto* codes = numbers_of<uint32_t>(chunk, 1);
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
          coding->found[found[i]] = codes[i];
      });
}

Result<void> Writer::append_texts(const Text& text, const Input& input, const Coding& coding) {
  if (coding.new_texts.empty()) return {};
  const std::vector<uint32_t>& texts = coding.new_texts;
  std::unordered_map<std::string, Fill> fills;
  fills["code"] = fill_numbers([&](size_t i) { return coding.codes[texts[i]]; });
  fills["hash"] = [&](duckdb_vector vector, size_t first, size_t count) {
    std::copy_n(coding.new_hashes.begin() + first, count,
                static_cast<uint64_t*>(duckdb_vector_get_data(vector)));
  };
  fills[text.schema->name] = fill_texts([&](size_t i) { return input.text->distinct()[texts[i]]; });
  for (const Input::Attribute& attribute : input.attributes) {
    if (const auto* column = std::get_if<0>(&attribute.column))
      fills[attribute.name] = fill_texts([&, column](size_t i) { return (*column)->at(texts[i]); });
    else
      fills[attribute.name] = fill_numbers([&texts, numbers = std::get<1>(attribute.column)](
                                               size_t i) { return (*numbers)[texts[i]]; });
  }
  return append_columns("text_" + text.schema->name, text.columns, std::move(fills), texts.size());
}

Result<void> Writer::append_hits(const HitBatch& batch, const std::vector<Coding>& codings) {
  std::unordered_map<std::string, Fill> fills;
  size_t next_text = 0;
  for_each_column([&](const auto& row) {
    const auto& column = batch.*row.data;
    if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>) {
      if (row.role != Role::text) return;
      fills[row.name] = [in = column.codes().data(), codes = codings[next_text++].codes.data()](
                            duckdb_vector vector, size_t first, size_t count) {
        auto* out = static_cast<uint32_t*>(duckdb_vector_get_data(vector));
        for (size_t i = 0; i < count; ++i) out[i] = codes[in[first + i]];
      };
    } else if (row.role == Role::fact) {
      fills[row.name] = fill_numbers([in = column.data()](size_t i) { return in[i]; });
    }
  });
  return append_columns("hits", hit_columns_, std::move(fills), batch.rows());
}

// A column that a later version added and this one does not know stays NULL.
Result<void> Writer::append_columns(const std::string& table,
                                    const std::vector<std::string>& columns,
                                    std::unordered_map<std::string, Fill> fills, size_t rows) {
  std::vector<Fill> ordered;
  for (const std::string& column : columns) {
    const auto found = fills.find(column);
    ordered.push_back(found != fills.end() ? std::move(found->second) : fill_nulls());
  }
  return append_table(*connection_, table, ordered, rows);
}

Result<void> Writer::create_service_views(const Input& input, const Coding& coding,
                                          std::map<std::string, int64_t>* services) {
  for (const uint32_t i : coding.new_texts) {
    const std::string name(input.text->distinct()[i]);
    auto done = connection_->run(create_service_view(name, coding.codes[i]));
    if (!done) return done;
    (*services)[name] = coding.codes[i];
  }
  return {};
}

}  // namespace ballcone
