# Wrappers that give every target the same flags and state what it may depend on.

set(KERATIN_WARNINGS -Wall -Wextra -Wno-unused-parameter)
set(KERATIN_TEST_OPTIONS -O0)

# What any Keratin target includes from: the repository root, and the build tree for generated files.
function(keratin_target_defaults target)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}>)
  target_compile_options(${target} PRIVATE ${KERATIN_WARNINGS})
endfunction()

# A library of plain C++: no LLVM or MLIR header reaches it.
#   add_keratin_library(KeratinFoo a.cpp b.cpp LINK_LIBS KeratinBar)
# PCH: a header to precompile, or the library whose precompiled header is used here too.
function(add_keratin_library name)
  cmake_parse_arguments(ARG "" "PCH" "LINK_LIBS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  keratin_target_defaults(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(ARG_PCH MATCHES "[.]h$")
    target_precompile_headers(${name} PRIVATE ${ARG_PCH})
  elseif(ARG_PCH)
    target_precompile_headers(${name} REUSE_FROM ${ARG_PCH})
  endif()
endfunction()

# A library of IR, passes or code generation: may see MLIR, linked as the shared MLIR and LLVM libraries.
function(add_keratin_mlir_library name)
  cmake_parse_arguments(ARG "" "PCH" "" ${ARGN})
  if(NOT ARG_PCH)
    set(ARG_PCH KeratinPch)
  endif()
  add_keratin_library(${name} ${ARG_UNPARSED_ARGUMENTS} PCH ${ARG_PCH})
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -fno-rtti)
  target_link_libraries(${name} PUBLIC MLIR LLVM)
endfunction()

# A GoogleTest executable of test/unit. Unoptimized: building tests costs more than running them.
#   add_keratin_unit_test(FooTest BarTest.cpp LINK_LIBS KeratinFoo)
# MLIR: the tests see MLIR.
function(add_keratin_unit_test name)
  cmake_parse_arguments(ARG "MLIR" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  keratin_target_defaults(${name})
  target_compile_options(${name} PRIVATE ${KERATIN_TEST_OPTIONS})
  target_compile_definitions(${name} PRIVATE KERATIN_GOLDEN_DIR="${KERATIN_GOLDEN_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} GTest::gtest_main)
  if(ARG_MLIR)
    target_include_directories(${name} SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
    target_compile_options(${name} PRIVATE -fno-rtti)
    target_precompile_headers(${name} REUSE_FROM KeratinMLIRTestPch)
  else()
    target_precompile_headers(${name} REUSE_FROM KeratinTestPch)
  endif()
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# An executable in build/bin.
#   add_keratin_tool(foo foo.cpp LINK_LIBS KeratinFoo)
function(add_keratin_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  keratin_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS})
endfunction()
