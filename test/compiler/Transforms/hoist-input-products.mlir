// RUN: keratin-opt %s -keratin-hoist-input-products | FileCheck %s

// CHECK-LABEL: @multiplies_the_whole_sequence_at_once
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?x3xf32>, %[[K:[^:]*]]: {{.*}}, %[[U:[^:]*]]: {{.*}}, %[[B:[^:]*]]: {{.*}}, %[[M:[^:]*]]:
// CHECK: %[[Z:.*]] = keratin.dense %[[X]], %[[K]] bias(%[[B]]) {gates = 4 : i64} : {{.*}} -> tensor<?x?x8xf32>
// CHECK: keratin.lstm %[[Z]] recurrent(%[[U]]) mask(%[[M]]) {return_sequences}
func.func @multiplies_the_whole_sequence_at_once(%x: tensor<?x?x3xf32>, %k: tensor<3x8xf32>, %u: tensor<2x8xf32>,
                                                 %b: tensor<8xf32>, %m: tensor<?x?xi1>) -> tensor<?x?x2xf32> {
  %y = keratin.lstm %x kernel(%k) recurrent(%u) bias(%b) mask(%m) {return_sequences}
      : (tensor<?x?x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>, tensor<8xf32>, tensor<?x?xi1>) -> tensor<?x?x2xf32>
  return %y : tensor<?x?x2xf32>
}

// CHECK-LABEL: @adds_no_bias_where_there_is_none
// CHECK: %[[Z:.*]] = keratin.dense %{{.*}}, %{{.*}} {gates = 4 : i64}
// CHECK: keratin.lstm %[[Z]] recurrent(%{{.*}}) initial(%{{.*}}, %{{.*}}) {go_backwards}
func.func @adds_no_bias_where_there_is_none(%x: tensor<?x5x3xf32>, %k: tensor<3x8xf32>, %u: tensor<2x8xf32>,
                                            %h: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = keratin.lstm %x kernel(%k) recurrent(%u) initial(%h, %h) {go_backwards}
      : (tensor<?x5x3xf32>, tensor<3x8xf32>, tensor<2x8xf32>, tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK-LABEL: @leaves_a_hoisted_layer_alone
// CHECK-NEXT: keratin.lstm
func.func @leaves_a_hoisted_layer_alone(%z: tensor<?x?x8xf32>, %u: tensor<2x8xf32>) -> tensor<?x2xf32> {
  %y = keratin.lstm %z recurrent(%u) : (tensor<?x?x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
