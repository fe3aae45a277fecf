// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules made from text for the reference's tests.
#include "TestModel.h"

#include "compiler/Autodiff/Passes.h"
#include "compiler/InitAllDialects.h"
#include "compiler/Reference/FiniteDifferences.h"
#include "compiler/Transforms/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace mlir;

namespace keratin::reference::test {

MLIRContext &context() {
  static MLIRContext &context = *[] {
    DialectRegistry registry;
    registerAllDialects(registry);
    auto *made = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
    made->loadAllAvailableDialects();
    return made;
  }();
  return context;
}

OwningOpRef<ModuleOp> parse(const std::string &text) {
  std::string messages;
  ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream(messages) << diagnostic << "\n";
    return success();
  });
  auto module = parseSourceString<ModuleOp>(text, ParserConfig(&context()), "test.mlir");
  if (!module)
    throw std::runtime_error(messages + text);
  return module;
}

void differentiate(ModuleOp module) {
  PassManager passes(&context());
  passes.addNestedPass<func::FuncOp>(createHoistInputProductsPass());
  passes.addPass(createDifferentiatePass());
  if (failed(passes.run(module)))
    throw std::runtime_error("no gradient");
}

const Tensor &tensor(const std::vector<Argument> &results, size_t index) {
  return std::get<Tensor>(results.at(index));
}

void expectClose(const Tensor &got, const Tensor &expected, double tolerance) {
  ASSERT_EQ(got.shape, expected.shape);
  for (int64_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], tolerance + tolerance * std::fabs(expected[i])) << "at " << i;
}

double Random::uniform(double low, double high) {
  return low + (high - low) * (static_cast<double>(engine() >> 11) * 0x1p-53);
}

int64_t Random::integer(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(engine() % static_cast<uint64_t>(high - low + 1));
}

Tensor Random::tensor(const Shape &shape, double low, double high) {
  Tensor result(shape);
  for (double &value : result.values)
    value = uniform(low, high);
  return result;
}

Tensor Random::integers(const Shape &shape, int64_t low, int64_t high) {
  Tensor result(shape);
  for (double &value : result.values)
    value = static_cast<double>(integer(low, high));
  return result;
}

std::string clause(const std::string &word, const Operand &operand) {
  return operand ? " " + word + "(" + operand.name + ")" : "";
}

Operand TestModel::param(const Tensor &value) {
  std::string symbol = "@p" + std::to_string(params.size()), type = "tensor<";
  for (int64_t dimension : value.shape)
    type += std::to_string(dimension) + "x";
  type += element + ">";
  declarations += "  keratin.param " + symbol + " : " + type + " {trainable}\n";
  params.push_back(value);
  Operand result = newValue(type);
  line(result.name + " = keratin.read_param " + symbol + " : " + type);
  return result;
}

Operand TestModel::newArgument(const std::string &type, Argument value) {
  Operand result{"%a" + std::to_string(arguments.size()), type};
  signature += (arguments.empty() ? "" : ", ") + result.name + ": " + type;
  arguments.push_back(std::move(value));
  return result;
}

Operand TestModel::argument(const Tensor &value) {
  return newArgument(type(value.shape.size(), value.columns()), value);
}

Operand TestModel::argument(const Tensor &value, const std::string &type) {
  std::string dimensions;
  for (size_t i = 0; i < value.shape.size(); ++i)
    dimensions += "?x";
  return newArgument("tensor<" + dimensions + type + ">", value);
}

Operand TestModel::argument(int64_t value) { return newArgument("i64", value); }
Operand TestModel::argument(double value) { return newArgument(element, value); }

Operand TestModel::source(const Tensor &value) {
  Shape leading(value.shape.begin(), value.shape.end() - 1);
  Tensor rows(leading);
  for (int64_t i = 0; i < rows.size(); ++i)
    rows[i] = static_cast<double>(i);
  Operand indices = argument(rows, "i32");
  Operand table = param(Tensor({value.rows(), value.columns()}, value.values));
  return op("keratin.embedding " + indices.name + ", " + table.name, {indices, table},
            type(value.shape.size(), value.columns()));
}

Operand TestModel::op(const std::string &text, const std::vector<Operand> &operands,
                      const std::string &resultType) {
  return ops(text, operands, {resultType}).front();
}

std::vector<Operand> TestModel::ops(const std::string &text, const std::vector<Operand> &operands,
                                    const std::vector<std::string> &resultTypes) {
  std::string types, resultNames, joinedTypes;
  for (const Operand &operand : operands)
    if (operand)
      types += (types.empty() ? "" : ", ") + operand.type;
  std::vector<Operand> results;
  for (const std::string &type : resultTypes) {
    results.push_back(newValue(type));
    resultNames += (resultNames.empty() ? "" : ", ") + results.back().name;
    joinedTypes += (joinedTypes.empty() ? "" : ", ") + type;
  }
  line(resultNames + " = " + text + " : (" + types + ") -> (" + joinedTypes + ")");
  return results;
}

Operand TestModel::project(const Operand &value, const Shape &shape, Random &random) {
  Operand target = argument(random.tensor(shape));
  return op("keratin.loss <mean_squared_error> " + value.name + ", " + target.name +
                " {reduction = #keratin.reduction<sum>}",
            {value, target}, "tensor<" + element + ">");
}

std::string TestModel::type(size_t rank, int64_t last) const {
  std::string result = "tensor<";
  for (size_t i = 1; i < rank; ++i)
    result += "?x";
  return result + std::to_string(last) + "x" + element + ">";
}

std::string TestModel::text(const std::vector<Operand> &results) const {
  std::string names, types;
  for (const Operand &result : results) {
    names += (names.empty() ? "" : ", ") + result.name;
    types += (types.empty() ? "" : ", ") + result.type;
  }
  std::string terminator = results.empty() ? "return" : "return " + names + " : " + types;
  return "module {\n" + declarations + "  func.func @entry(" + signature + ") -> (" + types +
         ") {\n" + body + "    " + terminator + "\n  }\n}\n";
}

Evaluator TestModel::evaluator(ModuleOp module) const {
  Evaluator evaluator(module);
  for (size_t i = 0; i < params.size(); ++i)
    evaluator.setParam("p" + std::to_string(i), params[i]);
  return evaluator;
}

std::vector<Argument> run(const TestModel &model, const std::vector<Operand> &results) {
  OwningOpRef<ModuleOp> module = parse(model.text(results));
  return model.evaluator(*module).run("entry", model.arguments);
}

void expectGradients(const TestModel &undifferentiated, const Operand &loss) {
  TestModel model = undifferentiated;
  model.line("keratin.minimize " + loss.name + " : " + loss.type);
  OwningOpRef<ModuleOp> module = parse(model.text({loss}));
  differentiate(*module);
  Evaluator evaluator = model.evaluator(*module);
  DifferenceOptions options;
  options.maxElements = 12;
  auto differences = compareGradients(evaluator, "entry", model.arguments, options);
  EXPECT_EQ(differences.size(), model.params.size());
  for (const auto &[name, difference] : differences)
    EXPECT_LT(difference.error, 1e-6)
        << "@" << name << "[" << difference.element << "]: gradient " << difference.gradient
        << ", difference " << difference.quotient << "\n"
        << model.text({loss});
}

} // namespace keratin::reference::test
