// RUN: cca-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects elements of 1, 2, 4 or 8 bytes, but got 'index'}}
func.func private @index_has_no_size(!hopper.smem<8x64xindex, swizzle = 128>)

// -----

// expected-error @below {{expects elements of 1, 2, 4 or 8 bytes, but got 'i256'}}
func.func private @elements_are_narrower_than_a_chunk(!hopper.smem<8x8xi256, swizzle = 16>)

// -----

// expected-error @below {{expects elements of 1, 2, 4 or 8 bytes, but got 'i0'}}
func.func private @elements_have_bytes(!hopper.smem<8x8xi0, swizzle = 16>)

// -----

// expected-error @below {{expects elements of 1, 2, 4 or 8 bytes, but got 'f80'}}
func.func private @bytes_are_a_power_of_two(!hopper.tensor_map<8x8xf80, swizzle = 16>)

// -----

// expected-error @below {{expects a swizzle of 16 (none), 32, 64 or 128 bytes, but got 0}}
func.func private @swizzle_is_a_span(!hopper.smem<8x64xbf16, swizzle = 0>)

// -----

// expected-error @below {{expects a swizzle of 16 (none), 32, 64 or 128 bytes, but got 48}}
func.func private @map_has_a_swizzle(!hopper.tensor_map<8x64xbf16, swizzle = 48>)

// -----

// expected-error @below {{expected static shape}}
func.func private @tile_is_static(!hopper.smem<8x?xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects a tile of rows x columns, but got no sizes}}
func.func private @tile_has_sizes(!hopper.smem<bf16, swizzle = 128>)

// -----

// expected-error @below {{expects a tile of rows x columns, but got 8x8x64}}
func.func private @tile_has_two_dimensions(!hopper.smem<8x8x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects a multiple of 8 rows, and of 64 columns, but got 12x64}}
func.func private @rows_fill_swizzle_atoms(!hopper.smem<12x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects a multiple of 8 rows, and of 32 columns, but got 8x48}}
func.func private @columns_fill_panels(!hopper.smem<8x48xbf16, swizzle = 64>)

// -----

// expected-error @below {{expects a multiple of 8 rows, and of 64 columns, but got 0x64}}
func.func private @tile_is_not_empty(!hopper.smem<0x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects at most 116224 elements, what shared memory holds, but got 1824x64}}
func.func private @tile_fits_shared_memory(!hopper.smem<1824x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects at most 232448 elements, what shared memory holds, but got 9223372036854775800x9223372036854775680}}
func.func private @bytes_of_tile_do_not_overflow(!hopper.smem<9223372036854775800x9223372036854775680xi8, swizzle = 128>)

// -----

// expected-error @below {{expects panel_rows to be a multiple of 8 in [64, 1816], but got 32}}
func.func private @panel_has_the_rows_of_the_tile(!hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 32>)

// -----

// expected-error @below {{expects panel_rows to be a multiple of 8 in [64, 1816], but got 68}}
func.func private @panel_rows_fill_swizzle_atoms(!hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 68>)

// -----

// expected-error @below {{expects panel_rows to be a multiple of 8 in [64, 1816], but got 9223372036854775800}}
func.func private @bytes_of_panel_do_not_overflow(!hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 9223372036854775800>)

// -----

// expected-error @below {{expected ','}}
func.func private @swizzle_is_written(!hopper.smem<8x64xbf16>)

// -----

// expected-error @below {{expects 1 to 14528 stages, but got 0}}
func.func private @ring_has_a_stage(!hopper.ring<0, !hopper.smem<8x64xbf16, swizzle = 128>>)

// -----

// expected-error @below {{expects 1 to 14528 stages, but got 9223372036854775807}}
func.func private @barriers_fit_shared_memory(!hopper.ring<9223372036854775807, !hopper.smem<8x64xbf16, swizzle = 128>>)

// -----

// expected-error @below {{expects whole tiles, but got rows of a taller one}}
func.func private @stages_are_apart(!hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128, panel_rows = 16>>)

// -----

