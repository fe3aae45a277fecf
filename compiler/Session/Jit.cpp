// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Session/Jit.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"

#include <stdexcept>

namespace keratin {

struct LoadedModel::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

namespace {

void check(llvm::Error error) {
  if (error)
    throw std::logic_error("loading the compiled model: " + llvm::toString(std::move(error)));
}

} // namespace

LoadedModel::LoadedModel(llvm::ArrayRef<char> object, const std::string &name, std::string infoText)
    : state(std::make_unique<State>()), info(std::move(infoText)) {
  auto jit = llvm::orc::LLJITBuilder().create();
  check(jit.takeError());
  state->jit = std::move(*jit);
  check(state->jit->addObjectFile(
      llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object.data(), object.size()), name)));

  table.abi_version = KRT_ABI_VERSION;
  table.info = info.c_str();
  auto find = [&](auto &entry, const char *symbol) {
    auto address = state->jit->lookup(name + "_" + symbol);
    if (!address) {
      // Not compiled: the entry stays null.
      llvm::consumeError(address.takeError());
      return;
    }
    entry = address->toPtr<std::remove_reference_t<decltype(entry)>>();
  };
  find(table.init, "init");
  find(table.pack, "pack");
  find(table.unpack, "unpack");
  find(table.predict, "predict");
  find(table.step, "step");
  find(table.evaluate_step, "evaluate_step");
  find(table.train_step, "train_step");
  find(table.gradients, "gradients");
  find(table.set_states, "set_states");
  find(table.reset_states, "reset_states");
}

LoadedModel::~LoadedModel() = default;

} // namespace keratin
