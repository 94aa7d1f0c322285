// Products as kernels, sequential: what a block computes, as if by one thread.
//
// RUN: cca-opt %s --convert-cca-to-hopper --canonicalize --cse --split-input-file | FileCheck %s

// Batches whose rows follow each other, in both tensors, are one.
// CHECK-LABEL: func.func @projection
// CHECK-SAME:    %[[X:[a-z0-9]*]]: tensor<?x?x136xbf16>
// CHECK:         %[[IN:.*]] = bufferization.to_buffer %[[X]] read_only
// CHECK:         %[[OUT:.*]] = memref.alloc(%{{.*}}, %{{.*}}) : memref<?x?x200xbf16>
// CHECK:         memref.extract_strided_metadata %[[IN]]
// CHECK:         %[[JOINS:.*]] = arith.andi
// CHECK:         %[[B:.*]] = arith.select %[[JOINS]], %c1, %{{.*}} : index
// CHECK:         %[[S:.*]] = arith.select %[[JOINS]], %{{.*}}, %{{.*}} : index
// CHECK:         %[[JOINED:.*]] = memref.reinterpret_cast %[[IN]] to offset: [%{{.*}}], sizes: [%[[B]], %[[S]], 136]
// CHECK:         hopper.make_tensor_map %[[JOINED]] : {{.*}} -> <1x128x64xbf16, swizzle = 128>
// CHECK:         hopper.make_tensor_map {{.*}} -> <128x64xbf16, swizzle = 128>
// Two blocks of a multiprocessor.
// CHECK:         %[[SMS:.*]] = hopper.multiprocessor_count
// CHECK:         %[[COUNT:.*]] = arith.index_cast %[[SMS]] : index to i32
// CHECK:         %[[MOST:.*]] = arith.muli %[[COUNT]], %c2_i32
// CHECK:         arith.minsi %{{.*}}, %[[MOST]]
// CHECK:         gpu.launch_func @projection_kernels::@projection

// Groups of four blocks of rows, which come first: blocks side by side have about a square of tiles.
// For each tile the first product by itself, all others added to it; then panels of 64 columns.
// CHECK-LABEL: gpu.module @projection_kernels
// CHECK:         gpu.func @projection(%[[XM:[a-z0-9]*]]: !{{.*}}, %[[WM:[a-z0-9]*]]: !{{.*}}, %[[OM:[a-z0-9]*]]: !{{.*}}, %{{.*}}: i32, %[[BLOCKS:[a-z0-9]*]]: i32, %[[BIAS:[a-z0-9]*]]: memref<200xf32, strided<[?], offset: ?>>)
// CHECK:         scf.for %[[TILE:.*]] = %{{.*}} to %{{.*}} step %{{.*}}
// CHECK-NEXT:      %[[GROUP:.*]] = arith.divui %[[TILE]], %c8_i32
// CHECK-NEXT:      %[[IN_GROUP:.*]] = arith.remui %[[TILE]], %c8_i32
// CHECK-NEXT:      %[[FIRST_ROW:.*]] = arith.muli %[[GROUP]], %c4_i32
// CHECK-NEXT:      %[[LEFT:.*]] = arith.subi %{{.*}}, %[[FIRST_ROW]]
// CHECK-NEXT:      %[[ROWS:.*]] = arith.minsi %[[LEFT]], %c4_i32
// CHECK-NEXT:      %[[IN_COL:.*]] = arith.remui %[[IN_GROUP]], %[[ROWS]]
// CHECK-NEXT:      %[[COL_BLOCK:.*]] = arith.divui %[[IN_GROUP]], %[[ROWS]]
// CHECK-NEXT:      %[[ROW_BLOCK:.*]] = arith.addi %[[FIRST_ROW]], %[[IN_COL]]
// CHECK:           %[[BATCH:.*]] = arith.divui %[[ROW_BLOCK]], %[[BLOCKS]]
// CHECK:           %[[BLOCK:.*]] = arith.remui %[[ROW_BLOCK]], %[[BLOCKS]]
// CHECK:           %[[ROW:.*]] = arith.muli %[[BLOCK]], %c128_i32
// CHECK:           %[[COL:.*]] = arith.muli %[[COL_BLOCK]], %c128_i32
// CHECK:           %[[A:.*]] = hopper.load %[[XM]][%[[BATCH]], %[[ROW]], %c0_i32]
// CHECK-NEXT:      %[[W:.*]] = hopper.load %[[WM]][%[[COL]], %c0_i32]
// CHECK-NEXT:      %[[FIRST:.*]] = hopper.dot %[[A]], %[[W]] transpose_b : tensor<128x64xbf16>, tensor<128x64xbf16> -> tensor<128x128xf32>
// CHECK-NEXT:      %[[SUM:.*]] = scf.for %[[K:.*]] = %c1_i32 to %c3_i32 step %c1_i32 iter_args(%[[SO_FAR:.*]] = %[[FIRST]])
// CHECK-NEXT:        %[[CHANNEL:.*]] = arith.muli %[[K]], %c64_i32
// CHECK-NEXT:        %[[A:.*]] = hopper.load %[[XM]][%[[BATCH]], %[[ROW]], %[[CHANNEL]]]
// CHECK-NEXT:        %[[W:.*]] = hopper.load %[[WM]][%[[COL]], %[[CHANNEL]]]
// CHECK-NEXT:        %[[NEXT:.*]] = hopper.dot %[[A]], %[[W]], %[[SO_FAR]] transpose_b
// CHECK-NEXT:        scf.yield %[[NEXT]]
// CHECK:           %[[PANEL:.*]] = tensor.extract_slice %[[SUM]][0, 0] [128, 64] [1, 1]
// CHECK-NEXT:      %[[B:.*]] = hopper.load_columns %[[BIAS]][%[[COL]]]
// CHECK-NEXT:      %[[Y:.*]] = arith.addf %[[PANEL]], %[[B]]
// CHECK-NEXT:      %[[HALF:.*]] = arith.truncf %[[Y]] : tensor<128x64xf32> to tensor<128x64xbf16>
// CHECK-NEXT:      hopper.store %[[HALF]], %[[OM]][%[[BATCH]], %[[ROW]], %[[COL]]]
// CHECK-NEXT:      %[[RIGHT:.*]] = arith.addi %[[COL]], %c64_i32
// CHECK-NEXT:      tensor.extract_slice %[[SUM]][0, 64] [128, 64] [1, 1]
// CHECK-NEXT:      hopper.load_columns %[[BIAS]][%[[RIGHT]]]
// CHECK:           hopper.store %{{.*}}, %[[OM]][%[[BATCH]], %[[ROW]], %[[RIGHT]]]
func.func @projection(%x: tensor<?x?x136xbf16>, %w: tensor<200x136xbf16>, %b: tensor<200xf32>) -> tensor<?x?x200xbf16> {
  %out = cca.projection %x : tensor<?x?x136xbf16> weight(%w : tensor<200x136xbf16>) bias(%b : tensor<200xf32>)
      schedule <block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 1, blocks_per_multiprocessor = 2>
      -> tensor<?x?x200xbf16>
  return %out : tensor<?x?x200xbf16>
}

