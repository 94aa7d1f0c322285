# A library of this project: add_mlir_library, exported as part of the CCA
# package. MLIR libraries are named after MLIR_LIBS, so that one list serves both
# the shared libMLIR of development builds and the static one of releases.
#
#   add_cca_library(CCAFoo a.cpp b.cpp
#     DEPENDS CCAFooIncGen
#     LINK_LIBS PUBLIC CCABar
#     MLIR_LIBS MLIRIR MLIRPass)
function(add_cca_library name)
  cmake_parse_arguments(ARG "" "" "MLIR_LIBS" ${ARGN})
  add_mlir_library(${name} STATIC EXCLUDE_FROM_LIBMLIR DISABLE_INSTALL
    ${ARG_UNPARSED_ARGUMENTS})
  mlir_target_link_libraries(${name} PUBLIC ${ARG_MLIR_LIBS})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  set_target_properties(${name} PROPERTIES FOLDER "CCA/Libraries")
  set_property(GLOBAL APPEND PROPERTY CCA_TARGETS ${name})
  install(TARGETS ${name} EXPORT CCATargets ARCHIVE DESTINATION lib)
endfunction()

# A program of this project, installed into bin/.
#
#   add_cca_tool(cca-foo main.cpp LIBS CCAFoo MLIR_LIBS MLIROptLib)
function(add_cca_tool name)
  cmake_parse_arguments(ARG "" "" "LIBS;MLIR_LIBS" ${ARGN})
  add_llvm_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  mlir_target_link_libraries(${name} PRIVATE ${ARG_MLIR_LIBS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  llvm_update_compile_flags(${name})
  set_target_properties(${name} PROPERTIES FOLDER "CCA/Tools")
  set_property(GLOBAL APPEND PROPERTY CCA_TARGETS ${name})
  install(TARGETS ${name} EXPORT CCATargets RUNTIME DESTINATION bin)
endfunction()
