// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The translation unit that the precompiled headers belong to.
