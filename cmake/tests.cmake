# The tests that need the whole program, each a file for `node --test`; label e2e, browser ones browser too.
# They are given the program that was built here, so the dev preset runs them all under the sanitizers.
find_program(NODE node REQUIRED)
set(program_environment
  "BALLCONE=$<TARGET_FILE:ballcone>" "BALLCONE_BUILD=${PROJECT_BINARY_DIR}"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/test/lsan.supp:print_suppressions=0")

function(node_tests label folder)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*_test.mjs)
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" name ${name})
    add_test(NAME ${label}.${name} COMMAND ${NODE} --test ${file})
    set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT 600 ENVIRONMENT "${program_environment}")
  endforeach()
endfunction()

node_tests(e2e test/e2e)
node_tests(browser test/browser)
node_tests(ui ui/test)
node_tests(tracker test/tracker)

# What memory a connection takes says nothing under a sanitizer: asked of the released program too, which `make test`
# builds first.
set(released ${PROJECT_SOURCE_DIR}/build/release/ballcone)
add_test(NAME e2e.crowd_released
  COMMAND sh -c "test -x '${released}' || { echo 'skipped: no ${released}; make build'; exit 77; }; exec '${NODE}' --test '${PROJECT_SOURCE_DIR}/test/e2e/crowd_test.mjs'")
set_tests_properties(e2e.crowd_released PROPERTIES LABELS e2e TIMEOUT 600 SKIP_RETURN_CODE 77
  ENVIRONMENT "BALLCONE=${released};BALLCONE_BUILD=${PROJECT_SOURCE_DIR}/build/release")

add_test(NAME e2e.demo COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/tools/demo/run.mjs --check)
set_tests_properties(e2e.demo PROPERTIES LABELS e2e TIMEOUT 300 ENVIRONMENT "${program_environment}")
