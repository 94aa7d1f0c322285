// RUN: cca-opt %s --split-input-file --verify-diagnostics

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.load (C1)
func.func @load_has_a_coordinate_per_dimension(%map: !map, %x: i32) {
  // expected-error @below {{expects 4 coordinates, one for each dimension of '!hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>', but got 3}}
  %t = hopper.load %map[%x, %x, %x] : !map -> tensor<128x128xbf16>
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.load (C2)
func.func @loaded_tile_is_the_box(%map: !map, %x: i32) {
  // expected-error @below {{expects the tile that '!hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>' moves, but got 'tensor<64x128xbf16>'}}
  %t = hopper.load %map[%x, %x, %x, %x] : !map -> tensor<64x128xbf16>
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.load (C2)
func.func @load_does_not_convert(%map: !map, %x: i32) {
  // expected-error @below {{moves, but got 'tensor<128x128xf16>'}}
  %t = hopper.load %map[%x, %x, %x, %x] : !map -> tensor<128x128xf16>
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

func.func @sizes_of_tiles_are_static(%map: !map, %x: i32) {
  // expected-error @below {{result #0 must be tile, but got 'tensor<?x128xbf16>'}}
  %t = hopper.load %map[%x, %x, %x, %x] : !map -> tensor<?x128xbf16>
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.store (C1)
func.func @store_has_a_coordinate_per_dimension(%t: tensor<128x128xbf16>, %map: !map) {
  // expected-error @below {{expects 4 coordinates, one for each dimension of '!hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>', but got 0}}
  hopper.store %t, %map[] : tensor<128x128xbf16>, !map
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.store (C2)
func.func @stored_tile_has_the_columns_of_the_box(%t: tensor<128x64xbf16>, %map: !map, %x: i32) {
  // expected-error @below {{expects as many columns as '!hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>' moves, and at least its rows, but got 'tensor<128x64xbf16>'}}
  hopper.store %t, %map[%x, %x, %x, %x] : tensor<128x64xbf16>, !map
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.store (C2)
func.func @store_is_of_whole_boxes(%t: tensor<64x128xbf16>, %map: !map, %x: i32) {
  // expected-error @below {{and at least its rows, but got 'tensor<64x128xbf16>'}}
  hopper.store %t, %map[%x, %x, %x, %x] : tensor<64x128xbf16>, !map
  return
}

// -----

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>

// hopper.store (C2)
func.func @store_does_not_convert(%t: tensor<128x128xf16>, %map: !map, %x: i32) {
  // expected-error @below {{and at least its rows, but got 'tensor<128x128xf16>'}}
  hopper.store %t, %map[%x, %x, %x, %x] : tensor<128x128xf16>, !map
  return
}

// -----

// hopper.dot (C1)
func.func @dot_has_one_element_type(%a: tensor<64x16xbf16>, %b: tensor<16x8xf16>) {
  // expected-error @below {{expects a and b of one element type, but got 'bf16' and 'f16'}}
  %d = hopper.dot %a, %b : tensor<64x16xbf16>, tensor<16x8xf16> -> tensor<64x8xf32>
  return
}

// -----

!smem = !hopper.smem<64x32xf32, swizzle = 128>

// hopper.dot (C1)
func.func @dot_is_of_halves(%a: !smem) {
  // expected-error @below {{expects operands of bf16 or f16, but got 'f32'}}
  %d = hopper.dot %a, %a transpose_b : !smem, !smem -> tensor<64x64xf32>
  return
}

// -----

// hopper.dot (C1)
func.func @dot_accumulates_in_f32(%a: tensor<64x16xbf16>) {
  // expected-error @below {{'result' must be tile of f32, but got 'tensor<64x64xbf16>'}}
  %d = hopper.dot %a, %a transpose_b : tensor<64x16xbf16>, tensor<64x16xbf16> -> tensor<64x64xbf16>
  return
}

// -----

// hopper.dot (C2)
func.func @sizes_of_dot_agree(%a: tensor<64x16xbf16>, %b: tensor<8x16xbf16>) {
  // expected-error @below {{expects M x K times K x N to be M x N, but got 64 x 16 times 8 x 16 to be 64 x 8}}
  %d = hopper.dot %a, %b : tensor<64x16xbf16>, tensor<8x16xbf16> -> tensor<64x8xf32>
  return
}

// -----

// hopper.dot (C2)
func.func @accumulator_of_dot_is_as_its_result(
    %a: tensor<64x16xbf16>, %b: tensor<16x8xbf16>, %c: tensor<64x16xf32>) {
  // expected-error @below {{failed to verify that accumulator has the type of result}}
  %d = "hopper.dot"(%a, %b, %c)
      : (tensor<64x16xbf16>, tensor<16x8xbf16>, tensor<64x16xf32>) -> tensor<64x8xf32>
  return
}

// -----

// hopper.dot (C3)
func.func @rows_of_dot_fill_warpgroups(%a: tensor<32x16xbf16>, %b: tensor<16x8xbf16>) {
  // expected-error @below {{expects M to be at least 64, but got 32}}
  %d = hopper.dot %a, %b : tensor<32x16xbf16>, tensor<16x8xbf16> -> tensor<32x8xf32>
  return
}

// -----

// hopper.dot (C3)
func.func @k_of_dot_is_whole_steps(%a: tensor<64x8xbf16>, %b: tensor<8x8xbf16>) {
  // expected-error @below {{expects K to be a multiple of 16, but got 8}}
  %d = hopper.dot %a, %b : tensor<64x8xbf16>, tensor<8x8xbf16> -> tensor<64x8xf32>
  return
}

// -----

// hopper.dot (C3)
func.func @columns_of_dot_are_legal(%a: tensor<64x16xbf16>, %b: tensor<16x100xbf16>) {
  // expected-error @below {{expects N to be a multiple of 8 in [8, 256], but got 100}}
  %d = hopper.dot %a, %b : tensor<64x16xbf16>, tensor<16x100xbf16> -> tensor<64x100xf32>
  return
}

// -----

// hopper.dot (C3)
func.func @columns_of_dot_are_few(%a: tensor<64x16xbf16>, %b: tensor<16x264xbf16>) {
  // expected-error @below {{expects N to be a multiple of 8 in [8, 256], but got 264}}
  %d = hopper.dot %a, %b : tensor<64x16xbf16>, tensor<16x264xbf16> -> tensor<64x264xf32>
  return
}

// -----

func.func @other_encodings_are_not_tiles(%a: tensor<64x16xbf16, "blocked">) {
  // expected-error @below {{operand #0 must be tile of bf16 or f16 or a tile in shared memory, but got 'tensor<64x16xbf16, "blocked">'}}
  %d = hopper.dot %a, %a transpose_b
      : tensor<64x16xbf16, "blocked">, tensor<64x16xbf16, "blocked"> -> tensor<64x64xf32>
  return
}

// -----

// hopper.store_rows (C1)
func.func @store_rows_has_an_index_per_dimension(%l: tensor<64xf32>, %m: memref<?x?xf32>, %i: index, %n: i32) {
  // expected-error @below {{expects 2 indices, one for each dimension of 'memref<?x?xf32>', but got 1}}
  hopper.store_rows %l, %m[%i] along 0 limit %n : tensor<64xf32>, memref<?x?xf32>
  return
}

// -----

// hopper.store_rows (C2)
func.func @rows_go_along_a_dimension(%l: tensor<64xf32>, %m: memref<?x?xf32>, %i: index, %n: i32) {
  // expected-error @below {{expects rows along a dimension in [0, 2), but got 2}}
  hopper.store_rows %l, %m[%i, %i] along 2 limit %n : tensor<64xf32>, memref<?x?xf32>
  return
}

// -----

// hopper.store_rows (C2)
func.func @columns_have_the_last_dimension(%t: tensor<64x8xf32>, %m: memref<?x?xf32>, %i: index, %n: i32) {
  // expected-error @below {{expects rows along a dimension in [0, 1), but got 1}}
  hopper.store_rows %t, %m[%i, %i] along 1 limit %n : tensor<64x8xf32>, memref<?x?xf32>
  return
}

// -----

// hopper.store_rows (C2)
func.func @buffer_has_dimensions(%t: tensor<64x8xf32>, %m: memref<f32>, %n: i32) {
  // expected-error @below {{expects rows along a dimension in [0, 0), but got -1}}
  hopper.store_rows %t, %m[] along -1 limit %n : tensor<64x8xf32>, memref<f32>
  return
}

// -----

// hopper.store_rows (C3)
func.func @store_rows_does_not_convert(%l: tensor<64xf32>, %m: memref<?xbf16>, %i: index, %n: i32) {
  // expected-error @below {{expects a tile of 'bf16', but got 'tensor<64xf32>'}}
  hopper.store_rows %l, %m[%i] along 0 limit %n : tensor<64xf32>, memref<?xbf16>
  return
}

// -----

!partial = tensor<64xf32, #hopper.rows<partial>>

// hopper.store_rows (C4)
func.func @stored_rows_are_combined(%l: !partial, %m: memref<?xf32>, %i: index, %n: i32) {
  // expected-error @below {{expects rows that are combined, but got 'tensor<64xf32, #hopper.rows<partial>>'}}
  hopper.store_rows %l, %m[%i] along 0 limit %n : !partial, memref<?xf32>
  return
}

// -----

func.func @buffer_has_a_rank(%l: tensor<64xf32>, %m: memref<*xf32>, %n: i32) {
  // expected-error @below {{invalid kind of type specified: expected builtin.memref, but found 'memref<*xf32>'}}
  hopper.store_rows %l, %m[] along 0 limit %n : tensor<64xf32>, memref<*xf32>
  return
}

// -----

// hopper.load_columns (C1)
func.func @columns_come_from_a_vector(%m: memref<?x8xf32>, %i: i32) {
  // expected-error @below {{expects a buffer of one dimension and elements of f32, bf16 or f16, but got 'memref<?x8xf32>'}}
  %b = hopper.load_columns %m[%i] : memref<?x8xf32> -> tensor<64x8xf32>
  return
}

// -----

// hopper.share (C1)
func.func @shared_tile_is_whole_lines(%t: tensor<64x32xbf16>) {
  // expected-error @below {{'hopper.share' op expects a tile without an encoding and a multiple of 64 columns, but got 'tensor<64x32xbf16>'}}
  %s = hopper.share %t : tensor<64x32xbf16>
  return
}

// -----

// hopper.share (C1)
func.func @shared_tile_has_no_layout(%t: tensor<64x64xbf16, #hopper.fragment>) {
  // expected-error @below {{expects a tile without an encoding}}
  %s = hopper.share %t : tensor<64x64xbf16, #hopper.fragment>
  return
}
