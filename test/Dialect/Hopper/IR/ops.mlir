// Every op, type and encoding comes back as it was written: printed, in generic form, as bytecode.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
!tile = !hopper.smem<128x128xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>
!scores = tensor<64x128xf32, #hopper.fragment>
!half = tensor<64x128xbf16, #hopper.fragment>

// CHECK-LABEL: func private @types(
// CHECK-SAME: !hopper.tensor_map<128x64xf16, swizzle = 128>
// CHECK-SAME: !hopper.tensor_map<8x1x1x32xf32, swizzle = 32>
// CHECK-SAME: !hopper.smem<8x8xbf16, swizzle = 16>
// CHECK-SAME: !hopper.smem<64x64xi8, swizzle = 64, panel_rows = 72>
// CHECK-SAME: !hopper.ring<1, <8x16xf64, swizzle = 128>>
// CHECK-SAME: !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
// CHECK-SAME: tensor<128x8xi1, #hopper.fragment>
// CHECK-SAME: tensor<64xf32, #hopper.rows>
// CHECK-SAME: tensor<64xf32, #hopper.rows<partial>>)
func.func private @types(
    !hopper.tensor_map<128x64xf16, swizzle = 128>, !hopper.tensor_map<8x1x1x32xf32, swizzle = 32>,
    !hopper.smem<8x8xbf16, swizzle = 16>, !hopper.smem<64x64xi8, swizzle = 64, panel_rows = 72>,
    !hopper.ring<1, !hopper.smem<8x16xf64, swizzle = 128>>,
    !hopper.pending<tensor<64x8xf32, #hopper.fragment>>, tensor<128x8xi1, #hopper.fragment>,
    tensor<64xf32, #hopper.rows>, tensor<64xf32, #hopper.rows<partial>>)

// CHECK-LABEL: @host
// CHECK: hopper.make_tensor_map %{{.*}} : memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>> -> <1x128x1x128xbf16, swizzle = 128>
// CHECK: %{{.*}} = hopper.multiprocessor_count{{$}}
// CHECK: hopper.check_workspace %{{.*}}, %{{.*}} : memref<?xi8>
func.func @host(%keys: memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>, %workspace: memref<?xi8>) -> (!map, index) {
  %map = hopper.make_tensor_map %keys : memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>> -> !map
  %sms = hopper.multiprocessor_count
  hopper.check_workspace %workspace, %sms : memref<?xi8>
  return %map, %sms : !map, index
}

// CHECK-LABEL: @tiles
// CHECK: %[[K:.*]] = hopper.load %{{.*}}[%[[X:.*]], %[[X]], %[[X]], %[[X]]] : <1x128x1x128xbf16, swizzle = 128> -> tensor<128x128xbf16>
// CHECK: %[[S:.*]] = hopper.dot %[[K]], %[[K]] transpose_b : tensor<128x128xbf16>, tensor<128x128xbf16> -> tensor<128x128xf32>
// CHECK: %[[O:.*]] = hopper.dot %[[K]], %[[K]], %[[S]] : tensor<128x128xbf16>, tensor<128x128xbf16> -> tensor<128x128xf32>
// CHECK: hopper.dot %{{.*}}, %[[K]], %[[O]] transpose_b {note} : !hopper.smem<128x128xbf16, swizzle = 128>, tensor<128x128xbf16> -> tensor<128x128xf32>
// CHECK: hopper.store %[[K]], %{{.*}}[%[[X]], %[[X]], %[[X]], %[[X]]] : tensor<128x128xbf16>, <1x128x1x128xbf16, swizzle = 128>
// CHECK: hopper.store %[[K]], %{{.*}}[%[[X]], %[[X]]] : tensor<128x128xbf16>, <64x128xbf16, swizzle = 128>
// CHECK: hopper.store_rows %{{.*}}, %{{.*}}[%[[I:.*]], %[[I]], %[[I]]] along 2 limit %[[X]] : tensor<128xf32>, memref<?x8x?xf32>
// CHECK: hopper.store_rows %[[S]], %{{.*}}[%[[I]], %[[I]], %[[I]]] along 1 limit %[[X]] : tensor<128x128xf32>, memref<?x8x?xf32>
func.func @tiles(%map: !map, %rows: !hopper.tensor_map<64x128xbf16, swizzle = 128>, %x: i32, %i: index, %a: !tile, %l: tensor<128xf32>, %lse: memref<?x8x?xf32>) {
  %k = hopper.load %map[%x, %x, %x, %x] : !map -> tensor<128x128xbf16>
  %s = hopper.dot %k, %k transpose_b : tensor<128x128xbf16>, tensor<128x128xbf16> -> tensor<128x128xf32>
  %o = hopper.dot %k, %k, %s : tensor<128x128xbf16>, tensor<128x128xbf16> -> tensor<128x128xf32>
  %p = hopper.dot %a, %k, %o transpose_b {note} : !tile, tensor<128x128xbf16> -> tensor<128x128xf32>
  hopper.store %k, %map[%x, %x, %x, %x] : tensor<128x128xbf16>, !map
  hopper.store %k, %rows[%x, %x] : tensor<128x128xbf16>, !hopper.tensor_map<64x128xbf16, swizzle = 128>
  hopper.store_rows %l, %lse[%i, %i, %i] along 2 limit %x : tensor<128xf32>, memref<?x8x?xf32>
  hopper.store_rows %s, %lse[%i, %i, %i] along 1 limit %x : tensor<128x128xf32>, memref<?x8x?xf32>
  return
}

// CHECK-LABEL: @share
// CHECK: hopper.share %{{.*}} : tensor<128x64xbf16>
func.func @share(%t: tensor<128x64xbf16>) -> tensor<128x64xbf16> {
  %s = hopper.share %t : tensor<128x64xbf16>
  return %s : tensor<128x64xbf16>
}

// CHECK-LABEL: @columns
// CHECK: hopper.load_columns %{{.*}}[%{{.*}}] : memref<?xbf16> -> tensor<128x64xf32>
func.func @columns(%bias: memref<?xbf16>, %i: i32) -> tensor<128x64xf32> {
  %b = hopper.load_columns %bias[%i] : memref<?xbf16> -> tensor<128x64xf32>
  return %b : tensor<128x64xf32>
}

// CHECK-LABEL: @rows
// CHECK: %[[R:.*]] = hopper.row_index : tensor<128xi32>
// CHECK: %[[A:.*]] = hopper.mask_columns %{{.*}} to %[[R]] : tensor<128x128xf32>, tensor<128xi32>
// CHECK: %[[B:.*]] = hopper.mask_columns %[[A]] from %[[R]] to %[[R]] : tensor<128x128xf32>, tensor<128xi32>
// CHECK: %[[M:.*]] = hopper.reduce_rows max %[[B]] : tensor<128x128xf32> -> tensor<128xf32>
// CHECK: hopper.broadcast_rows %[[M]] : tensor<128xf32> -> tensor<128x128xf32>
func.func @rows(%s: tensor<128x128xf32>) -> tensor<128x128xf32> {
  %r = hopper.row_index : tensor<128xi32>
  %a = hopper.mask_columns %s to %r : tensor<128x128xf32>, tensor<128xi32>
  %b = hopper.mask_columns %a from %r to %r : tensor<128x128xf32>, tensor<128xi32>
  %m = hopper.reduce_rows max %b : tensor<128x128xf32> -> tensor<128xf32>
  %t = hopper.broadcast_rows %m : tensor<128xf32> -> tensor<128x128xf32>
  return %t : tensor<128x128xf32>
}

// CHECK-LABEL: @rows_of_a_fragment
// CHECK: %[[R:.*]] = hopper.row_index : tensor<64xi32, #hopper.rows>
// CHECK: %[[M:.*]] = hopper.mask_columns %{{.*}} to %[[R]] : tensor<64x128xf32, #hopper.fragment>, tensor<64xi32, #hopper.rows>
// CHECK: %[[P:.*]] = hopper.reduce_rows add %[[M]] : tensor<64x128xf32, #hopper.fragment> -> tensor<64xf32, #hopper.rows<partial>>
// CHECK: %[[L:.*]] = hopper.combine_rows add %[[P]] : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
// CHECK: hopper.broadcast_rows %[[L]] : tensor<64xf32, #hopper.rows> -> tensor<64x128xf32, #hopper.fragment>
// CHECK: hopper.combine_rows max %[[P]] {note}
// CHECK: hopper.spread_rows %[[L]] : tensor<64xf32, #hopper.rows> -> tensor<64xf32, #hopper.rows<partial>>
func.func @rows_of_a_fragment(%s: !scores) -> !scores {
  %r = hopper.row_index : tensor<64xi32, #hopper.rows>
  %m = hopper.mask_columns %s to %r : !scores, tensor<64xi32, #hopper.rows>
  %p = hopper.reduce_rows add %m : !scores -> tensor<64xf32, #hopper.rows<partial>>
  %l = hopper.combine_rows add %p : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
  %t = hopper.broadcast_rows %l : tensor<64xf32, #hopper.rows> -> !scores
  %x = hopper.combine_rows max %p {note} : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
  %y = hopper.spread_rows %l : tensor<64xf32, #hopper.rows> -> tensor<64xf32, #hopper.rows<partial>>
  return %t : !scores
}

// CHECK-LABEL: @shared_memory
// CHECK: hopper.alloc : <64x128xbf16, swizzle = 128>
// CHECK: %[[T:.*]] = hopper.alloc {offset = 1024 : i64} : <128x128xbf16, swizzle = 128>
// CHECK: %[[M:.*]] = hopper.slice_rows %[[T]][%{{.*}}] : <128x128xbf16, swizzle = 128> -> <64x128xbf16, swizzle = 128, panel_rows = 128>
// CHECK: hopper.slice_rows %[[M]][%{{.*}}] : <64x128xbf16, swizzle = 128, panel_rows = 128> -> <8x128xbf16, swizzle = 128, panel_rows = 128>
// CHECK: %[[Q:.*]] = hopper.ldmatrix %[[M]] : <64x128xbf16, swizzle = 128, panel_rows = 128> -> tensor<64x128xbf16, #hopper.fragment>
// CHECK: hopper.stmatrix %[[Q]], %[[M]] : tensor<64x128xbf16, #hopper.fragment>, <64x128xbf16, swizzle = 128, panel_rows = 128>
// CHECK: hopper.tma_store %[[T]], %{{.*}}[%[[X:.*]], %[[X]], %[[X]], %[[X]]] : <128x128xbf16, swizzle = 128>, <1x128x1x128xbf16, swizzle = 128>
// CHECK: hopper.tma_store %[[T]], %{{.*}}[%[[X]], %[[X]], %[[X]], %[[X]]] reduce : <128x128xbf16, swizzle = 128>, <1x128x1x128xbf16, swizzle = 128>
// CHECK: hopper.tma_store_wait 1{{$}}
func.func @shared_memory(%map: !map, %x: i32) {
  %mine = hopper.alloc : !hopper.smem<64x128xbf16, swizzle = 128>
  %t = hopper.alloc {offset = 1024} : !tile
  %m = hopper.slice_rows %t[%x] : !tile -> !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
  %n = hopper.slice_rows %m[%x] : !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
      -> !hopper.smem<8x128xbf16, swizzle = 128, panel_rows = 128>
  %q = hopper.ldmatrix %m : !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128> -> !half
  hopper.stmatrix %q, %m : !half, !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
  hopper.tma_store %t, %map[%x, %x, %x, %x] : !tile, !map
  hopper.tma_store %t, %map[%x, %x, %x, %x] reduce : !tile, !map
  hopper.tma_store_wait 1
  return
}

// CHECK-LABEL: @products
// CHECK: hopper.wgmma_fence none{{$}}
// CHECK: %[[F:.*]]:2 = hopper.wgmma_fence %{{.*}}, %{{.*}} : tensor<64x128xbf16, #hopper.fragment>, tensor<64x128xf32, #hopper.fragment>
// CHECK: %[[P:.*]] = hopper.wgmma %[[F]]#0, %[[B:.*]] transpose_b : tensor<64x128xbf16, #hopper.fragment>, <128x128xbf16, swizzle = 128> -> <tensor<64x128xf32, #hopper.fragment>>
// CHECK: %[[C:.*]] = hopper.commit %[[P]] : <tensor<64x128xf32, #hopper.fragment>>
// CHECK: hopper.wait 0, %[[C]] : <tensor<64x128xf32, #hopper.fragment>>
// CHECK: %[[P2:.*]] = hopper.wgmma %[[F]]#0, %[[B]], %[[F]]#1 : tensor<64x128xbf16, #hopper.fragment>, <128x128xbf16, swizzle = 128> -> <tensor<64x128xf32, #hopper.fragment>>
// CHECK: %[[C2:.*]] = hopper.commit %[[P2]] {note} : <tensor<64x128xf32, #hopper.fragment>>
// CHECK: hopper.wait 7, %[[C2]] : <tensor<64x128xf32, #hopper.fragment>>
// CHECK: hopper.wgmma %[[B]], %[[B]] : !hopper.smem<128x128xbf16, swizzle = 128>, <128x128xbf16, swizzle = 128> -> <tensor<128x128xf32, #hopper.fragment>>
// CHECK: %[[P4:.*]] = hopper.wgmma %[[F]]#0, %[[B]] onto %[[C2]] transpose_b : tensor<64x128xbf16, #hopper.fragment>, <128x128xbf16, swizzle = 128> -> <tensor<64x128xf32, #hopper.fragment>>
// CHECK: hopper.wait_older 1{{$}}
func.func @products(%p: !half, %o: !scores, %b: !tile) -> !scores {
  hopper.wgmma_fence none
  %f:2 = hopper.wgmma_fence %p, %o : !half, !scores
  %p1 = hopper.wgmma %f#0, %b transpose_b : !half, !tile -> !hopper.pending<!scores>
  %c1 = hopper.commit %p1 : !hopper.pending<!scores>
  %s = hopper.wait 0, %c1 : !hopper.pending<!scores>
  %p2 = hopper.wgmma %f#0, %b, %f#1 : !half, !tile -> !hopper.pending<!scores>
  %c2 = hopper.commit %p2 {note} : !hopper.pending<!scores>
  %r = hopper.wait 7, %c2 : !hopper.pending<!scores>
  %p3 = hopper.wgmma %b, %b : !tile, !tile -> !hopper.pending<tensor<128x128xf32, #hopper.fragment>>
  %p4 = hopper.wgmma %f#0, %b onto %c2 transpose_b : !half, !tile -> !hopper.pending<!scores>
  hopper.wait_older 1
  return %r : !scores
}

// CHECK-LABEL: @roles
// CHECK: %[[R:.*]] = hopper.ring {barriers = 65536 : i64, offset = 0 : i64} : <2, <128x128xbf16, swizzle = 128>>
// CHECK: hopper.consumer_index{{$}}
// CHECK: hopper.warp_specialize producer registers 24 {
// CHECK-NEXT: %[[T:.*]] = hopper.put_enter %[[R]] : <2, <128x128xbf16, swizzle = 128>>
// CHECK-NEXT: hopper.tma_load %{{.*}}[%[[X:.*]], %[[X]], %[[X]], %[[X]]], %[[T]] : <1x128x1x128xbf16, swizzle = 128>, <128x128xbf16, swizzle = 128>
// CHECK-NEXT: hopper.put_exit %[[T]], %[[R]] : <2, <128x128xbf16, swizzle = 128>>
// CHECK-NEXT: } consumers 2 registers 240 (%[[I:.*]]) {
// CHECK-NEXT: arith.addi %[[I]], %[[I]] : i32
// CHECK-NEXT: %[[U:.*]] = hopper.get_enter %[[R]] : <2, <128x128xbf16, swizzle = 128>>
// CHECK-NEXT: hopper.get_exit %[[U]], %[[R]] : <2, <128x128xbf16, swizzle = 128>>
// CHECK-NEXT: } {note}
func.func @roles(%map: !map, %x: i32) {
  %ring = hopper.ring {offset = 0, barriers = 65536} : !ring
  %index = hopper.consumer_index
  hopper.warp_specialize producer registers 24 {
    %t = hopper.put_enter %ring : !ring
    hopper.tma_load %map[%x, %x, %x, %x], %t : !map, !tile
    hopper.put_exit %t, %ring : !ring
  } consumers 2 registers 240 (%i) {
    %twice = arith.addi %i, %i : i32
    %t = hopper.get_enter %ring : !ring
    hopper.get_exit %t, %ring : !ring
  } {note}
  return
}

// CHECK-LABEL: @rings_of_consumers
// CHECK: hopper.select_ring %{{.*}}, %{{.*}} : <2, <128x128xbf16, swizzle = 128>>
func.func @rings_of_consumers() {
  %ring0 = hopper.ring : !ring
  %ring1 = hopper.ring : !ring
  hopper.warp_specialize producer registers 24 {
  } consumers 2 registers 240 (%i) {
    %mine = hopper.select_ring %ring0, %ring1 : !ring
  }
  return
}

// CHECK-LABEL: @rings_in_turn
// CHECK: %[[RING:.*]] = hopper.ring turns {barriers = 32768 : i64, offset = 0 : i64} : <2, <128x128xbf16, swizzle = 128>>
// CHECK: hopper.skip %{{.*}} of %[[RING]] : <2, <128x128xbf16, swizzle = 128>>
func.func @rings_in_turn(%count: i32) {
  %ring = hopper.ring turns {offset = 0, barriers = 32768} : !ring
  hopper.warp_specialize producer registers 24 {
  } consumers 2 registers 240 (%i) {
    hopper.skip %count of %ring : !ring
  }
  return
}

// CHECK-LABEL: @empty_roles
// CHECK: hopper.warp_specialize producer registers 24 {
// CHECK-NEXT: } consumers 1 registers 256 (%{{.*}}) {
// CHECK-NEXT: }
func.func @empty_roles() {
  hopper.warp_specialize producer registers 24 {} consumers 1 registers 256 (%i) { hopper.end }
  return
}

// CHECK-LABEL: @rows_and_columns
// CHECK: hopper.ldmatrix %{{.*}}[%{{.*}}] : <128x128xbf16, swizzle = 128> -> tensor<64x128xbf16, #hopper.fragment>
// CHECK: hopper.mask_rows %{{.*}} where %{{.*}} : tensor<64x128xbf16, #hopper.fragment>, tensor<64xi1, #hopper.rows>
// CHECK: hopper.gather %{{.*}}[%{{.*}}, %{{.*}}] rows %{{.*}} along 0 : memref<?x64xbf16>, tensor<64xi32> -> tensor<64x64xbf16>
// CHECK: hopper.gather %{{.*}}[%{{.*}}, %{{.*}}] {note} : memref<?x64xbf16> -> tensor<64x64xbf16>
// CHECK: hopper.concat_columns %{{.*}}, %{{.*}} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x128xbf16>
// CHECK: hopper.rotate_pairs %{{.*}} : tensor<64x128xf32, #hopper.fragment>
func.func @rows_and_columns(%b: !tile, %row: i32, %c: tensor<64xi1, #hopper.rows>, %table: memref<?x64xbf16>,
    %i: index, %r: tensor<64xi32>, %s: !scores) {
  %t = hopper.ldmatrix %b[%row] : !tile -> !half
  %m = hopper.mask_rows %t where %c : !half, tensor<64xi1, #hopper.rows>
  %g = hopper.gather %table[%i, %i] rows %r along 0 : memref<?x64xbf16>, tensor<64xi32> -> tensor<64x64xbf16>
  %h = hopper.gather %table[%i, %i] {note} : memref<?x64xbf16> -> tensor<64x64xbf16>
  %u = hopper.concat_columns %g, %h : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x128xbf16>
  %p = hopper.rotate_pairs %s : !scores
  return
}
