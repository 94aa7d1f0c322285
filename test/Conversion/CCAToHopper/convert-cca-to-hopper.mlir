// Sequential kernels: what a block computes, as if by one thread.
//
// RUN: cca-opt %s --convert-cca-to-hopper --canonicalize --cse --split-input-file | FileCheck %s
// RUN: cca-opt %s --convert-cca-to-hopper --canonicalize --cse --split-input-file \
// RUN:   | FileCheck %s --check-prefix=SEQUENTIAL --implicit-check-not='{{cca.flash_attention|wgmma|barrier|hopper.ring|consumer_index|hopper.tma}}'

// SEQUENTIAL: hopper.dot

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// The host describes its tensors and launches what the multiprocessors can run at once.
// CHECK-LABEL: func.func @full(
// CHECK-SAME:    %[[QUERY:[a-z0-9]*]]: tensor<?x?x8x128xbf16>, %[[KEY:[a-z0-9]*]]: tensor
// CHECK-DAG:     %[[QB:.*]] = bufferization.to_buffer %[[QUERY]] read_only : {{.*}} to memref<?x?x8x128xbf16, strided<[?, ?, ?, ?], offset: ?>>
// CHECK-DAG:     %[[BATCH:.*]] = tensor.dim %[[QUERY]], %c0
// CHECK-DAG:     %[[TOKENS:.*]] = tensor.dim %[[QUERY]], %c1
// CHECK-DAG:     %[[OUT:.*]] = memref.alloc(%[[BATCH]], %[[TOKENS]]) : memref<?x?x8x128xbf16>
// CHECK-DAG:     %[[QM:.*]] = hopper.make_tensor_map %[[QB]] : {{.*}} -> <1x128x1x128xbf16, swizzle = 128>
// CHECK-DAG:     %[[STRIDED:.*]] = memref.cast %[[OUT]] : memref<?x?x8x128xbf16> to memref<?x?x8x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
// CHECK-DAG:     %[[OM:.*]] = hopper.make_tensor_map %[[STRIDED]] : {{.*}} -> <1x64x1x128xbf16, swizzle = 128>
// CHECK-DAG:     %[[SMS:.*]] = hopper.multiprocessor_count
// CHECK:         %[[GRID:.*]] = arith.minsi %{{.*}}, %[[SMS]] : index
// CHECK:         gpu.launch_func @full_kernels::@flash_attention blocks in (%[[GRID]], %c1, %c1) {{.*}} args(%[[QM]] : {{.*}}, %[[OM]] : !hopper.tensor_map<1x64x1x128xbf16, swizzle = 128>, %{{.*}} : i32, %{{.*}} : i32, %{{.*}} : i32, %{{.*}} : i32)
// CHECK:         %[[RESULT:.*]] = bufferization.to_tensor %[[OUT]]
// CHECK:         return %[[RESULT]]

