# room(NAME USES other… LINK library…): src/NAME/*.cc as one static library, and NAME_test from src/NAME/*_test.cc.
# A room sees its own headers and those of the rooms it USES, through build/rooms/NAME, and no other:
# an include against the direction of the architecture does not build.
function(room name)
  cmake_parse_arguments(ROOM "" "" "USES;LINK" ${ARGN})
  set(folder ${PROJECT_SOURCE_DIR}/src/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
  file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.cc)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/rooms/${name})
  file(CREATE_LINK ${folder} ${PROJECT_BINARY_DIR}/rooms/${name}/${name} SYMBOLIC)
  if(sources)
    add_library(${name} STATIC ${sources})
    set(kind PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_include_directories(${name} ${kind} ${PROJECT_BINARY_DIR}/rooms/${name})
  target_link_libraries(${name} ${kind} ${ROOM_USES} ${ROOM_LINK})
  if(tests AND BALLCONE_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ballcone::gtest)
    target_compile_definitions(${name}_test PRIVATE
      BALLCONE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BALLCONE_DATA_DIR="${PROJECT_BINARY_DIR}/share/ballcone")
    add_test(NAME ${name} COMMAND ${name}_test)
    # The database allocates so much that remembering who did takes a third of the time; whoever runs a test by hand is
    # told.
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "ASAN_OPTIONS=malloc_context_size=0")
  endif()
endfunction()
