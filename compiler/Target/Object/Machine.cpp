// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Object/Machine.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace keratin {

namespace {

void initializeTargets() {
  static const bool done = [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
    return true;
  }();
  (void)done;
}

Expected<const Target *> lookupTarget(const Triple &triple) {
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return createStringError("unknown target \"%s\"", triple.str().c_str());
  return target;
}

/// The CPU that is meant where none is named.
std::string defaultCpu(const Triple &triple) {
  if (triple.getArch() == Triple::x86_64)
    return "x86-64-v3";
  if (triple.isAArch64())
    return "generic";
  if (triple.isARM() || triple.isThumb())
    return "cortex-m4";
  if (triple.isRISCV32())
    return "generic-rv32";
  return "generic";
}

} // namespace

Expected<Machine> resolveMachine(const std::string &tripleName, const std::string &cpuName) {
  initializeTargets();
  Machine machine;
  machine.triple =
      tripleName.empty() ? sys::getDefaultTargetTriple() : Triple::normalize(tripleName);
  Triple triple(machine.triple);
  Expected<const Target *> target = lookupTarget(triple);
  if (!target)
    return target.takeError();

  if (cpuName == "native") {
    if (triple.getArch() != Triple(sys::getDefaultTargetTriple()).getArch())
      return createStringError("the native CPU is none of target %s", machine.triple.c_str());
    machine.cpu = sys::getHostCPUName().str();
    for (const auto &feature : sys::getHostCPUFeatures())
      machine.features += (machine.features.empty() ? "" : ",") +
                          std::string(feature.second ? "+" : "-") + feature.first().str();
  } else {
    machine.cpu = cpuName.empty() ? defaultCpu(triple) : cpuName;
    if (triple.isRISCV32())
      machine.features = "+m,+f";
  }

  std::unique_ptr<MCSubtargetInfo> subtarget(
      (*target)->createMCSubtargetInfo(triple, machine.cpu, machine.features));
  if (!subtarget || !subtarget->isCPUStringValid(machine.cpu))
    return createStringError("unknown CPU \"%s\" of target %s", machine.cpu.c_str(),
                             machine.triple.c_str());
  auto has = [&](StringRef feature) { return subtarget->checkFeatures(("+" + feature).str()); };

  machine.indexBits = triple.isArch64Bit() ? 64 : 32;
  if (triple.isX86()) {
    bool avx512 = has("avx512f") && has("avx512vl") && has("avx512dq");
    machine.fma = has("fma");
    machine.hasFpMode = has("sse");
    machine.lanes = avx512 ? 16 : has("avx") ? 8 : 4;
    machine.registers = avx512 ? 32 : 16;
  } else if (triple.isAArch64()) {
    machine.fma = true;
    machine.hasFpMode = true;
    machine.lanes = 4;
    machine.registers = 32;
  } else if (triple.isARM() || triple.isThumb()) {
    machine.fma = has("vfp4") || has("vfp4d16sp");
    machine.hasFpMode = has("fpregs");
  } else if (triple.isRISCV32() || triple.isRISCV64()) {
    machine.fma = has("f");
    machine.registers = 32;
  }
  return machine;
}

Expected<std::unique_ptr<TargetMachine>> createTargetMachine(const Machine &machine, bool quick) {
  initializeTargets();
  Triple triple(machine.triple);
  Expected<const Target *> target = lookupTarget(triple);
  if (!target)
    return target.takeError();
  TargetOptions options;
  // So that a linker can drop what a program does not call: pack, say, where weights are embedded.
  options.FunctionSections = true;
  std::unique_ptr<TargetMachine> result((*target)->createTargetMachine(
      triple, machine.cpu, machine.features, options, Reloc::PIC_, std::nullopt,
      quick ? CodeGenOptLevel::None : CodeGenOptLevel::Aggressive));
  if (!result)
    return createStringError("no code generator for %s", machine.triple.c_str());
  return result;
}

} // namespace keratin
