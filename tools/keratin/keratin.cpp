// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The keratin tool: parses the command line, runs one command, and turns errors into messages and
// exit codes.
#include "compiler/Driver/CommandLine.h"
#include "keratin/abi.h"
#include "keratin/command_line.hpp"
#include "keratin/error.hpp"

#include <csignal>
#include <iostream>
#include <new>
#include <random>
#include <unistd.h>

using namespace keratin;

namespace {

int fail(const std::string &message, int code) {
  std::cerr << "error: " << message << "\n";
  return code;
}

int runCommand(int argc, char **argv, GlobalOptions &options) {
  CLI::App app("Compiles Keras models to native code, for inference and training.", "keratin");
  app.set_version_flag(
      "--version", std::string("keratin " KERATIN_VERSION ", LLVM " KERATIN_LLVM_VERSION ", ABI ") +
                       std::to_string(KRT_ABI_VERSION));
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("-q,--quiet", options.run.quiet, "Show no progress");
  app.add_flag("-v,--verbose", options.verbose, "Show phases and their times");
  app.add_option("--color", options.color, "auto, always or never")
      ->capture_default_str()
      ->check(rt::oneOf({"auto", "always", "never"}));
  app.add_option("--seed", options.run.seed,
                 "Of initial weights, dropout and shuffling (default: a fresh one)");
  app.add_option("--threads", options.run.threads, "Threads; 0: all cores")
      ->check(CLI::NonNegativeNumber);
  app.parse_complete_callback([&] {
    options.run.seedGiven = app.count("--seed") > 0;
    if (!options.run.seedGiven)
      options.run.seed = std::random_device()();
  });
  addRunCommand(app, options);
  addCompileCommand(app, options);
  addDataCommands(app, options);
  addSummaryCommand(app, options);
  addInspectCommand(app, options);
  addVerifyCommand(app, options);
  addBenchCommand(app, options);
  addDocumentCommands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return rt::endParse(app, error, argc, argv);
  }
  return options.exitCode;
}

/// A crash is a bug: it too ends in a message and exit code 70. On a stack of its own, since the
/// usual one may be full.
void reportCrash(int) {
  constexpr char message[] = "error: internal error: keratin crashed\n  hint: this is a bug of "
                             "keratin; please report it\n";
  [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, message, sizeof(message) - 1);
  ::_exit(70);
}

void catchCrashes() {
  static char stack[64 * 1024];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof(stack);
  ::sigaltstack(&alternate, nullptr);
  struct sigaction action{};
  action.sa_handler = reportCrash;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    ::sigaction(signal, &action, nullptr);
}

} // namespace

int main(int argc, char **argv) {
  catchCrashes();
  GlobalOptions options;
  try {
    int code = runCommand(argc, argv, options);
    std::cout.flush();
    if (!std::cout || std::fflush(stdout) != 0)
      return fail("cannot write to the standard output", 1);
    return code;
  } catch (const UserError &error) {
    printDiagnostic(std::cerr, error, useColor(options));
    return 1;
  } catch (const rt::Interrupted &) {
    return fail("interrupted", 130);
  } catch (const rt::Error &error) {
    return fail(error.located(), 1);
  } catch (const std::bad_alloc &) {
    return fail("out of memory", 1);
  } catch (const std::exception &error) {
    return fail(std::string("internal error: ") + error.what() +
                    "\n  hint: this is a bug of keratin; please report it",
                70);
  }
}
