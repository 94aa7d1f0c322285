# `find_package(CCA)` for projects that embed the dialects and pipelines.
include(CMakePackageConfigHelpers)

set(CCA_INSTALL_CMAKE_DIR lib/cmake/cca)

install(DIRECTORY include/cca include/cca-c ${PROJECT_BINARY_DIR}/include/cca
  DESTINATION include
  FILES_MATCHING PATTERN "*.h" PATTERN "*.inc" PATTERN "*.td" PATTERN CMakeFiles EXCLUDE)
install(EXPORT CCATargets DESTINATION ${CCA_INSTALL_CMAKE_DIR})
configure_package_config_file(cmake/CCAConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/CCAConfig.cmake
  INSTALL_DESTINATION ${CCA_INSTALL_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/CCAConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_SOURCE_DIR}/cmake/StaticMLIR.cmake
  ${PROJECT_BINARY_DIR}/cmake/CCAConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/CCAConfigVersion.cmake
  DESTINATION ${CCA_INSTALL_CMAKE_DIR})
