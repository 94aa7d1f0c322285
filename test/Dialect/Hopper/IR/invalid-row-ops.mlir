// RUN: cca-opt %s --split-input-file --verify-diagnostics

func.func @row_index_is_i32() {
  // expected-error @below {{result #0 must be rows of i32, but got 'tensor<64xi64>'}}
  %r = hopper.row_index : tensor<64xi64>
  return
}

// -----

func.func @rows_are_not_empty() {
  // expected-error @below {{result #0 must be rows of i32, but got 'tensor<0xi32>'}}
  %r = hopper.row_index : tensor<0xi32>
  return
}

// -----

func.func @rows_fit_a_block() {
  // expected-error @below {{result #0 must be rows of i32, but got 'tensor<4611686018427387904xi32>'}}
  %r = hopper.row_index : tensor<4611686018427387904xi32>
  return
}

// -----

// hopper.mask_columns (C1)
func.func @a_bound_for_each_row(%s: tensor<64x8xf32>, %end: tensor<32xi32>) {
  // expected-error @below {{expects 64 rows, as 'tensor<64x8xf32>' has, but got 'tensor<32xi32>'}}
  %m = hopper.mask_columns %s to %end : tensor<64x8xf32>, tensor<32xi32>
  return
}

// -----

// hopper.mask_columns (C2)
func.func @bounds_of_a_fragment_are_its_rows(%s: tensor<64x8xf32, #hopper.fragment>, %end: tensor<64xi32>) {
  // expected-error @below {{expects #hopper.rows for a fragment, and for nothing else, but got 'tensor<64xi32>' for 'tensor<64x8xf32, #hopper.fragment>'}}
  %m = hopper.mask_columns %s to %end : tensor<64x8xf32, #hopper.fragment>, tensor<64xi32>
  return
}

// -----

!partial = tensor<64xi32, #hopper.rows<partial>>

// hopper.mask_columns (C2)
func.func @bounds_are_not_partial(%s: tensor<64x8xf32, #hopper.fragment>, %end: !partial) {
  // expected-error @below {{expects rows that are not partial, but got 'tensor<64xi32, #hopper.rows<partial>>'}}
  %m = hopper.mask_columns %s to %end : tensor<64x8xf32, #hopper.fragment>, !partial
  return
}

// -----

func.func @bounds_have_one_type(%s: tensor<64x8xf32>, %begin: tensor<32xi32>, %end: tensor<64xi32>) {
  // expected-error @below {{failed to verify that bounds have one type}}
  %m = "hopper.mask_columns"(%s, %begin, %end)
      : (tensor<64x8xf32>, tensor<32xi32>, tensor<64xi32>) -> tensor<64x8xf32>
  return
}

// -----

// hopper.reduce_rows (C1)
func.func @a_sum_for_each_row(%s: tensor<64x8xf32>) {
  // expected-error @below {{expects 64 rows, as 'tensor<64x8xf32>' has, but got 'tensor<8xf32>'}}
  %l = hopper.reduce_rows add %s : tensor<64x8xf32> -> tensor<8xf32>
  return
}

// -----

// hopper.reduce_rows (C1)
func.func @reduction_does_not_convert(%s: tensor<64x8xf32>) {
  // expected-error @below {{expects rows of 'f32', but got 'tensor<64xf64>'}}
  %l = hopper.reduce_rows max %s : tensor<64x8xf32> -> tensor<64xf64>
  return
}

// -----

// hopper.reduce_rows (C2)
func.func @sums_of_a_plain_tile_have_no_layout(%s: tensor<64x8xf32>) {
  // expected-error @below {{expects #hopper.rows for a fragment, and for nothing else, but got 'tensor<64xf32, #hopper.rows>' for 'tensor<64x8xf32>'}}
  %l = hopper.reduce_rows add %s : tensor<64x8xf32> -> tensor<64xf32, #hopper.rows>
  return
}

// -----

func.func @known_combiners(%s: tensor<64x8xf32>) {
  // expected-error @below {{expects add or max, but got min}}
  %l = hopper.reduce_rows min %s : tensor<64x8xf32> -> tensor<64xf32>
  return
}

// -----

func.func @combiner_is_written(%s: tensor<64x8xf32>) {
  // expected-error @below {{expects add or max, but got none}}
  %l = hopper.reduce_rows %s : tensor<64x8xf32> -> tensor<64xf32>
  return
}

// -----