// For each tile of queries: the last block of keys, which alone may need a mask, then all others. Online softmax.
// CHECK-LABEL: gpu.module @full_kernels
// CHECK:         gpu.func @flash_attention(%[[QM:[a-z0-9]*]]: !{{.*}}, %[[KM:[a-z0-9]*]]: !{{.*}}, %[[VM:[a-z0-9]*]]: !{{.*}}, %[[OM:[a-z0-9]*]]: !{{[^:]*}}: i32, %[[TOKENS:[a-z0-9]*]]: i32,
// CHECK-SAME:      kernel attributes {cca.schedule = #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>}
// CHECK:         scf.for
// CHECK:           %[[Q:.*]] = hopper.load %[[QM]][%[[B:.*]], %[[ROW:.*]], %[[H:.*]], %c0_i32]
// CHECK:           %[[K:.*]] = hopper.load %[[KM]][%[[B]], %[[LAST:.*]], %[[KH:.*]], %c0_i32]
// CHECK-NEXT:      %[[S:.*]] = hopper.dot %[[Q]], %[[K]] transpose_b
// CHECK-NEXT:      %[[LEFT:.*]] = arith.subi %[[TOKENS]], %[[LAST]]
// CHECK-NEXT:      %[[END:.*]] = tensor.splat %[[LEFT]]
// CHECK-NEXT:      %[[MS:.*]] = hopper.mask_columns %[[S]] to %[[END]]
// CHECK-NEXT:      hopper.reduce_rows max %[[MS]]
// CHECK:           %[[W:.*]] = arith.truncf %{{.*}} : tensor<128x128xf32> to tensor<128x128xbf16>
// CHECK-NEXT:      %[[WF:.*]] = arith.extf %[[W]]
// CHECK-NEXT:      hopper.reduce_rows add %[[WF]]
// CHECK:           %[[V:.*]] = hopper.load %[[VM]][%[[B]], %[[LAST]], %[[KH]], %c0_i32]
// CHECK-NEXT:      %[[O:.*]] = hopper.dot %{{.*}}, %[[V]] :
// CHECK:           %[[SUMS:.*]]:3 = scf.for {{.*}} iter_args(%[[OI:.*]] = %[[O]], %[[LI:.*]] = %{{.*}}, %[[MI:.*]] = %{{.*}})
// CHECK-NOT:         mask_columns
// CHECK:             %[[K:.*]] = hopper.load %[[KM]]
// CHECK-NEXT:        %[[S:.*]] = hopper.dot %[[Q]], %[[K]] transpose_b
// CHECK-NEXT:        %[[MS:.*]] = hopper.reduce_rows max %[[S]]
// CHECK-NEXT:        %[[M:.*]] = arith.maxnumf %[[MI]], %[[MS]]
// CHECK-NEXT:        %[[GROWTH:.*]] = arith.subf %[[MI]], %[[M]]
// CHECK-NEXT:        %[[CORRECTION:.*]] = math.exp2 %[[GROWTH]]
// CHECK-NEXT:        %[[MT:.*]] = hopper.broadcast_rows %[[M]]
// CHECK-NEXT:        %[[X:.*]] = arith.subf %[[S]], %[[MT]]
// CHECK-NEXT:        %[[P:.*]] = math.exp2 %[[X]]
// CHECK-NEXT:        %[[LS:.*]] = hopper.reduce_rows add %[[P]]
// CHECK-NEXT:        %[[L:.*]] = arith.mulf %[[LI]], %[[CORRECTION]]
// CHECK-NEXT:        %[[L1:.*]] = arith.addf %[[L]], %[[LS]]
// CHECK-NEXT:        %[[CT:.*]] = hopper.broadcast_rows %[[CORRECTION]]
// CHECK-NEXT:        %[[OS:.*]] = arith.mulf %[[OI]], %[[CT]]
// CHECK-NEXT:        %[[PH:.*]] = arith.truncf %[[P]]
// CHECK-NEXT:        %[[V:.*]] = hopper.load %[[VM]]
// CHECK-NEXT:        %[[O1:.*]] = hopper.dot %[[PH]], %[[V]], %[[OS]]
// CHECK-NEXT:        scf.yield %[[O1]], %[[L1]], %[[M]]
// CHECK-NOT:       scf.for
// CHECK:           arith.divf %{{.*}}, %[[SUMS]]#1
// CHECK:           hopper.store %{{.*}}, %[[OM]][%[[B]], %[[ROW]], %[[H]], %c0_i32]
func.func @full(%query: !query, %key: !key, %value: !key) -> !query {
  // Exactly ln 2: the queries hold the factor log2(e) already, and the kernel multiplies nothing.
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      softmax_scale 0.69314718055994529
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// The block of the diagonal has a mask; blocks after it are not visited, those before it see no mask.
// CHECK-LABEL: gpu.module @causal_kernels
// CHECK:         gpu.func @flash_attention(%{{.*}}: i32, %[[TOKENS:[a-z0-9]*]]: i32, %{{[a-z0-9]*}}: i32, %{{[a-z0-9]*}}: i32) kernel
// CHECK:         %[[ROW:.*]] = arith.muli %{{.*}}, %c128_i32
// CHECK:         hopper.load %{{.*}}[%{{.*}}, %[[ROW]],
// CHECK-NEXT:    %[[ROW_END:.*]] = arith.addi %[[ROW]], %c128_i32
// CHECK-NEXT:    %[[KEY_END:.*]] = arith.minsi %[[TOKENS]], %[[ROW_END]]
// CHECK:         %[[ROWS:.*]] = hopper.row_index
// CHECK:         %[[SEES:.*]] = arith.addi %[[ROWS]],
// CHECK:         %[[END:.*]] = arith.minsi %[[SEES]],
// CHECK:         hopper.mask_columns %{{.*}} to %[[END]]
// CHECK:         scf.for
// CHECK-NOT:     hopper.mask_columns
// CHECK-NOT:     scf.for
// CHECK:         hopper.store
func.func @causal(%query: !query, %key: !key, %value: !key) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      causal
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// A diagonal crosses several of the smaller blocks: those between the last and the full ones have masks, too.
// CHECK-LABEL: gpu.module @causal_small_key_blocks_kernels
// CHECK:         hopper.mask_columns
// CHECK:         scf.for
// CHECK:           hopper.mask_columns
// CHECK:         scf.for
// CHECK-NOT:     hopper.mask_columns
// CHECK:         hopper.store
func.func @causal_small_key_blocks(%query: !query, %key: !key, %value: !key) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      causal
      schedule <block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = online>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// Queries see 1000 keys, themselves included: the last blocks and the first ones have masks, those between have none.
// CHECK-LABEL: gpu.module @window_kernels
// CHECK:         %[[ROWS:.*]] = hopper.row_index
// CHECK:         arith.subi %{{.*}}, %c999_i32
// CHECK:         hopper.mask_columns %{{.*}} from %{{.*}} to %{{.*}}
// CHECK:         %[[FULL:.*]]:3 = scf.for
// CHECK-NOT:       hopper.mask_columns
// CHECK:           scf.yield
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %[[FULL]]#0, %{{.*}} = %[[FULL]]#1, %{{.*}} = %[[FULL]]#2)
// CHECK:           hopper.mask_columns %{{.*}} from %{{.*}} to %{{.*}}
// CHECK:           scf.yield
// CHECK:         hopper.store
func.func @window(%query: !query, %key: !key, %value: !key) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      causal window 1000
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> !query
  return %out : !query
}

