// RUN: keratin-opt %s -keratin-assign-layouts="lanes=8 registers=16" | FileCheck %s
// RUN: keratin-opt %s -keratin-assign-layouts="lanes=16 registers=32 fma=false" | FileCheck %s --check-prefix=WIDE

// CHECK: keratin.machine = #keratin.machine<lanes = 8, registers = 16, fma = true>
// WIDE: keratin.machine = #keratin.machine<lanes = 16, registers = 32, fma = false>

// Gates of the same units stand side by side: one panel holds a vector of each.
// CHECK: @kernel {{.*}}layout = #keratin.layout<gates = 4, lanes = 8, panel = 32>
// WIDE: @kernel {{.*}}layout = #keratin.layout<gates = 4, lanes = 16, panel = 64>
keratin.param @kernel : tensor<4x20xf32> {gates = 4 : i64}

// At most four vectors a panel, and no more than the columns need.
// CHECK: @wide {{.*}}panel = 32>
// CHECK: @narrow {{.*}}panel = 8>
keratin.param @wide : tensor<5x100xf32>
keratin.param @narrow : tensor<5x1xf32>

// A table is one panel: its rows stay whole.
// CHECK: @table {{.*}}panel = 104>
keratin.param @table : tensor<11x100xf32>
func.func @reads_table(%x: tensor<?x?xi32>) -> tensor<?x?x100xf32> {
  %t = keratin.read_param @table : tensor<11x100xf32>
  %y = keratin.embedding %x, %t : (tensor<?x?xi32>, tensor<11x100xf32>) -> tensor<?x?x100xf32>
  return %y : tensor<?x?x100xf32>
}
