// RUN: cca-opt %s --allow-unregistered-dialect --cca-outline-packing --split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>

// The fold is computed from both weights; @block takes it instead of the one that nothing else uses.
// CHECK-LABEL: func.func @block_pack(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<4x8xbf16>, %[[SCALE:[^:]*]]: tensor<4x8xf32>) -> (tensor<4x8xbf16>, tensor<8x8xbf16>)
// CHECK:         %[[FOLD:.*]] = linalg.generic {{.*}} ins(%[[W]], %[[SCALE]] : {{.*}})
// CHECK-NOT:     cca.packing
// CHECK:         %[[HALF:.*]] = tensor.insert_slice %[[W]]
// CHECK:         %[[BOTH:.*]] = tensor.insert_slice %[[FOLD]] into %[[HALF]]
// CHECK:         return %[[FOLD]], %[[BOTH]]
// CHECK-LABEL: func.func @block(
// CHECK-SAME:    %[[HIDDEN:[^:]*]]: tensor<?x8xbf16>, %[[SCALE:[^:]*]]: tensor<4x8xf32>,
// CHECK-SAME:    %[[FOLD:[^:]*]]: tensor<4x8xbf16> {cca.packed = 0 : i64}, %[[BOTH:[^:]*]]: tensor<8x8xbf16> {cca.packed = 1 : i64})
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[HIDDEN]], %[[SCALE]], %[[FOLD]], %[[BOTH]]
func.func @block(%hidden: tensor<?x8xbf16>, %w: tensor<4x8xbf16>, %scale: tensor<4x8xf32>)
    -> (tensor<?x8xbf16>, tensor<4x8xf32>, tensor<4x8xbf16>, tensor<8x8xbf16>) {
  %empty = tensor.empty() : tensor<4x8xbf16>
  %fold = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %scale : tensor<4x8xbf16>, tensor<4x8xf32>) outs(%empty : tensor<4x8xbf16>) attrs = {cca.packing} {
  ^bb0(%a: bf16, %b: f32, %out: bf16):
    %x = arith.extf %a : bf16 to f32
    %y = arith.mulf %x, %b : f32
    %z = arith.truncf %y : f32 to bf16
    linalg.yield %z : bf16
  } -> tensor<4x8xbf16>
  %space = tensor.empty() : tensor<8x8xbf16>
  %half = tensor.insert_slice %w into %space[0, 0] [4, 8] [1, 1] : tensor<4x8xbf16> into tensor<8x8xbf16>
  %both = tensor.insert_slice %fold into %half[4, 0] [4, 8] [1, 1] {cca.packing} : tensor<4x8xbf16> into tensor<8x8xbf16>
  return %hidden, %scale, %fold, %both : tensor<?x8xbf16>, tensor<4x8xf32>, tensor<4x8xbf16>, tensor<8x8xbf16>
}

// -----

// No weights, no function that packs them.
// CHECK-LABEL: func.func @constant(
// CHECK-NOT:   @constant_pack
func.func @constant(%hidden: tensor<?x8xbf16>) {
  %w = arith.constant {cca.packing} dense<1.0> : tensor<4x8xbf16>
  "kernel"(%hidden, %w) : (tensor<?x8xbf16>, tensor<4x8xbf16>) -> ()
  return
}
