// RUN: cca-opt %s --split-input-file --verify-diagnostics

// hopper.alloc (C1)
func.func @offset_of_alloc_is_aligned() {
  // expected-error @below {{expects offset to be a multiple of 1024 and not negative, but got 128}}
  %t = hopper.alloc {offset = 128} : !hopper.smem<8x64xbf16, swizzle = 128>
  return
}

// -----

!q = !hopper.smem<128x128xbf16, swizzle = 128>
!w = !hopper.smem<64x128xbf16, swizzle = 128>

// hopper.slice_rows (C1)
func.func @slice_keeps_its_panels(%q: !q, %row: i32) {
  // expected-error @below {{expects some rows of '!hopper.smem<128x128xbf16, swizzle = 128>' with panel_rows = 128, but got '!hopper.smem<64x128xbf16, swizzle = 128>'}}
  %t = hopper.slice_rows %q[%row] : !q -> !w
  return
}

// -----

!q = !hopper.smem<128x128xbf16, swizzle = 128>
!w = !hopper.smem<256x128xbf16, swizzle = 128, panel_rows = 256>

// hopper.slice_rows (C1)
func.func @slice_is_not_larger(%q: !q, %row: i32) {
  // expected-error @below {{expects some rows of '!hopper.smem<128x128xbf16, swizzle = 128>' with panel_rows = 128, but got '!hopper.smem<256x128xbf16, swizzle = 128, panel_rows = 256>'}}
  %t = hopper.slice_rows %q[%row] : !q -> !w
  return
}

// -----

!q = !hopper.smem<128x128xbf16, swizzle = 128>
!w = !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>

// hopper.slice_rows (C1)
func.func @slice_has_all_columns(%q: !q, %row: i32) {
  // expected-error @below {{expects some rows of}}
  %t = hopper.slice_rows %q[%row] : !q -> !w
  return
}

// -----

!q = !hopper.smem<128x128xbf16, swizzle = 128>
!w = !hopper.smem<64x128xbf16, swizzle = 64, panel_rows = 128>

// hopper.slice_rows (C1)
func.func @slice_keeps_its_swizzle(%q: !q, %row: i32) {
  // expected-error @below {{expects some rows of}}
  %t = hopper.slice_rows %q[%row] : !q -> !w
  return
}

// -----

!q = !hopper.smem<128x128xbf16, swizzle = 128>
!w = !hopper.smem<64x128xf16, swizzle = 128, panel_rows = 128>

// hopper.slice_rows (C1)
func.func @slice_keeps_its_element_type(%q: !q, %row: i32) {
  // expected-error @below {{expects some rows of}}
  %t = hopper.slice_rows %q[%row] : !q -> !w
  return
}

// -----

!q = !hopper.smem<64x64xbf16, swizzle = 128>

// hopper.ldmatrix (C2)
func.func @ldmatrix_reads_all_rows(%q: !q) {
  // expected-error @below {{expects a tile of 64 rows, but got 'tensor<32x64xbf16>'}}
  %t = hopper.ldmatrix %q : !q -> tensor<32x64xbf16>
  return
}

// -----

!q = !hopper.smem<64x64xbf16, swizzle = 128>

// hopper.ldmatrix (C2)
func.func @ldmatrix_has_so_many_rows(%q: !q, %row: i32) {
  // expected-error @below {{expects a tile of at most 64 rows, but got 'tensor<128x64xbf16>'}}
  %t = hopper.ldmatrix %q[%row] : !q -> tensor<128x64xbf16>
  return
}

// -----

!q = !hopper.smem<64x64xbf16, swizzle = 128>
!t = tensor<64x64xf16, #hopper.fragment>

// hopper.ldmatrix (C1)
func.func @ldmatrix_does_not_convert(%q: !q) {
  // expected-error @below {{expects a tile of the columns and element type of '!hopper.smem<64x64xbf16, swizzle = 128>', but got 'tensor<64x64xf16, #hopper.fragment>'}}
  %t = hopper.ldmatrix %q : !q -> !t
  return
}

// -----

!q = !hopper.smem<64x8xbf16, swizzle = 16>
!t = tensor<64x8xbf16, #hopper.fragment>

// hopper.ldmatrix (C1)
func.func @ldmatrix_moves_16_columns(%q: !q) {
  // expected-error @below {{expects 16-bit elements and a multiple of 16 columns, but got '!hopper.smem<64x8xbf16, swizzle = 16>'}}
  %t = hopper.ldmatrix %q : !q -> !t
  return
}

// -----

!q = !hopper.smem<64x64xbf16, swizzle = 128>
!t = tensor<128x64xbf16, #hopper.fragment>

// hopper.stmatrix (C1)
func.func @stmatrix_fills_its_destination(%t: !t, %q: !q) {
  // expected-error @below {{expects a tile of the shape and element type of '!hopper.smem<64x64xbf16, swizzle = 128>', but got 'tensor<128x64xbf16, #hopper.fragment>'}}
  hopper.stmatrix %t, %q : !t, !q
  return
}

// -----

!q = !hopper.smem<64x32xf32, swizzle = 128>
!t = tensor<64x32xf32, #hopper.fragment>

