// Down-projections in one kernel, sequential.
//
// RUN: cca-opt %s --convert-cca-to-hopper --canonicalize --cse --split-input-file | FileCheck %s

// 192 columns of x, 128 of values of the token itself, 128 of the token before: these are stored a row further down.
// x is stored as one head of 192 channels.
// CHECK-LABEL: func.func @latents
// CHECK-DAG:     %[[V:.*]] = memref.alloc({{.*}}) : memref<?x?x2x128xbf16>
// CHECK-DAG:     memref.expand_shape %{{.*}} {{\[\[}}0], [1], [2, 3]{{\]}} output_shape [%{{.*}}, %{{.*}}, 1, 192]
// CHECK-DAG:     %[[VM:.*]] = hopper.make_tensor_map %{{.*}} : memref<?x?x2x128xbf16, {{.*}}> -> <1x128x1x64xbf16, swizzle = 128>
// CHECK:         gpu.launch_func @latents_kernels::@latents

// CHECK-LABEL: gpu.module @latents_kernels
// CHECK:         gpu.func @latents(%[[HM:[a-z0-9]*]]: !{{.*}}, %[[WM:[a-z0-9]*]]: !{{.*}}, %[[XM:[a-z0-9]*]]: !{{.*}}, %[[CM:[a-z0-9]*]]: !{{.*}}, %[[DM:[a-z0-9]*]]: !{{.*}}, %[[VB:[a-z0-9]*]]: memref<?x?x2x128xbf16
// CHECK:         scf.for
// CHECK:           %[[TOKEN:.*]] = arith.muli %{{.*}}, %c128_i32
// CHECK:           %[[COL:.*]] = arith.muli %{{.*}}, %c128_i32
// CHECK:           hopper.load %[[HM]][%[[B:.*]], %[[TOKEN]], %c0_i32]
// CHECK-NEXT:      hopper.load %[[WM]][%[[COL]], %c0_i32]
// CHECK:           %[[IS_DELAYED:.*]] = arith.cmpi sge, %[[COL]], %c320_i32
// CHECK:           %[[FROM:.*]] = arith.cmpi sge, %[[COL]], %c192_i32
// CHECK:           %[[TO:.*]] = arith.cmpi slt, %[[COL]], %c320_i32
// CHECK:           %[[IS_CURRENT:.*]] = arith.andi %[[FROM]], %[[TO]]
// CHECK:           %[[CHANNEL:.*]] = arith.subi %[[COL]], %c192_i32
// CHECK:           %[[OR_NOWHERE:.*]] = arith.select %[[IS_CURRENT]], %[[TOKEN]], %c1073741823_i32
// CHECK:           %[[VALUES:.*]] = arith.select %[[IS_DELAYED]], %[[DM]], %[[CM]]
// CHECK:           %[[NEXT:.*]] = arith.addi %[[TOKEN]], %c1_i32
// CHECK:           %[[ROW:.*]] = arith.select %[[IS_DELAYED]], %[[NEXT]], %[[OR_NOWHERE]]
// CHECK:           %[[HEAD:.*]] = arith.divui %[[CHANNEL]], %c128_i32
// CHECK:           %[[IN_HEAD:.*]] = arith.remui %[[CHANNEL]], %c128_i32
// CHECK:           %[[IS_X:.*]] = arith.cmpi slt, %[[COL]], %c192_i32
// CHECK:           %[[MAP:.*]] = arith.select %[[IS_X]], %[[XM]], %[[VALUES]]
// CHECK:           %[[TO_ROW:.*]] = arith.select %[[IS_X]], %[[TOKEN]], %[[ROW]]
// CHECK:           %[[TO_HEAD:.*]] = arith.select %[[IS_X]], %c0_i32, %[[HEAD]]
// CHECK:           %[[TO_CHANNEL:.*]] = arith.select %[[IS_X]], %[[COL]], %[[IN_HEAD]]
// CHECK:           hopper.store %{{.*}}, %[[MAP]][%[[B]], %[[TO_ROW]], %[[TO_HEAD]], %[[TO_CHANNEL]]]
// The first token has none before it.
// CHECK:           %[[IS_FIRST:.*]] = arith.cmpi eq, %[[TOKEN]], %c0_i32
// CHECK:           %[[HAS_NONE:.*]] = arith.andi %{{.*}}, %[[IS_FIRST]]
// CHECK:           scf.if %[[HAS_NONE]]
// CHECK:             hopper.store_rows %{{.*}}, %[[VB]][%{{.*}}, %c0, %{{.*}}, %{{.*}}] along 1 limit %c1_i32
func.func @latents(%h: tensor<?x?x64xbf16>, %w: tensor<448x64xbf16>) -> (tensor<?x?x192xbf16>, tensor<?x?x2x128xbf16>) {
  %x, %v = cca.latents %h : tensor<?x?x64xbf16> weight(%w : tensor<448x64xbf16>)
      schedule <block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 1, blocks_per_multiprocessor = 2>
      -> tensor<?x?x192xbf16>, tensor<?x?x2x128xbf16>
  return %x, %v : tensor<?x?x192xbf16>, tensor<?x?x2x128xbf16>
}

