// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building and printing for the tests of buildIR.
#include "test/unit/BuildIR/Models.h"

#include "mlir/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace keratin::test {

static std::string print(const ModelSpec &model, Entry entry, bool locations) {
  MLIRContext context;
  BuildOptions options;
  options.entries = {entry};
  OwningOpRef<ModuleOp> module = buildIR(model, options, context);
  EXPECT_TRUE(succeeded(verify(*module)));
  OpPrintingFlags flags;
  if (locations)
    flags.enableDebugInfo(/*enable=*/true, /*prettyForm=*/false).useLocalScope();
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream, flags);
  return text;
}

std::string print(const ModelSpec &model, Entry entry) { return print(model, entry, false); }

std::string printWithLocations(const ModelSpec &model, Entry entry) {
  return print(model, entry, true);
}

std::string errorOf(const ModelSpec &model, Entry entry) {
  try {
    print(model, entry);
  } catch (const UserError &error) {
    return error.location.file + ":" + std::to_string(error.location.line) + ": " + error.message;
  }
  return "";
}

testing::AssertionResult contains(const std::string &text, const std::string &part) {
  if (text.find(part) != std::string::npos)
    return testing::AssertionSuccess() << "found \"" << part << "\" in\n" << text;
  return testing::AssertionFailure() << "no \"" << part << "\" in\n" << text;
}

int count(const std::string &text, const std::string &part) {
  int result = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++result;
  return result;
}

} // namespace keratin::test
