// RUN: cca-opt %s --cca-decompose | FileCheck %s --implicit-check-not=cca.mix
// RUN: cca-opt %s --cca-decompose=into=kernels | FileCheck %s --check-prefix=KERNELS

// The tap of the current token is the first here and the last of a convolution. All is f32 until the end.
// CHECK-DAG:   #[[REVERSED:.*]] = affine_map<(d0, d1, d2) -> (-d2 + 2, d0, d1)>
// CHECK-DAG:   #[[OF_CHANNELS:.*]] = affine_map<(d0, d1) -> (-d1 + 2, d0)>
// CHECK-DAG:   #[[OF_HEADS:.*]] = affine_map<(d0, d1, d2) -> (-d2 + 1, d0, d1)>
// CHECK-LABEL: @mix
// CHECK-SAME:    %[[X:[a-z0-9]*]]: tensor<?x?x384xbf16>
// CHECK:         %[[WIDE:.*]] = arith.extf %[[X]]
// CHECK:         %[[W:.*]] = linalg.generic {indexing_maps = [#[[REVERSED]], {{.*}}
// CHECK:         %[[Z:.*]] = cca.conv %[[WIDE]] : tensor<?x?x384xf32> grouped(%[[W]], {{.*}} : tensor<384x64x3xbf16>, tensor<384xf32>)
// CHECK:         %[[Q:.*]], %[[K:.*]] = cca.qk_mean {{.*}} : tensor<?x?x4x64xf32>, tensor<?x?x2x64xf32>
// CHECK:         cca.qk_norm %[[Q]]
// CHECK:         cca.qk_norm %[[K]] {{.*}} temperature linear
// CHECK:         %[[RQ:.*]] = cca.rope {{.*}} : tensor<?x?x4x64xf32>
// CHECK:         linalg.fill ins(%{{.*}} : f32)
// CHECK:         %[[SCALED:.*]] = arith.mulf %[[RQ]]
// CHECK:         %[[RK:.*]] = cca.rope {{.*}} : tensor<?x?x2x64xf32>
// CHECK:         arith.truncf %[[SCALED]]
// CHECK:         arith.truncf %[[RK]]
// KERNELS:     cca.mix
func.func @mix(%x: tensor<?x?x384xbf16>, %taps: tensor<3x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<?x32xbf16>) -> (tensor<?x?x4x64xbf16>, tensor<?x?x2x64xbf16>) {
  %q, %k = cca.mix %x : tensor<?x?x384xbf16> taps(%taps, %bias : tensor<3x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x32xbf16>, tensor<?x32xbf16>)
      query_factor 5.000000e-01
      -> tensor<?x?x4x64xbf16>, tensor<?x?x2x64xbf16>
  return %q, %k : tensor<?x?x4x64xbf16>, tensor<?x?x2x64xbf16>
}

// A convolution of each channel by itself has no bias of its own.
// CHECK-LABEL: @depthwise
// CHECK-SAME:    %[[X:[a-z0-9]*]]: tensor<?x?x384xbf16>, %[[DEPTHWISE:[a-z0-9]*]]: tensor<3x384xbf16>, %[[TAPS:[a-z0-9]*]]: tensor<2x384x64xbf16>, %[[BIAS:[a-z0-9]*]]: tensor<384xf32>
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<384xbf16>
// CHECK-DAG:     %[[WIDE:.*]] = arith.extf %[[X]]
// CHECK-DAG:     %[[W0:.*]] = linalg.generic {indexing_maps = [#[[OF_CHANNELS]], {{.*}} ins(%[[DEPTHWISE]] {{.*}} outs({{.*}} : tensor<384x3xbf16>)
// CHECK-DAG:     %[[W1:.*]] = linalg.generic {indexing_maps = [#[[OF_HEADS]], {{.*}} ins(%[[TAPS]] {{.*}} outs({{.*}} : tensor<384x64x2xbf16>)
// CHECK:         cca.conv %[[WIDE]] : tensor<?x?x384xf32> depthwise(%[[W0]], %[[ZERO]] : tensor<384x3xbf16>, tensor<384xbf16>) grouped(%[[W1]], %[[BIAS]] : tensor<384x64x2xbf16>, tensor<384xf32>)
// KERNELS-LABEL: @depthwise
// KERNELS:     cca.mix
// KERNELS-NEXT:  depthwise(
func.func @depthwise(%x: tensor<?x?x384xbf16>, %depthwise: tensor<3x384xbf16>, %taps: tensor<2x384x64xbf16>, %bias: tensor<384xf32>, %t: tensor<2xf32>, %cos: tensor<?x32xbf16>) -> (tensor<?x?x4x64xbf16>, tensor<?x?x2x64xbf16>) {
  %q, %k = cca.mix %x : tensor<?x?x384xbf16> depthwise(%depthwise : tensor<3x384xbf16>)
      taps(%taps, %bias : tensor<2x384x64xbf16>, tensor<384xf32>)
      normalize clamp eps 1.0e-2 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %cos : tensor<?x32xbf16>, tensor<?x32xbf16>)
      -> tensor<?x?x4x64xbf16>, tensor<?x?x2x64xbf16>
  return %q, %k : tensor<?x?x4x64xbf16>, tensor<?x?x2x64xbf16>
}
