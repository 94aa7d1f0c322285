// Down-projections in one kernel, sequential.
//
// RUN: cca-opt %s --convert-cca-to-hopper --canonicalize --cse --split-input-file | FileCheck %s

// 192 + 128 columns of the token itself make three tiles, 128 of the token before one more: tokens of those are loaded
// a row further up, and weights from row 320 on. x is stored as one head of 192 channels; of the third tile the columns from
// 320 on go nowhere.
// CHECK-LABEL: func.func @latents
// CHECK-DAG:     %[[V:.*]] = memref.alloc({{.*}}) : memref<?x?x2x128xbf16>
// CHECK-DAG:     memref.expand_shape %{{.*}} {{\[\[}}0], [1], [2, 3]{{\]}} output_shape [%{{.*}}, %{{.*}}, 1, 192]
// CHECK-DAG:     %[[VM:.*]] = hopper.make_tensor_map %{{.*}} : memref<?x?x2x128xbf16, {{.*}}> -> <1x128x1x64xbf16, swizzle = 128>
// CHECK:         gpu.launch_func @latents_kernels::@latents

// CHECK-LABEL: gpu.module @latents_kernels
// CHECK:         gpu.func @latents(%[[HM:[a-z0-9]*]]: !{{.*}}, %[[WM:[a-z0-9]*]]: !{{.*}}, %[[XM:[a-z0-9]*]]: !{{.*}}, %[[CM:[a-z0-9]*]]: !{{.*}}, %[[DM:[a-z0-9]*]]: !
// CHECK:         scf.for
// CHECK:           %[[IS_DELAYED:.*]] = arith.cmpi sge, %[[BLOCK:.*]], %c3_i32
// CHECK:           %[[WEIGHT_ROW:.*]] = arith.select %[[IS_DELAYED]]
// CHECK:           %[[FIRST:.*]] = arith.subi
// CHECK:           hopper.load %[[HM]][%[[B:.*]], %[[FIRST]], %c0_i32]
// CHECK-NEXT:      hopper.load %[[WM]][%[[WEIGHT_ROW]], %c0_i32]
// CHECK:           %[[FROM:.*]] = arith.cmpi sge, %[[WEIGHT_ROW]], %c192_i32
// CHECK:           %[[TO:.*]] = arith.cmpi slt, %[[WEIGHT_ROW]], %c320_i32
// CHECK:           %[[IS_CURRENT:.*]] = arith.andi %[[FROM]], %[[TO]]
// CHECK:           %[[IS_VALUE:.*]] = arith.ori %[[IS_CURRENT]], %[[IS_DELAYED]]
// CHECK:           %[[CHANNEL:.*]] = arith.subi %[[WEIGHT_ROW]], %c192_i32
// CHECK:           %[[VALUES:.*]] = arith.select %[[IS_DELAYED]], %[[DM]], %[[CM]]
// CHECK:           %[[ROW:.*]] = arith.select %[[IS_VALUE]], %{{.*}}, %c1073741823_i32
// CHECK:           %[[HEAD:.*]] = arith.divui %[[CHANNEL]], %c128_i32
// CHECK:           %[[IN_HEAD:.*]] = arith.remui %[[CHANNEL]], %c128_i32
// CHECK:           %[[IS_X:.*]] = arith.cmpi slt, %[[WEIGHT_ROW]], %c192_i32
// CHECK:           %[[MAP:.*]] = arith.select %[[IS_X]], %[[XM]], %[[VALUES]]
// CHECK:           %[[TO_ROW:.*]] = arith.select %[[IS_X]], %{{.*}}, %[[ROW]]
// CHECK:           %[[TO_HEAD:.*]] = arith.select %[[IS_X]], %c0_i32, %[[HEAD]]
// CHECK:           %[[TO_CHANNEL:.*]] = arith.select %[[IS_X]], %[[WEIGHT_ROW]], %[[IN_HEAD]]
// CHECK:           hopper.store %{{.*}}, %[[MAP]][%[[B]], %[[TO_ROW]], %[[TO_HEAD]], %[[TO_CHANNEL]]]
func.func @latents(%h: tensor<?x?x64xbf16>, %w: tensor<448x64xbf16>) -> (tensor<?x?x192xbf16>, tensor<?x?x2x128xbf16>) {
  %x, %v = cca.latents %h : tensor<?x?x64xbf16> weight(%w : tensor<448x64xbf16>)
      schedule <block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 1, blocks_per_multiprocessor = 2>
      -> tensor<?x?x192xbf16>, tensor<?x?x2x128xbf16>
  return %x, %v : tensor<?x?x192xbf16>, tensor<?x?x2x128xbf16>
}

// -----

// The halves of one head have tensor maps of their own, which clip. The first token of a packed sequence has none
// before it: its row is zero but for the bias.
// CHECK-LABEL: func.func @one_head_packed
// CHECK:         memref.subview %{{.*}}[0, 0, 0, 0] [1, %{{.*}}, 1, 32] [1, 1, 1, 1]
// CHECK:         memref.subview %{{.*}}[0, 0, 0, 32] [1, %{{.*}}, 1, 32] [1, 1, 1, 1]
// CHECK-LABEL: gpu.func @latents
// CHECK-SAME:    %[[BIAS:[a-z0-9]*]]: memref<128xbf16, {{[^)]*}}, %[[CU:[a-z0-9]*]]: memref<?xi32, {{[^)]*}})
// CHECK:         %[[INDEX:.*]] = hopper.row_index : tensor<64xi32>
// CHECK:         %[[KEEP:.*]] = scf.if %[[IS_DELAYED:.*]] -> (tensor<64xf32>) {
// CHECK:           scf.for %[[N:.*]] = %c0_i32 to %{{.*}} step %c1_i32 iter_args(%[[SO_FAR:.*]] = %{{.*}})
// CHECK:             %[[BEGIN:.*]] = memref.load %[[CU]]
// CHECK-NEXT:        %[[ROW:.*]] = arith.subi %[[BEGIN]]
// CHECK-NEXT:        %[[FIRST:.*]] = tensor.splat %[[ROW]]
// CHECK-NEXT:        %[[IS_FIRST:.*]] = arith.cmpi eq, %[[INDEX]], %[[FIRST]]
// CHECK-NEXT:        arith.select %[[IS_FIRST]], %{{.*}}, %[[SO_FAR]]
// CHECK:         %[[FACTORS:.*]] = hopper.broadcast_rows %[[KEEP]]
// CHECK-NEXT:    %[[KEEPS:.*]] = arith.cmpf ogt, %[[FACTORS]]
// CHECK-NEXT:    %[[KEPT:.*]] = arith.select %[[KEEPS]]
// CHECK-NEXT:    %[[B:.*]] = hopper.load_columns %[[BIAS]]
// CHECK-NEXT:    arith.addf %[[KEPT]], %[[B]]
func.func @one_head_packed(%h: tensor<1x?x64xbf16>, %w: tensor<128x64xbf16>, %b: tensor<128xbf16>, %cu: tensor<?xi32>)
    -> (tensor<1x?x64xbf16>, tensor<1x?x1x64xbf16>) {
  %x, %v = cca.latents %h : tensor<1x?x64xbf16> weight(%w : tensor<128x64xbf16>) bias(%b : tensor<128xbf16>)
      packed(%cu : tensor<?xi32>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 3, consumers = 1> -> tensor<1x?x64xbf16>, tensor<1x?x1x64xbf16>
  return %x, %v : tensor<1x?x64xbf16>, tensor<1x?x1x64xbf16>
}
