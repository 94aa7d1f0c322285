// RUN: cca-opt %s --cca-reshape-dynamic-groups | FileCheck %s

// CHECK-LABEL: @tokens_to_batch_and_sequence(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<?x4xf32>, %[[B:[^:]*]]: index, %[[S:[^:]*]]: index)
//       CHECK:   %[[FOUR:.*]] = arith.constant 4 : index
//       CHECK:   %[[SHAPE:.*]] = tensor.from_elements %[[B]], %[[S]], %[[FOUR]]
//       CHECK:   tensor.reshape %[[X]](%[[SHAPE]]) : (tensor<?x4xf32>, tensor<3xindex>) -> tensor<?x?x4xf32>
func.func @tokens_to_batch_and_sequence(%x: tensor<?x4xf32>, %b: index, %s: index) -> tensor<?x?x4xf32> {
  %y = tensor.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 4]
      : tensor<?x4xf32> into tensor<?x?x4xf32>
  return %y : tensor<?x?x4xf32>
}

// CHECK-LABEL: @one_dynamic_size_per_group(
//       CHECK:   tensor.expand_shape
func.func @one_dynamic_size_per_group(%x: tensor<?x?xf32>, %b: index, %s: index) -> tensor<?x2x?x4xf32> {
  %y = tensor.expand_shape %x [[0, 1], [2, 3]] output_shape [%b, 2, %s, 4]
      : tensor<?x?xf32> into tensor<?x2x?x4xf32>
  return %y : tensor<?x2x?x4xf32>
}
