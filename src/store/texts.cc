#include "store/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "base/hash.h"

namespace ballcone {
namespace {

using AttributeColumn = std::variant<const StringColumn*, const NumberColumn<uint32_t>*>;

uint64_t integer_of(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? static_cast<uint64_t>(*number) : 0;
}

}  // namespace

struct Texts::Input {
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

std::vector<Texts::Input> Texts::inputs_of(const HitBatch& batch, uint64_t seed) {
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

Texts::Texts(std::unique_ptr<Connection> connection, uint64_t seed, size_t texts_in_memory_max)
    : connection_(std::move(connection)), seed_(seed) {
  for (const SchemaText& text : schema().texts) {
    texts_.emplace_back(texts_in_memory_max);
    texts_.back().schema = &text;
  }
}

Result<void> Texts::load() {
  for (Text& text : texts_)
    if (auto loaded = load_text(text); !loaded) return loaded;
  is_loaded_ = true;
  return {};
}

// The newest texts, as many as may be remembered.
Result<void> Texts::load_text(Text& text) {
  const std::string& name = text.schema->name;
  text.columns = connection_->columns_of("text_" + name);
  auto count = connection_->table(
      {fmt::format("SELECT count(*), max(code) FROM data.text_{} WHERE code > 0", name), {}});
  if (!count) return tl::unexpected(count.error());
  const uint64_t texts = integer_of(count->rows[0][0]);
  text.next_code = integer_of(count->rows[0][1]) + 1;
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

TextHashes Texts::hash(const HitBatch& batch) const {
  TextHashes all;
  for (const Input& input : inputs_of(batch, seed_)) {
    const size_t count = input.text->distinct().size();
    std::vector<uint8_t> is_used(count);
    for (const uint32_t code : input.text->codes()) is_used[code] = 1;
    std::vector<uint64_t> hashes(count);
    for (uint32_t i = 0; i < count; ++i)
      if (is_used[i] != 0) hashes[i] = input.hash(i);
    all.push_back(std::move(hashes));
  }
  return all;
}

Result<std::vector<Coding>> Texts::code(const TextHashes& hashes) {
  if (!is_loaded_)
    if (auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
  std::vector<Coding> codings;
  for (size_t i = 0; i < texts_.size(); ++i) {
    auto coding = code_text(texts_[i], hashes[i]);
    if (!coding) {
      forget();  // others have been given codes already
      return tl::unexpected(coding.error());
    }
    codings.push_back(std::move(*coding));
  }
  return codings;
}

Result<Coding> Texts::code_text(Text& text, const std::vector<uint64_t>& hashes) {
  Coding coding;
  coding.codes.resize(hashes.size());
  std::vector<uint32_t> missed;
  for (uint32_t i = 0; i < hashes.size(); ++i) {
    if (hashes[i] == 0) continue;  // code 0
    coding.codes[i] = text.codes.find(hashes[i]);
    if (coding.codes[i] == 0) missed.push_back(i);
  }
  if (missed.empty()) return coding;
  // Only now is anything inserted: an entry that is pushed out of the map by its neighbours would
  // else be taken for new when it comes again in this batch.
  Found found;
  if (!text.codes.has_all()) {
    std::vector<uint64_t> wanted;
    for (const uint32_t i : missed) wanted.push_back(hashes[i]);
    auto in_database = find_in_database(text, wanted);
    if (!in_database) return tl::unexpected(in_database.error());
    found = std::move(*in_database);
  }
  found.reserve(found.size() + missed.size());
  for (const uint32_t i : missed) {
    uint32_t& code = found[hashes[i]];
    if (code == 0) {
      if (text.next_code > std::numeric_limits<uint32_t>::max())
        return failure(fmt::format("expected at most 2^32 texts in column {}", text.schema->name));
      code = static_cast<uint32_t>(text.next_code++);
      coding.new_texts.push_back(i);
      coding.new_hashes.push_back(hashes[i]);
    }
    coding.codes[i] = code;
    text.codes.insert(hashes[i], code);
  }
  return coding;
}

// One scan of the table's hashes for all that are not remembered.
Result<Texts::Found> Texts::find_in_database(const Text& text,
                                             const std::vector<uint64_t>& hashes) {
  std::vector<OwnedValue> values;
  std::vector<duckdb_value> handles;
  for (const uint64_t hash : hashes) {
    values.emplace_back(duckdb_create_uint64(hash));
    handles.push_back(values.back().get());
  }
  const OwnedType type{duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT)};
  const OwnedValue list{duckdb_create_list_value(type.get(), handles.data(), handles.size())};
  Found found;
  auto done = connection_->chunks(
      fmt::format("SELECT hash, code FROM data.text_{} WHERE hash IN (SELECT unnest(?))",
                  text.schema->name),
      {list.get()}, [&](duckdb_data_chunk chunk) {
        const auto* found_hashes = numbers_of<uint64_t>(chunk, 0);
        const auto* codes = numbers_of<uint32_t>(chunk, 1);
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
          found[found_hashes[i]] = codes[i];
      });
  if (!done) return tl::unexpected(done.error());
  return found;
}

Result<void> Texts::append(const HitBatch& batch, const std::vector<Coding>& codings) {
  const std::vector<Input> inputs = inputs_of(batch, seed_);
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (codings[i].new_texts.empty()) continue;
    if (auto done = append_text(texts_[i], inputs[i], codings[i]); !done) return done;
  }
  return {};
}

Result<void> Texts::append_text(const Text& text, const Input& input, const Coding& coding) {
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
      fills[attribute.name] =
          fill_texts([&, values = *column](size_t i) { return values->at(texts[i]); });
    else
      fills[attribute.name] = fill_numbers([&texts, numbers = std::get<1>(attribute.column)](
                                               size_t i) { return (*numbers)[texts[i]]; });
  }
  return append_columns(*connection_, "text_" + text.schema->name, text.columns, std::move(fills),
                        texts.size());
}

// As a batch of which only the one column has anything.
Result<uint32_t> Texts::code_one(const std::string& column, const std::vector<std::string>& text) {
  HitBatch batch;
  size_t next = 0;
  size_t position = 0;
  size_t found = texts_.size();
  for_each_column([&](const auto& row) {
    auto& values = batch.*row.data;
    if constexpr (std::is_same_v<std::decay_t<decltype(values)>, StringColumn>) {
      const bool is_here = row.name == column && row.role == Role::text;
      if (is_here) found = position;
      if (row.role == Role::text) ++position;
      const bool is_wanted = is_here || (row.role == Role::attribute && position == found + 1);
      if (row.role == Role::attribute) values.append("", batch.arena);
      if (is_wanted) values.append(next < text.size() ? text[next++] : "", batch.arena);
      if (row.role == Role::text && !is_here) values.append("", batch.arena);
    } else if (row.role == Role::attribute) {
      values.push_back(kAbsent<typename std::decay_t<decltype(values)>::value_type>);
    }
  });
  CHECK(found < texts_.size() && next == text.size());
  auto codings = code(hash(batch));
  if (!codings) return tl::unexpected(codings.error());
  const uint32_t coded = (*codings)[found].codes.back();
  if ((*codings)[found].new_texts.empty()) return coded;
  auto done = in_transaction(*connection_, [&] { return append(batch, *codings); });
  if (done) return coded;
  forget();
  return tl::unexpected(done.error());
}

Result<void> append_columns(Connection& connection, const std::string& table,
                            const std::vector<std::string>& columns,
                            std::unordered_map<std::string, Fill> fills, size_t rows) {
  std::vector<Fill> ordered;
  for (const std::string& column : columns) {
    const auto found = fills.find(column);
    ordered.push_back(found != fills.end() ? std::move(found->second) : fill_nulls());
  }
  return append_table(connection, table, ordered, rows);
}

}  // namespace ballcone
