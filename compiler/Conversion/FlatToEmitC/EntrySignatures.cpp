// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parameters of a model's entries, as runtime/include/keratin/abi.h has them.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

#include "dialect/IR/KeratinOps.h"

using namespace mlir;

namespace keratin {

using CParameter = std::pair<StringRef, StringRef>;

static constexpr CParameter initParameters[] = {
    {"void *", "workspace"}, {"int64_t", "workspace_bytes"}, {"struct krt_context *", "context"}};
static constexpr CParameter packParameters[] = {{"const float *const *", "weights"},
                                                {"void *", "params"}};
static constexpr CParameter unpackParameters[] = {{"const void *", "params"},
                                                  {"float *const *", "weights"}};
static constexpr CParameter predictParameters[] = {
    {"void *", "workspace"}, {"const void *", "params"},        {"int32_t", "rows"},
    {"int32_t", "steps"},    {"const void *const *", "inputs"}, {"void *const *", "outputs"}};
static constexpr CParameter evaluateParameters[] = {{"void *", "workspace"},
                                                    {"const void *", "params"},
                                                    {"int32_t", "rows"},
                                                    {"int32_t", "steps"},
                                                    {"const void *const *", "inputs"},
                                                    {"const void *const *", "targets"},
                                                    {"const float *const *", "sample_weights"},
                                                    {"float *", "metrics"}};
static constexpr CParameter trainParameters[] = {{"void *", "workspace"},
                                                 {"void *", "params"},
                                                 {"void *", "optimizer"},
                                                 {"float", "learning_rate"},
                                                 {"uint64_t", "seed"},
                                                 {"int32_t", "rows"},
                                                 {"int32_t", "steps"},
                                                 {"const void *const *", "inputs"},
                                                 {"const void *const *", "targets"},
                                                 {"const float *const *", "sample_weights"},
                                                 {"float *", "metrics"}};
static constexpr CParameter gradientsParameters[] = {{"void *", "workspace"},
                                                     {"const void *", "params"},
                                                     {"void *", "gradients"},
                                                     {"uint64_t", "seed"},
                                                     {"int32_t", "rows"},
                                                     {"int32_t", "steps"},
                                                     {"const void *const *", "inputs"},
                                                     {"const void *const *", "targets"},
                                                     {"const float *const *", "sample_weights"},
                                                     {"float *", "metrics"}};

static constexpr struct {
  StringLiteral entry;
  ArrayRef<CParameter> parameters;
} entries[] = {{"init", initParameters},
               {"pack", packParameters},
               {"unpack", unpackParameters},
               {"predict", predictParameters},
               {"evaluate_step", evaluateParameters},
               {"train_step", trainParameters},
               {"gradients", gradientsParameters}};

ArrayRef<CParameter> entryParameters(StringRef entry) {
  for (const auto &row : entries)
    if (row.entry == entry)
      return row.parameters;
  return {};
}

StringRef entryOf(func::FuncOp function) {
  if (function.isPrivate())
    return "";
  if (auto entry = function->getAttrOfType<StringAttr>(entryAttrName))
    return entry.getValue();
  // "unpack" ends in "pack", but not in "_pack".
  for (const auto &row : entries)
    if (function.getName().ends_with(("_" + row.entry).str()))
      return row.entry;
  return "";
}

} // namespace keratin
