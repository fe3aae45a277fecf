// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts ops that are used once into emitc.expression ops together with their users, so that a
// statement of the printed text says about as much as a person would write into one. Upstream's
// pass of that kind takes opaque types, and so every vector, to have side effects.
#include "compiler/Conversion/FlatToEmitC/Translation.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace keratin {
namespace {

enum class Effect { None, Reads, Other };

/// More ops than this make a line that nobody reads.
constexpr unsigned maxOps = 8;

Effect effectOf(Operation *op) {
  if (isa<emitc::LoadOp>(op) || op->hasAttr(readsAttrName))
    return Effect::Reads;
  if (op->hasAttr(pureAttrName))
    return Effect::None;
  if (isa<emitc::CExpressionInterface>(op) && !isa<emitc::CallOp, emitc::CallOpaqueOp>(op))
    return Effect::None;
  return Effect::Other;
}

bool writes(Operation *op) {
  return isa<emitc::AssignOp, emitc::VerbatimOp, emitc::ForOp, emitc::IfOp, emitc::CallOp>(op) ||
         (isa<emitc::CallOpaqueOp>(op) && effectOf(op) == Effect::Other);
}

/// Whether upstream's printer writes an expression in the place of such a user's operand.
bool takesExpressions(Operation *user, bool reads) {
  if (isa<emitc::ForOp>(user)) // its bound is evaluated again and again
    return !reads;
  return isa<emitc::AssignOp, emitc::ReturnOp, emitc::IfOp, emitc::VerbatimOp>(user);
}

/// Compilers warn of mixtures whose precedence people do not know, and the printer writes only
/// needed parentheses.
bool mixesBadly(Operation *user, Operation *op) {
  // These macros evaluate their argument several times.
  if (auto call = dyn_cast<emitc::CallOpaqueOp>(user);
      call && call.getCallee().starts_with("SQRT_"))
    return true;
  auto isBitwise = [](Operation *candidate) {
    return isa<emitc::BitwiseAndOp, emitc::BitwiseOrOp, emitc::BitwiseXorOp,
               emitc::BitwiseLeftShiftOp, emitc::BitwiseRightShiftOp>(candidate);
  };
  auto isLogical = [](Operation *candidate) {
    return isa<emitc::LogicalAndOp, emitc::LogicalOrOp>(candidate);
  };
  bool isArithmetic = isa<emitc::AddOp, emitc::SubOp, emitc::MulOp, emitc::DivOp, emitc::RemOp>(op);
  if (isBitwise(user))
    return isBitwise(op) || isArithmetic || isa<emitc::CmpOp>(op);
  if (isLogical(user))
    return isLogical(op) && user->getName() != op->getName();
  return isa<emitc::CmpOp>(user) && (isa<emitc::CmpOp>(op) || isBitwise(op));
}

class BlockFormer {
public:
  explicit BlockFormer(Block &block) : block(block) {
    unsigned epoch = 0;
    for (Operation &op : block) {
      epochs[&op] = epoch;
      epoch += writes(&op);
    }
  }

  void run() {
    SmallVector<Operation *> roots;
    eraseUnused();
    for (Operation &op : llvm::reverse(block))
      if (effectOf(&op) != Effect::Other && !taken.contains(&op)) {
        trees[&op] = collect(&op);
        roots.push_back(&op);
      }
    for (Operation *root : llvm::reverse(roots))
      form(root, trees[root]);
  }

private:
  void eraseUnused() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (op.use_empty() &&
          (isa<emitc::LiteralOp, emitc::SubscriptOp>(op) || effectOf(&op) != Effect::Other))
        op.erase();
  }

  /// The ops that are computed in root's statement, in the block's order, root last.
  SmallVector<Operation *> collect(Operation *root) {
    llvm::SetVector<Operation *> tree;
    tree.insert(root);
    for (unsigned i = 0; i < tree.size(); ++i)
      for (Value operand : tree[i]->getOperands()) {
        Operation *op = operand.getDefiningOp();
        if (!op || op->getBlock() != &block || !operand.hasOneUse() || tree.size() == maxOps ||
            mixesBadly(tree[i], op))
          continue;
        Effect effect = effectOf(op);
        // A read must not move beyond a write.
        if (effect == Effect::None || (effect == Effect::Reads && epochs[op] == epochs[root])) {
          tree.insert(op);
          taken.insert(op);
        }
      }
    SmallVector<Operation *> ops = tree.takeVector();
    llvm::sort(ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    return ops;
  }

  void form(Operation *root, ArrayRef<Operation *> tree) {
    Value result = root->getResult(0);
    bool reads = llvm::any_of(tree, [](Operation *op) { return effectOf(op) == Effect::Reads; });
    Operation *user = *result.user_begin();
    bool inlines = result.hasOneUse() && user->getBlock() == &block &&
                   takesExpressions(user, reads) && (!reads || epochs[user] == epochs[root]);
    if (tree.size() == 1 && !inlines)
      return;

    llvm::SetVector<Value> inputs;
    for (Operation *op : tree)
      for (Value operand : op->getOperands())
        if (!llvm::is_contained(tree, operand.getDefiningOp()))
          inputs.insert(operand);
    OpBuilder builder(root);
    auto expression = emitc::ExpressionOp::create(builder, root->getLoc(), result.getType(),
                                                  inputs.getArrayRef(), !inlines);
    Block &body = expression.createBody();
    result.replaceAllUsesWith(expression.getResult());
    for (Operation *op : tree) {
      op->moveBefore(&body, body.end());
      for (OpOperand &operand : op->getOpOperands())
        if (auto input = llvm::find(inputs, operand.get()); input != inputs.end())
          operand.set(body.getArgument(std::distance(inputs.begin(), input)));
    }
    builder.setInsertionPointToEnd(&body);
    emitc::YieldOp::create(builder, root->getLoc(), result);
  }

  Block &block;
  llvm::DenseMap<Operation *, unsigned> epochs;
  llvm::DenseSet<Operation *> taken;
  llvm::DenseMap<Operation *, SmallVector<Operation *>> trees;
};

} // namespace

void formExpressions(ModuleOp module) {
  SmallVector<Block *> blocks;
  module.walk([&](Block *block) {
    if (block != module.getBody())
      blocks.push_back(block);
  });
  for (Block *block : blocks)
    BlockFormer(*block).run();
}

} // namespace keratin