// hopper.combine_rows (C1)
func.func @only_partial_rows_combine(%l: tensor<64xf32, #hopper.rows>) {
  // expected-error @below {{expects partial rows, and rows of the same type that are not partial, but got 'tensor<64xf32, #hopper.rows>' and 'tensor<64xf32, #hopper.rows>'}}
  %t = hopper.combine_rows add %l : tensor<64xf32, #hopper.rows> -> tensor<64xf32, #hopper.rows>
  return
}

// -----

!partial = tensor<64xf32, #hopper.rows<partial>>

// hopper.combine_rows (C1)
func.func @as_many_rows_combined(%l: !partial) {
  // expected-error @below {{but got 'tensor<64xf32, #hopper.rows<partial>>' and 'tensor<128xf32, #hopper.rows>'}}
  %t = hopper.combine_rows add %l : !partial -> tensor<128xf32, #hopper.rows>
  return
}

// -----

!partial = tensor<64xf32, #hopper.rows<partial>>

// hopper.spread_rows (C1)
func.func @spread_rows_are_not_partial(%l: !partial) {
  // expected-error @below {{expects partial rows, and rows of the same type that are not partial, but got 'tensor<64xf32, #hopper.rows<partial>>' and 'tensor<64xf32, #hopper.rows<partial>>'}}
  %p = hopper.spread_rows %l : !partial -> !partial
  return
}

// -----

// hopper.spread_rows (C1)
func.func @rows_are_spread_over_lanes(%l: tensor<64xf32>) {
  // expected-error @below {{expects partial rows, and rows of the same type that are not partial}}
  %p = hopper.spread_rows %l : tensor<64xf32> -> tensor<64xf32>
  return
}

// -----

// hopper.broadcast_rows (C1)
func.func @a_row_for_each_value(%l: tensor<64xf32>) {
  // expected-error @below {{expects 128 rows, as 'tensor<128x8xf32>' has, but got 'tensor<64xf32>'}}
  %t = hopper.broadcast_rows %l : tensor<64xf32> -> tensor<128x8xf32>
  return
}

// -----

// hopper.broadcast_rows (C1)
func.func @broadcast_does_not_convert(%l: tensor<64xf32>) {
  // expected-error @below {{expects rows of 'bf16', but got 'tensor<64xf32>'}}
  %t = hopper.broadcast_rows %l : tensor<64xf32> -> tensor<64x8xbf16>
  return
}

// -----

// hopper.broadcast_rows (C2)
func.func @broadcast_to_a_fragment(%l: tensor<64xf32>) {
  // expected-error @below {{expects #hopper.rows for a fragment, and for nothing else, but got 'tensor<64xf32>' for 'tensor<64x8xf32, #hopper.fragment>'}}
  %t = hopper.broadcast_rows %l : tensor<64xf32> -> tensor<64x8xf32, #hopper.fragment>
  return
}

// -----

!partial = tensor<64xf32, #hopper.rows<partial>>

// hopper.broadcast_rows (C2)
func.func @partial_sums_are_no_sums(%l: !partial) {
  // expected-error @below {{expects rows that are not partial, but got 'tensor<64xf32, #hopper.rows<partial>>'}}
  %t = hopper.broadcast_rows %l : !partial -> tensor<64x8xf32, #hopper.fragment>
  return
}

// -----

// hopper.mask_rows (C1)
func.func @a_condition_for_each_row(%t: tensor<64x8xf32>, %c: tensor<128xi1>) {
  // expected-error @below {{expects 64 rows, as 'tensor<64x8xf32>' has, but got 'tensor<128xi1>'}}
  %m = hopper.mask_rows %t where %c : tensor<64x8xf32>, tensor<128xi1>
  return
}

// -----

// hopper.mask_rows (C2)
func.func @conditions_of_a_fragment(%t: tensor<64x8xf32, #hopper.fragment>, %c: tensor<64xi1>) {
  // expected-error @below {{expects #hopper.rows for a fragment, and for nothing else, but got 'tensor<64xi1>' for 'tensor<64x8xf32, #hopper.fragment>'}}
  %m = hopper.mask_rows %t where %c : tensor<64x8xf32, #hopper.fragment>, tensor<64xi1>
  return
}

// -----

// hopper.mask_rows (C2)
func.func @partial_conditions(%t: tensor<64x8xf32, #hopper.fragment>, %c: tensor<64xi1, #hopper.rows<partial>>) {
  // expected-error @below {{expects rows that are not partial, but got 'tensor<64xi1, #hopper.rows<partial>>'}}
  %m = hopper.mask_rows %t where %c : tensor<64x8xf32, #hopper.fragment>, tensor<64xi1, #hopper.rows<partial>>
  return
}