// -----

// The halves of one head have tensor maps of their own, which clip, and panels are no wider. The last token of a packed
// sequence is before none: its row is zero but for the bias, and the next one's first token has it.
// CHECK-LABEL: func.func @one_head_packed
// CHECK:         memref.subview %{{.*}}[0, 0, 0, 0] [1, %{{.*}}, 1, 32] [1, 1, 1, 1]
// CHECK:         memref.subview %{{.*}}[0, 0, 0, 32] [1, %{{.*}}, 1, 32] [1, 1, 1, 1]
// CHECK-LABEL: gpu.func @latents
// CHECK-SAME:    %[[BIAS:[a-z0-9]*]]: memref<128xbf16, {{[^)]*}}, %[[CU:[a-z0-9]*]]: memref<?xi32, {{[^)]*}})
// CHECK:         %[[INDEX:.*]] = hopper.row_index : tensor<64xi32>
// CHECK:         %[[KEEP:.*]] = scf.if %{{.*}} -> (tensor<64xf32>) {
// CHECK:           scf.for %[[N:.*]] = %c0_i32 to %{{.*}} step %c1_i32 iter_args(%[[SO_FAR:.*]] = %{{.*}})
// CHECK:             %[[BEGIN:.*]] = memref.load %[[CU]]
// CHECK-NEXT:        %[[NEXT:.*]] = arith.addi %{{.*}}, %c1_i32
// CHECK-NEXT:        %[[ROW:.*]] = arith.subi %[[BEGIN]], %[[NEXT]]
// CHECK-NEXT:        %[[LAST:.*]] = tensor.splat %[[ROW]]
// CHECK-NEXT:        %[[IS_LAST:.*]] = arith.cmpi eq, %[[INDEX]], %[[LAST]]
// CHECK-NEXT:        arith.select %[[IS_LAST]], %{{.*}}, %[[SO_FAR]]
// CHECK:         %[[FACTORS:.*]] = hopper.broadcast_rows %[[KEEP]]
// CHECK-NEXT:    %[[KEEPS:.*]] = arith.cmpf ogt, %[[FACTORS]]
// CHECK-NEXT:    %[[KEPT:.*]] = arith.select %[[KEEPS]], %[[PANEL:.*]], %{{.*}} : tensor<64x32xi1>, tensor<64x32xf32>
// CHECK-NEXT:    %[[IF_DELAYED:.*]] = arith.select %{{.*}}, %[[KEPT]], %[[PANEL]]
// CHECK-NEXT:    %[[B:.*]] = hopper.load_columns %[[BIAS]]
// CHECK-NEXT:    arith.addf %[[IF_DELAYED]], %[[B]]
func.func @one_head_packed(%h: tensor<1x?x64xbf16>, %w: tensor<128x64xbf16>, %b: tensor<128xbf16>, %cu: tensor<?xi32>)
    -> (tensor<1x?x64xbf16>, tensor<1x?x1x64xbf16>) {
  %x, %v = cca.latents %h : tensor<1x?x64xbf16> weight(%w : tensor<128x64xbf16>) bias(%b : tensor<128xbf16>)
      packed(%cu : tensor<?xi32>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 3, consumers = 1> -> tensor<1x?x64xbf16>, tensor<1x?x1x64xbf16>
  return %x, %v : tensor<1x?x64xbf16>, tensor<1x?x1x64xbf16>
}