// -----

// Weights that do not stay in L2: groups of 8 blocks of rows, in strips of 4 blocks of columns, which are cut
// into parts of 4 blocks of rows.
// CHECK-LABEL: func.func @many_weights_of_a_matrix
// CHECK:           gpu.func @projection
// CHECK:           %[[GROUP:.*]] = arith.divui %[[TILE:.*]], %c136_i32
// CHECK:           %[[IN_GROUP:.*]] = arith.remui %[[TILE]], %c136_i32
// CHECK:           %[[FIRST:.*]] = arith.muli %[[GROUP]], %c8_i32
// CHECK:           %[[LEFT:.*]] = arith.subi %{{.*}}, %[[FIRST]]
// CHECK:           %[[ROWS:.*]] = arith.minsi %[[LEFT]], %c8_i32
// CHECK:           %[[STRIP_TILES:.*]] = arith.muli %[[ROWS]], %c4_i32
// CHECK:           %[[STRIP:.*]] = arith.divui %[[IN_GROUP]], %[[STRIP_TILES]]
// CHECK:           %[[IN_STRIP:.*]] = arith.remui %[[IN_GROUP]], %[[STRIP_TILES]]
// CHECK:           %[[FIRST_COL:.*]] = arith.muli %[[STRIP]], %c4_i32
// CHECK:           %[[COLS_LEFT:.*]] = arith.subi %c17_i32, %[[FIRST_COL]]
// CHECK:           %[[COLS:.*]] = arith.minsi %[[COLS_LEFT]], %c4_i32
// CHECK:           %[[PART_TILES:.*]] = arith.muli %[[COLS]], %c4_i32
// CHECK:           %[[PART:.*]] = arith.divui %[[IN_STRIP]], %[[PART_TILES]]
// CHECK:           %[[FIRST_ROW:.*]] = arith.muli %[[PART]], %c4_i32
// CHECK:           %[[ROWS_LEFT:.*]] = arith.subi %[[ROWS]], %[[FIRST_ROW]]
// CHECK:           %[[PART_ROWS:.*]] = arith.minsi %[[ROWS_LEFT]], %c4_i32
// CHECK:           %[[IN_PART:.*]] = arith.remui %[[IN_STRIP]], %[[PART_TILES]]
// CHECK-DAG:       arith.divui %[[IN_PART]], %[[PART_ROWS]]
// CHECK-DAG:       arith.remui %[[IN_PART]], %[[PART_ROWS]]
// CHECK:           hopper.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : tensor<256x64xf16>, <128x64xf16, swizzle = 128>
func.func @many_weights_of_a_matrix(%x: tensor<?x64xf16>, %w: tensor<2176x64xf16>) -> tensor<?x2176xf16> {
  %out = cca.projection %x : tensor<?x64xf16> weight(%w : tensor<2176x64xf16>)
      schedule <block_m = 256, block_n = 128, block_k = 64, stages = 3, consumers = 2> -> tensor<?x2176xf16>
  return %out : tensor<?x2176xf16>
}

// -----

// Tiles of 96 columns leave in panels of 32.
// CHECK-LABEL: func.func @narrow_panels
// CHECK:           hopper.make_tensor_map {{.*}} -> <128x64xbf16, swizzle = 128>
// CHECK:           hopper.make_tensor_map {{.*}} -> <96x64xbf16, swizzle = 128>
// CHECK:           hopper.make_tensor_map {{.*}} -> <64x32xbf16, swizzle = 64>
// CHECK:           gpu.func @projection
// CHECK-COUNT-3:   hopper.store %{{.*}} : tensor<128x32xbf16>, <64x32xbf16, swizzle = 64>
// CHECK-NOT:       hopper.store
func.func @narrow_panels(%x: tensor<?x64xbf16>, %w: tensor<192x64xbf16>) -> tensor<?x192xbf16> {
  %out = cca.projection %x : tensor<?x64xbf16> weight(%w : tensor<192x64xbf16>)
      schedule <block_m = 128, block_n = 96, block_k = 64, stages = 7, consumers = 2> -> tensor<?x192xbf16>
  return %out : tensor<?x192xbf16>
}
