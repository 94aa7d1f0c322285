//===- HopperBase.td - What all hopper ops share -----------*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERBASE_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERBASE_TD

include "cca/Dialect/Hopper/IR/HopperTypes.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// The element types of the tensor cores' 16-bit products, and their accumulator.
def Hopper_Half : AnyTypeOf<[BF16, F16]>;

// A tile of one thread block, or a value for each of its rows, before and after its
// layout is known.
class Hopper_TileOf<list<Type> elementTypes, int rank, string name>
    : ConfinedType<TensorRankOf<elementTypes, [rank]>,
                   [CPred<"::mlir::hopper::isTile($_self)">], name>;
def Hopper_Tile : Hopper_TileOf<[AnyType], 2, "tile">;
def Hopper_HalfTile : Hopper_TileOf<[Hopper_Half], 2, "tile of bf16 or f16">;
def Hopper_F32Tile : Hopper_TileOf<[F32], 2, "tile of f32">;
def Hopper_Row : Hopper_TileOf<[AnyType], 1, "rows">;
def Hopper_I32Row : Hopper_TileOf<[I32], 1, "rows of i32">;
def Hopper_I1Row : Hopper_TileOf<[I1], 1, "rows of i1">;

// A tile in shared memory, or the value that it was loaded as.
def Hopper_MatrixOperand : AnyTypeOf<[Hopper_HalfTile, Hopper_SmemType]>;

class Hopper_Op<string mnemonic, list<Trait> traits = []>
    : Op<Hopper_Dialect, mnemonic, traits>;

#endif // CCA_DIALECT_HOPPER_IR_HOPPERBASE_TD
