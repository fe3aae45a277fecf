# Wrappers that give every target the same flags and state what it may depend on.

set(KERATIN_WARNINGS -Wall -Wextra -Wno-unused-parameter)

# What any Keratin target includes from: the repository root, and the build tree for generated files.
function(keratin_target_defaults target)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}>)
  target_compile_options(${target} PRIVATE ${KERATIN_WARNINGS})
endfunction()

# A library of plain C++: no LLVM or MLIR header reaches it.
#   add_keratin_library(KeratinFoo a.cpp b.cpp LINK_LIBS KeratinBar)
function(add_keratin_library name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  keratin_target_defaults(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# A library of IR, passes or code generation: may see MLIR, linked as the shared MLIR and LLVM libraries.
function(add_keratin_mlir_library name)
  add_keratin_library(${name} ${ARGN})
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -fno-rtti)
  target_link_libraries(${name} PUBLIC MLIR LLVM)
  if(NOT name STREQUAL KeratinPch)
    target_precompile_headers(${name} REUSE_FROM KeratinPch)
  endif()
endfunction()

# An executable in build/bin.
function(add_keratin_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  keratin_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS})
endfunction()
