# make install: PREFIX/bin/ballcone, lib/ballcone/libduckdb.so (found by the relative rpath), share/ballcone/ (data),
# share/doc/ballcone/ and lib/systemd/system/ballcone.service. Links are followed: what is installed stands alone.
include(GNUInstallDirs)
install(TARGETS ballcone RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
get_filename_component(duckdb_file ${duckdb_so} REALPATH)
# Not under CMAKE_INSTALL_LIBDIR: the rpath is bin/../lib/ballcone, whatever the distribution calls its lib folder.
install(PROGRAMS ${duckdb_file} DESTINATION lib/ballcone RENAME libduckdb.so)
install(CODE "file(GLOB files \"${PROJECT_BINARY_DIR}/share/ballcone/*\")
  foreach(file IN LISTS files)
    get_filename_component(leaf \"\${file}\" NAME)
    file(REAL_PATH \"\${file}\" real)
    file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/share/ballcone\" TYPE FILE RENAME \"\${leaf}\" FILES \"\${real}\"
         PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endforeach()")
install(FILES NOTICE LICENSE README.md deploy/nginx.conf DESTINATION share/doc/ballcone)
configure_file(deploy/ballcone.service ${PROJECT_BINARY_DIR}/ballcone.service.in COPYONLY)
# The unit names the program by its full path, which is known only now.
install(CODE "file(READ \"${PROJECT_BINARY_DIR}/ballcone.service.in\" unit)
  string(REPLACE \"/usr/local/bin/ballcone\" \"\${CMAKE_INSTALL_PREFIX}/bin/ballcone\" unit \"\${unit}\")
  file(WRITE \"${PROJECT_BINARY_DIR}/ballcone.service\" \"\${unit}\")")
install(FILES ${PROJECT_BINARY_DIR}/ballcone.service DESTINATION lib/systemd/system)
