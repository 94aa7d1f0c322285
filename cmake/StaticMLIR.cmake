# For static links (MLIR_LINK_MLIR_DYLIB=OFF). The packaged static MLIR libraries
# name the shared libLLVM as what they need, but a program that links static LLVM
# libraries as well would have two LLVMs in it. So name the static ones instead.

foreach(dependency ZLIB::ZLIB zstd::libzstd_shared)
  if(NOT TARGET ${dependency})
    message(FATAL_ERROR
      "A static link of LLVM needs ${dependency}, which was not found. On Debian "
      "install the packages zlib1g-dev and libzstd-dev.")
  endif()
endforeach()

# All targets, because MLIR's passes that ask LLVM about a target register them all.
llvm_map_components_to_libnames(CCA_STATIC_LLVM
  AllTargetsAsmParsers AllTargetsCodeGens BitWriter Core FrontendOffloading
  FrontendOpenACC FrontendOpenMP IRReader Linker OrcJIT Passes Support SupportLSP
  Target)

foreach(library IN LISTS MLIR_EXPORTED_TARGETS)
  get_target_property(type ${library} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    get_target_property(needed ${library} INTERFACE_LINK_LIBRARIES)
    list(TRANSFORM needed REPLACE "^(LLVM|\\$<LINK_ONLY:LLVM>)$" "${CCA_STATIC_LLVM}")
    set_target_properties(${library} PROPERTIES INTERFACE_LINK_LIBRARIES "${needed}")
  endif()
endforeach()