// expected-error @below {{expected '<'}}
// expected-error @below {{failed to parse Hopper_RingType parameter 'tile'}}
func.func private @stages_are_tiles(!hopper.ring<2, memref<8x64xbf16>>)

// -----

// expected-error @below {{expects 1 to 4 dimensions, but got 5}}
func.func private @panels_are_a_dimension(!hopper.tensor_map<1x1x1x8x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects 1 to 4 dimensions, but got 0}}
func.func private @box_has_dimensions(!hopper.tensor_map<bf16, swizzle = 128>)

// -----

// expected-error @below {{expects box sizes of 1 to 256, but got 512}}
func.func private @box_fits_one_copy(!hopper.tensor_map<512x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects box sizes of 1 to 256, but got 0}}
func.func private @box_is_not_empty(!hopper.tensor_map<0x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects 2 box sizes other than 1, one of them the last, but got 8x8x64}}
func.func private @box_is_a_tile(!hopper.tensor_map<8x8x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects 2 box sizes other than 1, one of them the last, but got 8x64x1}}
func.func private @columns_are_contiguous(!hopper.tensor_map<8x64x1xbf16, swizzle = 128>)

// -----

// expected-error @below {{expects a multiple of 8 rows, and of 64 columns, but got 12x64}}
func.func private @box_fills_swizzle_atoms(!hopper.tensor_map<1x12x1x64xbf16, swizzle = 128>)

// -----

// expected-error @below {{expected builtin.tensor, but found 'tensor<*xf32>'}}
// expected-error @below {{failed to parse Hopper_PendingType parameter 'tile'}}
func.func private @pending_tile_has_a_rank(!hopper.pending<tensor<*xf32>>)

// -----

// expected-error @below {{expected builtin.tensor, but found 'i32'}}
// expected-error @below {{failed to parse Hopper_PendingType parameter 'tile'}}
func.func private @pending_is_a_tile(!hopper.pending<i32>)

// -----

// expected-error @below {{#hopper.fragment expects M x N with M a multiple of 64, N of 8 and at most 65536 elements, but got 32x8}}
func.func private @fragment_is_of_a_warpgroup(tensor<32x8xf32, #hopper.fragment>)

// -----

// expected-error @below {{but got 64x12}}
func.func private @fragment_is_of_wgmma(tensor<64x12xf32, #hopper.fragment>)

// -----

// expected-error @below {{but got ?x8}}
func.func private @fragment_is_static(tensor<?x8xf32, #hopper.fragment>)

// -----

// expected-error @below {{but got no sizes}}
func.func private @fragment_has_sizes(tensor<f32, #hopper.fragment>)

// -----

// expected-error @below {{but got 64x0}}
func.func private @fragment_is_not_empty(tensor<64x0xf32, #hopper.fragment>)

// -----

// expected-error @below {{but got 9223372036854775744x9223372036854775800}}
func.func private @fragment_fits_registers(tensor<9223372036854775744x9223372036854775800xf32, #hopper.fragment>)

// -----

// expected-error @below {{#hopper.rows expects M elements with M a multiple of 64 and at most 65536, but got 32}}
func.func private @rows_are_of_a_fragment(tensor<32xf32, #hopper.rows>)

// -----

// expected-error @below {{but got 64x8}}
func.func private @rows_have_one_dimension(tensor<64x8xf32, #hopper.rows<partial>>)

// -----

// expected-error @below {{but got 9223372036854775744}}
func.func private @rows_fit_registers(tensor<9223372036854775744xf32, #hopper.rows>)

// -----

// expected-error @below {{expected 'partial'}}
func.func private @rows_are_partial_or_not(tensor<64xf32, #hopper.rows<foo>>)

// -----

// expected-error @below {{expected '>' in tensor type}}
func.func private @rows_end(tensor<64xf32, #hopper.rows<partial>)

// -----

// expected-error @below {{unknown attribute `spread` in dialect `hopper`}}
func.func private @known_encodings(tensor<64xf32, #hopper.spread>)

// -----

// expected-error @below {{type `moon` in dialect `hopper`}}
func.func private @known_types(!hopper.moon)