// hopper.stmatrix (C1)
func.func @stmatrix_stores_halves(%t: !t, %q: !q) {
  // expected-error @below {{operand #0 must be tile of bf16 or f16, but got 'tensor<64x32xf32, #hopper.fragment>'}}
  hopper.stmatrix %t, %q : !t, !q
  return
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>

// hopper.tma_load (C1)
func.func @tma_load_has_a_coordinate_per_dimension(%map: !map, %x: i32, %ring: !hopper.ring<1, !tile>) {
  %t = hopper.put_enter %ring : !hopper.ring<1, !tile>
  // expected-error @below {{expects 2 coordinates, one for each dimension of '!hopper.tensor_map<8x64xbf16, swizzle = 128>', but got 1}}
  hopper.tma_load %map[%x], %t : !map, !tile
  return
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 64>

// hopper.tma_load (C2)
func.func @tma_load_fills_its_tile(%map: !map, %x: i32, %ring: !hopper.ring<1, !tile>) {
  %t = hopper.put_enter %ring : !hopper.ring<1, !tile>
  // expected-error @below {{expects '!hopper.smem<8x64xbf16, swizzle = 128>', which '!hopper.tensor_map<8x64xbf16, swizzle = 128>' moves, but got '!hopper.smem<8x64xbf16, swizzle = 64>'}}
  hopper.tma_load %map[%x, %x], %t : !map, !tile
  return
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>

// hopper.tma_load (C3)
func.func @tma_loads_into_a_stage(%map: !map, %x: i32) {
  %t = hopper.alloc : !tile
  // expected-error @below {{expects a tile that hopper.put_enter returns}}
  hopper.tma_load %map[%x, %x], %t : !map, !tile
  return
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>

// hopper.tma_store (C1)
func.func @tma_store_has_a_coordinate_per_dimension(%map: !map, %x: i32, %t: !tile) {
  // expected-error @below {{expects 2 coordinates, one for each dimension of '!hopper.tensor_map<8x64xbf16, swizzle = 128>', but got 3}}
  hopper.tma_store %t, %map[%x, %x, %x] : !tile, !map
  return
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<16x64xbf16, swizzle = 128>

// hopper.tma_store (C2)
func.func @tma_stores_whole_tiles(%map: !map, %x: i32, %t: !tile) {
  // expected-error @below {{expects '!hopper.smem<8x64xbf16, swizzle = 128>', which '!hopper.tensor_map<8x64xbf16, swizzle = 128>' moves, but got '!hopper.smem<16x64xbf16, swizzle = 128>'}}
  hopper.tma_store %t, %map[%x, %x] : !tile, !map
  return
}

// -----

func.func @stores_in_flight_are_not_negative() {
  // expected-error @below {{attribute 'pending' failed to satisfy constraint: 64-bit signless integer attribute whose value is non-negative}}
  hopper.tma_store_wait -1
  return
}

// -----

// hopper.make_tensor_map (C1)
func.func @buffer_has_the_rank_of_the_map(%b: memref<8x8x64xbf16>) {
  // expected-error @below {{expects a buffer of rank 2 and 'bf16', but got 'memref<8x8x64xbf16>'}}
  %m = hopper.make_tensor_map %b : memref<8x8x64xbf16> -> !hopper.tensor_map<8x64xbf16, swizzle = 128>
  return
}

// -----

// hopper.make_tensor_map (C1)
func.func @buffer_has_the_elements_of_the_map(%b: memref<8x64xf16>) {
  // expected-error @below {{expects a buffer of rank 2 and 'bf16', but got 'memref<8x64xf16>'}}
  %m = hopper.make_tensor_map %b : memref<8x64xf16> -> !hopper.tensor_map<8x64xbf16, swizzle = 128>
  return
}

// -----

// hopper.make_tensor_map (C2)
func.func @buffer_has_contiguous_rows(%b: memref<?x?xbf16, strided<[?, 2]>>) {
  // expected-error @below {{expects a buffer whose last dimension is contiguous, but got 'memref<?x?xbf16, strided<[?, 2]>>'}}
  %m = hopper.make_tensor_map %b : memref<?x?xbf16, strided<[?, 2]>> -> !hopper.tensor_map<8x64xbf16, swizzle = 128>
  return
}

// -----

#transposed = affine_map<(i, j) -> (j, i)>

// hopper.make_tensor_map (C2)
func.func @buffer_is_not_transposed(%b: memref<8x64xbf16, #transposed>) {
  // expected-error @below {{expects a buffer whose last dimension is contiguous}}
  %m = hopper.make_tensor_map %b : memref<8x64xbf16, #transposed> -> !hopper.tensor_map<8x64xbf16, swizzle = 128>
  return
}

// -----

#folded = affine_map<(i, j) -> (i floordiv 2, j)>

// hopper.make_tensor_map (C2)
func.func @buffer_has_strides(%b: memref<8x64xbf16, #folded>) {
  // expected-error @below {{expects a buffer whose last dimension is contiguous}}
  %m = hopper.make_tensor_map %b : memref<8x64xbf16, #folded> -> !hopper.tensor_map<8x64xbf16, swizzle = 128>
  return
}

// -----

func.func @map_of_an_unranked_buffer(%b: memref<*xbf16>) {
  // expected-error @below {{invalid kind of type specified: expected builtin.memref, but found 'memref<*xbf16>'}}
  %m = hopper.make_tensor_map %b : memref<*xbf16> -> !hopper.tensor_map<8x64xbf16, swizzle = 128>
  return
}