// -----

!query = tensor<1x?x8x128xbf16>
!key = tensor<1x?x2x128xbf16>

// A tile finds its sequence by binary search. Where the sequence ends inside of it, rows are stored one by one: the
// next sequence follows.
// CHECK-LABEL: func.func @packed(
// CHECK:         gpu.launch_func {{.*}}memref<1x?x8x128xbf16, strided<[?, ?, ?, 1], offset: ?>>, %{{.*}} : memref<?xi32, strided<[?], offset: ?>>)
// CHECK-LABEL: gpu.module @packed_kernels
// CHECK:         gpu.func @flash_attention({{.*}}, %[[OUT:[a-z0-9]*]]: memref<1x?x8x128xbf16, strided<[?, ?, ?, 1], offset: ?>>, %[[BOUNDS:[a-z0-9]*]]: memref<?xi32, strided<[?], offset: ?>>)
// CHECK:         %[[SEQUENCE:.*]]:2 = scf.while
// CHECK:           memref.load %[[BOUNDS]]
// CHECK:         %[[BEGIN:.*]] = memref.load %[[BOUNDS]]
// CHECK:         %[[END:.*]] = memref.load %[[BOUNDS]]
// CHECK:         %[[LENGTH:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK:         %[[FIRST:.*]] = arith.muli %{{.*}}, %c128_i32
// CHECK:         %[[HAS_ROWS:.*]] = arith.cmpi slt, %[[FIRST]], %[[LENGTH]]
// CHECK:         scf.if %[[HAS_ROWS]] {
// CHECK:           %[[ROW:.*]] = arith.addi %[[BEGIN]], %[[FIRST]]
// CHECK:           hopper.load %{{.*}}[%c0_i32, %[[ROW]],
// CHECK:           %[[LEFT:.*]] = arith.subi %[[LENGTH]], %[[FIRST]]
// CHECK:           %[[IS_WHOLE:.*]] = arith.cmpi s{{.*}} %[[LEFT]],
// CHECK:           scf.if %[[IS_WHOLE]] {
// CHECK:             hopper.store %[[TILE:.*]], %{{.*}}[%c0_i32, %[[ROW]],
// CHECK:           } else {
// CHECK:             hopper.store_rows %[[TILE]], %[[OUT]][{{.*}}] along 1 limit %[[LEFT]]
func.func @packed(%query: !query, %key: !key, %value: !key, %cu_seqlens: tensor<?xi32>) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      packed(%cu_seqlens : tensor<?xi32>)
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// log(sum) = (maximum + log2(sum of powers of two)) ln 2, for the rows that there are.
// CHECK-LABEL: func.func @lse(
// CHECK:         memref.alloc(%{{.*}}, %{{.*}}) : memref<?x8x?xf32>
// CHECK-LABEL: gpu.module @lse_kernels
// CHECK:         gpu.func @flash_attention({{.*}}, %[[TOKENS:[a-z0-9]*]]: i32, %{{[a-z0-9]*}}: i32, %{{[a-z0-9]*}}: i32, %[[LSE:[a-z0-9]*]]: memref<?x8x?xf32, strided<[?, ?, ?], offset: ?>>)
// CHECK:         %[[LN2:.*]] = arith.constant dense<0.693147182> : tensor<128xf32>
// CHECK:         hopper.reduce_rows add
// CHECK-NEXT:    %[[EXACT:.*]] = hopper.reduce_rows add
// CHECK:         %[[SUMS:.*]]:4 = scf.for {{.*}} iter_args({{.*}} = %[[EXACT]])
// CHECK:         hopper.store
// CHECK:         %[[LOG:.*]] = math.log2 %[[SUMS]]#3
// CHECK-NEXT:    %[[LOG2:.*]] = arith.addf %[[SUMS]]#2, %[[LOG]]
// CHECK-NEXT:    %[[RESULT:.*]] = arith.mulf %[[LOG2]], %[[LN2]]
// CHECK:         %[[LEFT:.*]] = arith.subi %[[TOKENS]],
// CHECK-NEXT:    hopper.store_rows %[[RESULT]], %[[LSE]][{{.*}}] along 2 limit %[[LEFT]]
func.func @lse(%query: !query, %key: !key, %value: !key) -> (!query, tensor<?x8x?xf32>) {
  %out, %lse = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      softmax_scale 0.69314718055994529
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> !query, tensor<?x8x?xf32>
  return %out, %lse : !query, tensor<?x8x?xf32>
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// The key head's temperature bounds the scores: if it is small, and there are many keys, no maximum is carried; else
// (also if it is NaN), online.
// CHECK-LABEL: gpu.module @normalized_kernels
// CHECK:         gpu.func @flash_attention({{.*}}, %[[TEMPERATURE:[a-z0-9]*]]: memref<2xf32, strided<[?], offset: ?>>)
// CHECK:         %[[T:.*]] = memref.load %[[TEMPERATURE]]
// CHECK-NEXT:    %[[ABOVE:.*]] = arith.cmpf ogt, %[[T]],
// CHECK-NEXT:    %[[BELOW:.*]] = arith.cmpf olt, %[[T]],
// CHECK-NEXT:    %[[BOUNDED:.*]] = arith.andi %[[ABOVE]], %[[BELOW]]
// CHECK-NEXT:    %[[ENOUGH:.*]] = arith.cmpi sge, %{{.*}}, %{{.*}} : i32
// CHECK-NEXT:    %[[BOTH:.*]] = arith.andi %[[BOUNDED]], %[[ENOUGH]]
// CHECK-NEXT:    scf.if %[[BOTH]]
// CHECK:           scf.for {{.*}} -> (tensor<128x128xf32>, tensor<128xf32>) : i32
// CHECK-NOT:         reduce_rows max
// CHECK:             scf.yield
// CHECK:         } else {
// CHECK:           scf.for {{.*}} -> (tensor<128x128xf32>, tensor<128xf32>, tensor<128xf32>) : i32
// CHECK:             reduce_rows max
// CHECK:             scf.yield
// CHECK:         }
// CHECK:         hopper.store
func.func @normalized(%query: !query, %key: !key, %value: !key, %temperature: tensor<2xf32>) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      normalized(%temperature : tensor<2xf32>)
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// The caller knows that the bound is small: one form, no test of the temperature.
// CHECK-LABEL: gpu.module @bounded_kernels
// CHECK-NOT:     memref
// CHECK-NOT:     scf.if
// CHECK:         scf.for {{.*}} -> (tensor<128x128xf32>, tensor<128xf32>) : i32
// CHECK:         hopper.store
func.func @bounded(%query: !query, %key: !key, %value: !key, %temperature: tensor<2xf32>) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      normalized(%temperature : tensor<2xf32>)
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = bounded>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// The largest score times a negative scale is the smallest: scores are multiplied before the maximum.
// CHECK-LABEL: gpu.module @negative_scale_kernels
// CHECK:         %[[S:.*]] = hopper.dot
// CHECK-NEXT:    %[[SCALED:.*]] = arith.mulf %[[S]],
// CHECK:         hopper.mask_columns %[[SCALED]]
func.func @negative_scale(%query: !query, %key: !key, %value: !key) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      softmax_scale -0.5
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> !query
  return %out : !query
}

// -----

!query = tensor<?x?x8x128xbf16>
!key = tensor<?x?x2x128xbf16>

// A small window never has many keys: online, and the temperature is not passed.
// CHECK-LABEL: gpu.module @normalized_small_window_kernels
// CHECK-NOT:     memref
// CHECK-NOT:     scf.if
// CHECK:         scf.for {{.*}} -> (tensor<128x128xf32>, tensor<128xf32>, tensor<128xf32>) : i32
// CHECK-NOT:     scf.if
// CHECK:         hopper.store
func.func @normalized_small_window(%query: !query, %key: !key, %value: !key, %temperature: tensor<2xf32>) -> !query {
  %out = cca.flash_attention
      query(%query : !query) key(%key : !key) value(%value : !key)
      normalized(%temperature : tensor<2xf32>)
      causal window 100
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>
      -> !query
  return %out : !query
}
