# What `cmake --install build` puts in place: the tools, and the runtime for programs that hold compiled models.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

foreach(tool keratin keratin-opt keratin-translate)
  if(TARGET ${tool})
    install(TARGETS ${tool} COMPONENT tools)
  endif()
endforeach()
# The man page and the completions, as the tool itself writes them.
if(TARGET keratin)
  set(share ${PROJECT_BINARY_DIR}/share)
  set(documents ${share}/keratin.1 ${share}/keratin ${share}/_keratin ${share}/keratin.fish)
  add_custom_command(OUTPUT ${documents}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${share}
    COMMAND keratin man > ${share}/keratin.1
    COMMAND keratin completion bash > ${share}/keratin
    COMMAND keratin completion zsh > ${share}/_keratin
    COMMAND keratin completion fish > ${share}/keratin.fish
    DEPENDS keratin COMMENT "Writing the man page and completions" VERBATIM)
  add_custom_target(keratin-man ALL DEPENDS ${documents})
  install(FILES ${share}/keratin.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
  install(FILES ${share}/keratin DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT tools)
  install(FILES ${share}/_keratin DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT tools)
  install(FILES ${share}/keratin.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT tools)
endif()

# What `keratin compile --emit=exe` links models with.
get_target_property(program_object KeratinProgramObject OBJECT_FILE)
install(FILES ${program_object} TYPE LIB COMPONENT tools)

# Development: the runtime's archives and headers, and the package that find_package(Keratin) reads.
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Keratin)
install(TARGETS KeratinRuntime KeratinCommands KeratinProgram EXPORT KeratinTargets COMPONENT runtime)
install(DIRECTORY runtime/include/keratin TYPE INCLUDE COMPONENT runtime)
install(EXPORT KeratinTargets NAMESPACE Keratin:: DESTINATION ${package} COMPONENT runtime)
configure_package_config_file(cmake/KeratinConfig.cmake.in KeratinConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(KeratinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/KeratinConfig.cmake ${PROJECT_BINARY_DIR}/KeratinConfigVersion.cmake
  DESTINATION ${package} COMPONENT runtime)
install(FILES LICENSE README.md CHANGELOG.md TYPE DOC COMPONENT runtime)
