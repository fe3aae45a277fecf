// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the buffer form adds: places in a block of memory, and the boundary to the caller's arrays.
#ifndef KERATIN_BUFFER_OPS_TD
#define KERATIN_BUFFER_OPS_TD

include "dialect/IR/KeratinBase.td"

def Keratin_Block : MemRefRankOf<[I8], [1]>;

def Keratin_BufferOp : Keratin_Op<"buffer", [Pure]> {
  let summary = "a buffer at a constant place in a block of memory";
  let description = [{
    The memory plan gives every buffer an offset in bytes in the workspace; weights and optimizer slots have theirs in
    their blocks. The layout of the result may be any strided one.

    ```mlir
    %h = keratin.buffer %workspace[64] : memref<?xi8> to memref<32x128xf32>
    ```
  }];
  let arguments = (ins Keratin_Block:$base, I64Attr:$offset);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = "$base `[` $offset `]` attr-dict `:` type($base) `to` type($result)";
}

def Keratin_ImportOp : Keratin_Op<"import", [AttrSizedOperandSegments]> {
  let summary = "checks one of the caller's arrays and copies it into a buffer";
  let description = [{
    `source` is the caller's array, row-major and batch first, of exactly the rows and steps of this call; `target` may be padded
    and time-major. With a positive `limit` the elements are integers that must lie in [0, limit), or, with
    `wrap`, in [-limit, limit), where a negative one counts from the end and is stored as limit + i. The first
    that does not is reported in the workspace's header, and the result is `error`; otherwise it is 0. Where `present` is
    given and false there is no array: all elements are one.

    ```mlir
    %s = keratin.import %x, %buffer, %workspace extents(%rows, %steps) {limit = 10000 : i64, error = 3 : i32, wrap}
        : memref<?xi32>, memref<32x80xi32>, memref<?xi8>
    ```
  }];
  let arguments = (ins MemRefRankOf<[F32, F64, I32], [1]>:$source, MemRefOf<[F32, F64, I32]>:$target,
                       Keratin_Block:$workspace, Optional<I1>:$present, Variadic<Index>:$extents,
                       DefaultValuedAttr<I64Attr, "0">:$limit, DefaultValuedAttr<I32Attr, "0">:$error,
                       UnitAttr:$wrap);
  let results = (outs I32:$status);
  let assemblyFormat = [{
    $source `,` $target `,` $workspace (`present` `(` $present^ `)`)? `extents` `(` $extents `)` attr-dict
    `:` type($source) `,` type($target) `,` type($workspace)
  }];
}

def Keratin_ExportOp : Keratin_Op<"export"> {
  let summary = "copies a result into the caller's array";
  let description = [{
    The opposite of `keratin.import`: from a padded, time-major buffer to a row-major, batch-first array.

    ```mlir
    keratin.export %y, %out extents(%rows) : memref<32x1xf32, strided<[16, 1]>>, memref<?xf32>
    ```
  }];
  let arguments = (ins MemRefOf<[F32, F64, I32]>:$source, MemRefRankOf<[F32, F64, I32], [1]>:$target,
                       Variadic<Index>:$extents);
  let assemblyFormat = [{
    $source `,` $target `extents` `(` $extents `)` attr-dict `:` type($source) `,` type($target)
  }];
}

#endif
