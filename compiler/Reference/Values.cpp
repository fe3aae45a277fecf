// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of shapes and types, and located errors.
#include "compiler/Reference/Values.h"

#include "compiler/Support/Diagnostic.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace keratin::reference {

void fail(Location location, const std::string &message) {
  SourceLocation source;
  if (auto position = location->findInstanceOf<FileLineColLoc>())
    source = {position.getFilename().str(), static_cast<int>(position.getLine()),
              static_cast<int>(position.getColumn())};
  throw UserError(source, message);
}

static std::string text(ArrayRef<int64_t> shape) {
  std::string result = "(";
  for (int64_t dimension : shape)
    result += (result.size() > 1 ? ", " : "") + (dimension < 0 ? "?" : std::to_string(dimension));
  return result + ")";
}

static std::string text(Type type) {
  std::string result;
  llvm::raw_string_ostream(result) << type;
  return result;
}

void expectEqualShapes(Location location, ArrayRef<int64_t> expected, ArrayRef<int64_t> got,
                       const std::string &what) {
  if (expected != got)
    fail(location, "expects " + what + " of shape " + text(expected) + ", got " + text(got));
}

void expectType(Location location, Type type, const Argument &argument, const std::string &what) {
  if (auto shaped = dyn_cast<RankedTensorType>(type)) {
    auto *tensor = std::get_if<Tensor>(&argument);
    if (!tensor)
      fail(location, "expects " + what + " of type " + text(type) + ", got a scalar");
    // A dimension that is only known at run time fits any.
    SmallVector<int64_t> expected(shaped.getShape());
    for (size_t i = 0; i < expected.size() && i < tensor->shape.size(); ++i)
      if (ShapedType::isDynamic(expected[i]))
        expected[i] = tensor->shape[i];
    expectEqualShapes(location, expected, tensor->shape, what);
    return;
  }
  bool fits = type.isSignlessInteger()
                  ? std::holds_alternative<int64_t>(argument)
                  : isa<FloatType>(type) && std::holds_alternative<double>(argument);
  if (!fits)
    fail(location, "expects " + what + " of type " + text(type));
}

} // namespace keratin::reference
