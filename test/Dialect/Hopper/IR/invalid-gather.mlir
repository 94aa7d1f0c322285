// RUN: cca-opt %s --split-input-file --verify-diagnostics

// hopper.gather (C1)
func.func @one_index_per_dimension(%b: memref<?x64xf32>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects 2 indices, one for each dimension of 'memref<?x64xf32>', but got 1}}
  %t = hopper.gather %b[%i] rows %r along 0 : memref<?x64xf32>, tensor<64xi32> -> tensor<64x64xf32>
  return
}

// -----

// hopper.gather (C2)
func.func @element_type(%b: memref<?x64xf32>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects a result of 'f32', but got 'tensor<64x64xbf16>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0 : memref<?x64xf32>, tensor<64xi32> -> tensor<64x64xbf16>
  return
}

// -----

// hopper.gather (C2)
func.func @elements_without_a_width(%b: memref<?x64xcomplex<f32>>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects a tile of 16 or 32 bits, but got 'tensor<64x64xcomplex<f32>>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0 : memref<?x64xcomplex<f32>>, tensor<64xi32> -> tensor<64x64xcomplex<f32>>
  return
}

// -----

// hopper.gather (C2)
func.func @bits_of_a_tile(%b: memref<?x64xf64>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects a tile of 16 or 32 bits, but got 'tensor<64x64xf64>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0 : memref<?x64xf64>, tensor<64xi32> -> tensor<64x64xf64>
  return
}

// -----

// hopper.gather (C3)
func.func @rows_need_rows(%b: memref<?xi32>, %i: index) {
  // expected-error @below {{expects rows and along together, and with 'tensor<64xi32>', but got no rows}}
  %t = hopper.gather %b[%i] : memref<?xi32> -> tensor<64xi32>
  return
}

// -----

// hopper.gather (C3)
func.func @rows_need_along(%b: memref<?xi32>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects rows and along together, and with 'tensor<64xi32>', but got rows alone}}
  %t = "hopper.gather"(%b, %i, %r) <{operandSegmentSizes = array<i32: 1, 1, 1>}>
      : (memref<?xi32>, index, tensor<64xi32>) -> tensor<64xi32>
  return
}

// -----

// hopper.gather (C4)
func.func @as_many_rows(%b: memref<?x64xf32>, %i: index, %r: tensor<128xi32>) {
  // expected-error @below {{expects as many rows as 'tensor<64x64xf32>' has, but got 'tensor<128xi32>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0 : memref<?x64xf32>, tensor<128xi32> -> tensor<64x64xf32>
  return
}

// -----

// hopper.gather (C4)
func.func @rows_of_a_fragment(%b: memref<?x64xf32>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects rows encoded as #hopper.rows, but got 'tensor<64xi32>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0
      : memref<?x64xf32>, tensor<64xi32> -> tensor<64x64xf32, #hopper.fragment>
  return
}

// -----

// hopper.gather (C4)
func.func @rows_of_a_tile(%b: memref<?x64xf32>, %i: index, %r: tensor<64xi32, #hopper.rows>) {
  // expected-error @below {{expects rows without encoding, but got 'tensor<64xi32, #hopper.rows>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0
      : memref<?x64xf32>, tensor<64xi32, #hopper.rows> -> tensor<64x64xf32>
  return
}

// -----

// hopper.gather (C5)
func.func @columns_are_the_last_dimension(%b: memref<?x64xf32>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects rows along a dimension in [0, 1), but got 1}}
  %t = hopper.gather %b[%i, %i] rows %r along 1 : memref<?x64xf32>, tensor<64xi32> -> tensor<64x64xf32>
  return
}

// -----

// hopper.gather (C6)
func.func @pairs_are_neighbours(%b: memref<?x64xf32, strided<[?, ?]>>, %i: index, %r: tensor<64xi32>) {
  // expected-error @below {{expects a buffer whose last dimension is contiguous, but got 'memref<?x64xf32, strided<[?, ?]>>'}}
  %t = hopper.gather %b[%i, %i] rows %r along 0
      : memref<?x64xf32, strided<[?, ?]>>, tensor<64xi32> -> tensor<64x64xf32>
  return
}
