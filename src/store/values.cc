#include "store/values.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

#include "store/engine.h"

namespace ballcone {
namespace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

// Up to here a JSON reader that keeps numbers as doubles sees every integer as it is.
constexpr int64_t kExactInDouble = int64_t{1} << 53;

std::string digits(Uint128 value) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return out;
}
Uint128 magnitude(Int128 value) {
  return value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

Value integer(Int128 value) {
  if (value >= -kExactInDouble && value <= kExactInDouble) return static_cast<int64_t>(value);
  return (value < 0 ? "-" : "") + digits(magnitude(value));
}

// 150 with scale 2 → "1.50"
std::string decimal(Int128 value, uint8_t scale) {
  std::string text = digits(magnitude(value));
  if (scale > 0) {
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    text.insert(text.size() - scale, ".");
  }
  return (value < 0 ? "-" : "") + text;
}

Int128 int128_of(duckdb_hugeint value) {
  return static_cast<Int128>((static_cast<Uint128>(static_cast<uint64_t>(value.upper)) << 64) |
                             value.lower);
}

// DuckDB writes the year 44 BC as "0044-03-15 (BC)"; there is no year 0.
std::string date_text(duckdb_date_struct date, std::string_view clock) {
  const bool is_bc = date.year <= 0;
  return fmt::format("{:04}-{:02}-{:02}{}{}", is_bc ? 1 - date.year : date.year, date.month,
                     date.day, clock, is_bc ? " (BC)" : "");
}

Value date_value(duckdb_date date) {
  if (!duckdb_is_finite_date(date)) return std::string(date.days < 0 ? "-infinity" : "infinity");
  return date_text(duckdb_from_date(date), "");
}

// With a zone the session's is meant, which is always UTC here.
Value timestamp_value(duckdb_timestamp time, bool has_zone) {
  if (!duckdb_is_finite_timestamp(time))
    return std::string(time.micros < 0 ? "-infinity" : "infinity");
  const duckdb_timestamp_struct parts = duckdb_from_timestamp(time);
  std::string clock =
      fmt::format(" {:02}:{:02}:{:02}", parts.time.hour, parts.time.min, parts.time.sec);
  if (parts.time.micros != 0) {
    clock += fmt::format(".{:06}", parts.time.micros);
    clock.erase(clock.find_last_not_of('0') + 1);
  }
  return date_text(parts.date, clock + (has_zone ? "+00" : ""));
}

template <class T>
T at(duckdb_vector vector, idx_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

Value decimal_value(duckdb_vector vector, duckdb_logical_type type, idx_t row) {
  const uint8_t scale = duckdb_decimal_scale(type);
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      return decimal(at<int16_t>(vector, row), scale);
    case DUCKDB_TYPE_INTEGER:
      return decimal(at<int32_t>(vector, row), scale);
    case DUCKDB_TYPE_BIGINT:
      return decimal(at<int64_t>(vector, row), scale);
    default:
      return decimal(int128_of(at<duckdb_hugeint>(vector, row)), scale);
  }
}

struct TypeName {
  duckdb_type type;
  const char* name;
  bool is_read_directly;
};

constexpr std::array kTypeNames{
    TypeName{DUCKDB_TYPE_BOOLEAN, "BOOLEAN", true},
    TypeName{DUCKDB_TYPE_TINYINT, "TINYINT", true},
    TypeName{DUCKDB_TYPE_SMALLINT, "SMALLINT", true},
    TypeName{DUCKDB_TYPE_INTEGER, "INTEGER", true},
    TypeName{DUCKDB_TYPE_BIGINT, "BIGINT", true},
    TypeName{DUCKDB_TYPE_UTINYINT, "UTINYINT", true},
    TypeName{DUCKDB_TYPE_USMALLINT, "USMALLINT", true},
    TypeName{DUCKDB_TYPE_UINTEGER, "UINTEGER", true},
    TypeName{DUCKDB_TYPE_UBIGINT, "UBIGINT", true},
    TypeName{DUCKDB_TYPE_HUGEINT, "HUGEINT", true},
    TypeName{DUCKDB_TYPE_FLOAT, "FLOAT", true},
    TypeName{DUCKDB_TYPE_DOUBLE, "DOUBLE", true},
    TypeName{DUCKDB_TYPE_VARCHAR, "VARCHAR", true},
    TypeName{DUCKDB_TYPE_DATE, "DATE", true},
    TypeName{DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP", true},
    TypeName{DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE", true},
    TypeName{DUCKDB_TYPE_DECIMAL, "DECIMAL", true},
    TypeName{DUCKDB_TYPE_UHUGEINT, "UHUGEINT", false},
    TypeName{DUCKDB_TYPE_TIMESTAMP_S, "TIMESTAMP_S", false},
    TypeName{DUCKDB_TYPE_TIMESTAMP_MS, "TIMESTAMP_MS", false},
    TypeName{DUCKDB_TYPE_TIMESTAMP_NS, "TIMESTAMP_NS", false},
    TypeName{DUCKDB_TYPE_TIME, "TIME", false},
    TypeName{DUCKDB_TYPE_TIME_TZ, "TIME WITH TIME ZONE", false},
    TypeName{DUCKDB_TYPE_INTERVAL, "INTERVAL", false},
    TypeName{DUCKDB_TYPE_BLOB, "BLOB", false},
    TypeName{DUCKDB_TYPE_BIT, "BIT", false},
    TypeName{DUCKDB_TYPE_UUID, "UUID", false},
    TypeName{DUCKDB_TYPE_ENUM, "ENUM", false},
    TypeName{DUCKDB_TYPE_UNION, "UNION", false},
    TypeName{DUCKDB_TYPE_BIGNUM, "BIGNUM", false},
    TypeName{DUCKDB_TYPE_SQLNULL, "NULL", false},
};

const TypeName* find_type(duckdb_type type) {
  for (const TypeName& known : kTypeNames)
    if (known.type == type) return &known;
  return nullptr;
}

std::string struct_name(duckdb_logical_type type) {
  std::string out;
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    char* name = duckdb_struct_type_child_name(type, i);
    const OwnedType child{duckdb_struct_type_child_type(type, i)};
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", name, type_name(child.get()));
    duckdb_free(name);
  }
  return "STRUCT(" + out + ")";
}

}  // namespace

bool is_read_directly(duckdb_type type) {
  const TypeName* known = find_type(type);
  return known != nullptr && known->is_read_directly;
}

Value read_value(duckdb_vector vector, duckdb_logical_type type, idx_t row) {
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  if (validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0) return {};
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN:
      return at<bool>(vector, row);
    case DUCKDB_TYPE_TINYINT:
      return int64_t{at<int8_t>(vector, row)};
    case DUCKDB_TYPE_SMALLINT:
      return int64_t{at<int16_t>(vector, row)};
    case DUCKDB_TYPE_INTEGER:
      return int64_t{at<int32_t>(vector, row)};
    case DUCKDB_TYPE_BIGINT:
      return at<int64_t>(vector, row);
    case DUCKDB_TYPE_UTINYINT:
      return int64_t{at<uint8_t>(vector, row)};
    case DUCKDB_TYPE_USMALLINT:
      return int64_t{at<uint16_t>(vector, row)};
    case DUCKDB_TYPE_UINTEGER:
      return int64_t{at<uint32_t>(vector, row)};
    case DUCKDB_TYPE_UBIGINT:
      return integer(at<uint64_t>(vector, row));
    case DUCKDB_TYPE_HUGEINT:
      return integer(int128_of(at<duckdb_hugeint>(vector, row)));
    case DUCKDB_TYPE_FLOAT:
      return double{at<float>(vector, row)};
    case DUCKDB_TYPE_DOUBLE:
      return at<double>(vector, row);
    case DUCKDB_TYPE_DATE:
      return date_value(at<duckdb_date>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP:
      return timestamp_value(at<duckdb_timestamp>(vector, row), false);
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return timestamp_value(at<duckdb_timestamp>(vector, row), true);
    case DUCKDB_TYPE_DECIMAL:
      return decimal_value(vector, type, row);
    case DUCKDB_TYPE_VARCHAR: {
      auto text = at<duckdb_string_t>(vector, row);
      return std::string(duckdb_string_t_data(&text), duckdb_string_t_length(text));
    }
    default:
      CHECK(!"a type that is read directly");
      return {};
  }
}

std::string type_name(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  const auto child_name = [](duckdb_logical_type child) {
    const OwnedType owned{child};
    return type_name(owned.get());
  };
  switch (id) {
    case DUCKDB_TYPE_DECIMAL:
      return fmt::format("DECIMAL({},{})", duckdb_decimal_width(type), duckdb_decimal_scale(type));
    case DUCKDB_TYPE_LIST:
      return child_name(duckdb_list_type_child_type(type)) + "[]";
    case DUCKDB_TYPE_ARRAY:
      return fmt::format("{}[{}]", child_name(duckdb_array_type_child_type(type)),
                         duckdb_array_type_array_size(type));
    case DUCKDB_TYPE_STRUCT:
      return struct_name(type);
    case DUCKDB_TYPE_MAP:
      return fmt::format("MAP({}, {})", child_name(duckdb_map_type_key_type(type)),
                         child_name(duckdb_map_type_value_type(type)));
    default:
      break;
  }
  // Newer than the header: GEOMETRY, VARIANT. JSON is an alias of VARCHAR.
  const TypeName* known = find_type(id);
  char* alias = duckdb_logical_type_get_alias(type);
  std::string name = alias != nullptr ? alias : known != nullptr ? known->name : "OTHER";
  duckdb_free(alias);
  return name;
}

}  // namespace ballcone
