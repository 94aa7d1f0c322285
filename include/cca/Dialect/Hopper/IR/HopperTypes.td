//===- HopperTypes.td - Encodings and types ----------------*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERTYPES_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERTYPES_TD

include "cca/Dialect/Hopper/IR/HopperDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/TensorEncoding.td"

//===----------------------------------------------------------------------===//
// Encodings of register tiles
//===----------------------------------------------------------------------===//

class Hopper_Encoding<string name, string attrMnemonic>
    : AttrDef<Hopper_Dialect, name,
              [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = attrMnemonic;
}

def Hopper_FragmentAttr : Hopper_Encoding<"Fragment", "fragment"> {
  let summary = "a tile in the registers of a warpgroup, as wgmma's accumulator";
  let description = [{
    A tensor `M x N` with `M` a multiple of 64 and `N` a multiple of 8, in blocks of
    64 rows, each spread as `mlir::cca::Fragment` says: `M * N / 128` elements per
    thread, and no more than 512.

    ```mlir
    tensor<64x128xf32, #hopper.fragment>
    ```
  }];
}

def Hopper_RowsAttr : Hopper_Encoding<"Rows", "rows"> {
  let summary = "one value per row of a fragment";
  let description = [{
    A tensor of `M` elements, `M` a multiple of 64: each thread holds the values of
    its rows, two per block of 64. `partial` values are those of one thread, still to
    be combined over the four lanes that share a row.

    ```mlir
    tensor<64xf32, #hopper.rows>
    tensor<64xf32, #hopper.rows<partial>>
    ```
  }];
  let parameters = (ins DefaultValuedParameter<"bool", "false",
      "of one thread, not of all that share the row">:$partial);
  let hasCustomAssemblyFormat = 1;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

class Hopper_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<Hopper_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

def Hopper_SmemType : Hopper_Type<"Smem", "smem"> {
  let summary = "a tile in shared memory";
  let description = [{
    `rows x cols` elements, contiguous along the columns, in panels as wide as the
    swizzle span (32, 64 or 128 bytes), as `mlir::cca::SharedTile` says. Starts at a
    multiple of 1024 bytes, and fits the shared memory of one block.

    With `panel_rows` the tile is some rows of a taller one, whose panels are that
    many rows apart.

    ```mlir
    !hopper.smem<128x128xbf16, swizzle = 128>
    !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t", "rows and columns">:$shape,
    TypeParameter<"::mlir::Type", "of 1, 2, 4 or 8 bytes">:$elementType,
    TypeParameter<"int64_t", "span in bytes; 16 for none">:$swizzle,
    DefaultValuedParameter<"int64_t", "0", "rows from panel to panel, if more than those of the tile">:$panelRows);
  let assemblyFormat = [{
    `<` custom<Tile>($shape, $elementType) `,` `swizzle` `=` $swizzle
    (`,` `panel_rows` `=` $panelRows^)? `>`
  }];
  let genVerifyDecl = 1;
  let builders = [TypeBuilder<(ins "::llvm::ArrayRef<int64_t>":$shape,
      "::mlir::Type":$elementType, "int64_t":$swizzle), [{
    return $_get($_ctxt, shape, elementType, swizzle, 0);
  }]>];
  let extraClassDeclaration = [{
    int64_t getRows() const { return getShape()[0]; }
    int64_t getCols() const { return getShape()[1]; }
    /// The addresses of its elements.
    ::mlir::cca::SharedTile getLayout() const;
    int64_t getBytes() const { return getLayout().bytes(); }
  }];
}

def Hopper_RingType : Hopper_Type<"Ring", "ring"> {
  let summary = "stages of tiles between a producer and its consumers";
  let description = [{
    Inside other types of the dialect, a tile may leave out `!hopper.smem`.

    ```mlir
    !hopper.ring<2, !hopper.smem<128x128xbf16, swizzle = 128>>
    ```
  }];
  let parameters = (ins TypeParameter<"int64_t", "at least 1">:$stages,
                        TypeParameter<"SmemType", "of each stage">:$tile);
  let assemblyFormat = "`<` $stages `,` $tile `>`";
  let genVerifyDecl = 1;
}

def Hopper_TensorMapType : Hopper_Type<"TensorMap", "tensor_map"> {
  let summary = "a tensor in device memory as TMA sees it";
  let description = [{
    The box that one copy moves, in the dimensions of the tensor, and the swizzle of
    the tile in shared memory. Sizes and strides of the tensor are data. Elements of
    a box beyond the tensor read as zero and are not written.

    ```mlir
    // A tile of 128 tokens x 128 channels of B x S x H x D.
    !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t", "1 to 4 sizes, two of them not 1, the last one included">:$box,
    TypeParameter<"::mlir::Type", "of 1, 2, 4 or 8 bytes">:$elementType,
    TypeParameter<"int64_t", "span in bytes; 16 for none">:$swizzle);
  let extraClassDeclaration = [{
    int64_t getRank() const { return getBox().size(); }
    /// The sizes of the box that are not 1: what one copy moves.
    ::llvm::SmallVector<int64_t> getTileShape() const;
    /// The tile of one copy in shared memory.
    SmemType getTileType() const;
  }];
  let assemblyFormat =
      "`<` custom<Tile>($box, $elementType) `,` `swizzle` `=` $swizzle `>`";
  let genVerifyDecl = 1;
}

def Hopper_PendingType : Hopper_Type<"Pending", "pending"> {
  let summary = "a tile that the tensor cores are still computing";
  let description = [{
    Nothing but `hopper.commit`, `hopper.wait` and the next `hopper.wgmma` of its
    accumulator takes it; loops may carry it.

    ```mlir
    !hopper.pending<tensor<64x128xf32, #hopper.fragment>>
    ```
  }];
  let parameters = (ins
    TypeParameter<"::mlir::RankedTensorType", "what comes out of the wait">:$tile);
  let assemblyFormat = "`<` $tile `>`";
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERTYPES_TD
