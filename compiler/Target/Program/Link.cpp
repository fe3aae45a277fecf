// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Program/Link.h"
#include "compiler/Support/Diagnostic.h"
#include "keratin/file.hpp"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace keratin {

namespace {

/// A file that goes when this object does.
class TemporaryFile {
public:
  TemporaryFile(StringRef directory, StringRef suffix) {
    SmallString<128> model(directory);
    sys::path::append(model, "keratin-%%%%%%" + suffix);
    int descriptor;
    if (std::error_code error = sys::fs::createUniqueFile(model, descriptor, path))
      throw UserError({model.str().str()}, "cannot write: " + error.message());
    raw_fd_ostream(descriptor, /*shouldClose=*/true);
  }
  ~TemporaryFile() { sys::fs::remove(path); }
  SmallString<128> path;
};

SmallString<128> temporaryFolder() {
  SmallString<128> folder;
  sys::path::system_temp_directory(/*erasedOnReboot=*/true, folder);
  return folder;
}

/// The first of these commands that is installed, or "".
std::string findCommand(ArrayRef<StringRef> names) {
  for (StringRef name : names)
    if (ErrorOr<std::string> path = sys::findProgramByName(name))
      return *path;
  return "";
}

/// Runs a linker into a temporary file, and writes that to `output` if all went well. Throws
/// rt::Error where `output` cannot be written.
void runLinker(ArrayRef<char> object, const std::string &output, const std::string &linker,
               ArrayRef<std::string> arguments) {
  SmallString<128> folder = temporaryFolder();
  TemporaryFile input(folder, ".o"), log(folder, ".log");
  {
    std::error_code error;
    raw_fd_ostream stream(input.path, error);
    stream.write(object.data(), object.size());
    stream.close();
    if (stream.has_error()) {
      stream.clear_error();
      throw UserError({input.path.str().str()}, "cannot write the model's object file",
                      "is the disk full?");
    }
  }
  TemporaryFile result(folder, "");
  SmallVector<StringRef> words{linker, input.path};
  for (const std::string &argument : arguments)
    words.push_back(argument);
  words.append({"-o", result.path});
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log.path), StringRef(log.path)};
  std::string message;
  if (sys::ExecuteAndWait(linker, words, std::nullopt, redirects, 0, 0, &message) != 0) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(log.path);
    throw UserError({output},
                    "linking failed: " + (text ? (*text)->getBuffer().rtrim().str() : message));
  }
  rt::writeFile(output, rt::readFile(result.path.str().str()));
  if (sys::fs::is_regular_file(output))
    sys::fs::setPermissions(output, sys::fs::perms(0755));
}

} // namespace

void linkShared(ArrayRef<char> object, const std::string &output) {
  std::string linker = findCommand({"ld.lld", "ld.lld-22", "cc", "clang-22"});
  if (linker.empty())
    throw UserError({output}, "a shared library needs a linker: neither ld.lld nor cc was found",
                    "install lld or a C compiler, or emit an object");
  SmallVector<std::string> arguments{"-shared"};
  if (!StringRef(linker).contains("ld.lld"))
    arguments.push_back("-nostdlib");
  runLinker(object, output, linker, arguments);
}

void linkProgram(ArrayRef<char> object, const std::string &output) {
  std::string linker = findCommand({"cc", "gcc", "clang-22", "clang"});
  if (linker.empty())
    throw UserError({output}, "a native program needs a linker: no C compiler was found",
                    "install gcc or clang with libc's development files");
  static int anchor;
  SmallString<128> runtime(sys::path::parent_path(sys::fs::getMainExecutable("keratin", &anchor)));
  sys::path::append(runtime, "..", "lib", "keratin_program.o");
  if (!sys::fs::exists(runtime))
    throw UserError({runtime.str().str()},
                    "the runtime for native programs is not where keratin is installed");
  runLinker(object, output, linker, {runtime.str().str(), "-Wl,--gc-sections", "-Wl,--as-needed"});
}

} // namespace keratin
