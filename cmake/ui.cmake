# The page: bundled by node when one of its sources changed, and embedded in the web room.
find_program(NODE node REQUIRED)
file(GLOB_RECURSE ui_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/ui/src/*.ts ${PROJECT_SOURCE_DIR}/ui/src/*.tsx ${PROJECT_SOURCE_DIR}/ui/style/*.css
  ${PROJECT_SOURCE_DIR}/tracker/src/*.ts ${PROJECT_SOURCE_DIR}/tracker/build.mjs)
set(ui_out ${PROJECT_BINARY_DIR}/ui)
add_custom_command(
  OUTPUT ${ui_out}/embedded.cc
  BYPRODUCTS ${ui_out}/index.html
  COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/ui/build.mjs ${ui_out}
  DEPENDS ${ui_sources} ${PROJECT_SOURCE_DIR}/ui/build.mjs ${PROJECT_SOURCE_DIR}/ui/index.html
          ${PROJECT_SOURCE_DIR}/ui/favicon.svg ${PROJECT_SOURCE_DIR}/package-lock.json
  COMMENT "Bundling the page"
  VERBATIM)
target_sources(web PRIVATE ${ui_out}/embedded.cc)
