// RUN: cca-opt %s --cca-fold-packing --split-input-file | FileCheck %s

// What is marked is computed, and what it came from is gone: two weights in one tensor.
// CHECK-LABEL: func.func @concatenated(
// CHECK-NEXT:    %[[BOTH:.*]] = arith.constant dense<{{\[}}[1.000000e+00, 2.000000e+00, 5.000000e+00], [3.000000e+00, 4.000000e+00, 5.000000e+00]]> : tensor<2x3xf32>
// CHECK-NEXT:    return %[[BOTH]]
func.func @concatenated() -> tensor<2x3xf32> {
  %a = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<5.0> : tensor<2x1xf32>
  %both = tensor.concat dim(1) %a, %b {cca.packing} : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  return %both : tensor<2x3xf32>
}

// -----

// Of a resource, in another shape, with zeros around.
// CHECK-LABEL: func.func @padded(
// CHECK-NEXT:    %[[PADDED:.*]] = arith.constant dense<{{\[}}[0.000000e+00, 1.500000e+00, -2.000000e+00, 0.000000e+00]]> : tensor<1x4xbf16>
// CHECK-NEXT:    return %[[PADDED]]
func.func @padded() -> tensor<1x4xbf16> {
  %w = arith.constant dense_resource<weights> : tensor<2xbf16>
  %row = tensor.expand_shape %w [[0, 1]] output_shape [1, 2] : tensor<2xbf16> into tensor<1x2xbf16>
  %zero = arith.constant 0.0 : bf16
  %padded = tensor.pad %row low[0, 1] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : bf16
  } {cca.packing} : tensor<1x2xbf16> to tensor<1x4xbf16>
  return %padded : tensor<1x4xbf16>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x02000000C03F00C0"
    }
  }
#-}

// -----

// Products are summed in f32 and rounded once, to the nearest: 1 + 2^-8 to even, a little more upwards.
#in = affine_map<(i, k) -> (k, -i + 1)>
#weights = affine_map<(i, k) -> (k)>
#out = affine_map<(i, k) -> (i)>
// CHECK-LABEL: func.func @sums(
// CHECK-NEXT:    %[[SUMS:.*]] = arith.constant dense<[1.007810e+00, 1.000000e+00]> : tensor<2xbf16>
// CHECK-NEXT:    return %[[SUMS]]
func.func @sums() -> tensor<2xbf16> {
  %a = arith.constant dense<[[1.0, 1.0], [0.00390625, 0.0040]]> : tensor<2x2xf32>
  %w = arith.constant dense<1.0> : tensor<2xbf16>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2xf32>) -> tensor<2xf32>
  %sums = linalg.generic {indexing_maps = [#in, #weights, #out], iterator_types = ["parallel", "reduction"]}
      ins(%a, %w : tensor<2x2xf32>, tensor<2xbf16>) outs(%init : tensor<2xf32>) {
  ^bb0(%x: f32, %y: bf16, %sum: f32):
    %wide = arith.extf %y : bf16 to f32
    %product = arith.mulf %x, %wide : f32
    %more = arith.addf %sum, %product : f32
    linalg.yield %more : f32
  } -> tensor<2xf32>
  %narrow = arith.truncf %sums {cca.packing} : tensor<2xf32> to tensor<2xbf16>
  return %narrow : tensor<2xbf16>
}

// -----

// CHECK-LABEL: func.func @f16(
// CHECK:         arith.constant dense<[1.500000e+00, 6.553600e+04, 0x7F800000, 0.000000e+00]> : tensor<4xf32>
// CHECK:         arith.constant dense<[1.500000e+00, 0x7C00, 1.000980e+00]> : tensor<3xf16>
func.func @f16() -> (tensor<4xf32>, tensor<3xf16>) {
  %a = arith.constant dense<[0.75, 32768.0, 0x7C00, 0.0]> : tensor<4xf16>
  %wide = arith.extf %a : tensor<4xf16> to tensor<4xf32>
  %two = arith.constant dense<2.0> : tensor<4xf32>
  %twice = arith.mulf %wide, %two {cca.packing} : tensor<4xf32>
  %b = arith.constant dense<[1.5, 70000.0, 1.001]> : tensor<3xf32>
  %narrow = arith.truncf %b {cca.packing} : tensor<3xf32> to tensor<3xf16>
  return %twice, %narrow : tensor<4xf32>, tensor<3xf16>
}

// -----

// What an argument goes into stays, and so does what packing does not consist of, or lacks its data.
// CHECK-LABEL: func.func @left(
// CHECK:         tensor.concat
// CHECK:         arith.divf
// CHECK:         arith.negf
// CHECK:         arith.addf {{.*}} : tensor<2xf64>
func.func @left(%w: tensor<2xf32>) -> (tensor<4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf64>) {
  %a = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %both = tensor.concat dim(0) %a, %w {cca.packing} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %quotient = arith.divf %a, %a {cca.packing} : tensor<2xf32>
  %absent = arith.constant dense_resource<absent> : tensor<2xf32>
  %less = arith.negf %absent {cca.packing} : tensor<2xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %sum = arith.addf %b, %b {cca.packing} : tensor<2xf64>
  return %both, %quotient, %less, %sum : tensor<4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf64>
}

// -----

// What is not marked is left to others.
// CHECK-LABEL: func.func @unmarked(
// CHECK:         tensor.concat
func.func @unmarked() -> tensor<4xf32> {
  %a = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %both = tensor.concat dim(0) %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return %both : tensor<4xf32>
}

// -----

// CHECK: func.func private @declared()
func.func private @declared()
