// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes and pipelines that every Keratin tool knows.
#pragma once

namespace keratin {

void registerAllPasses();

} // namespace keratin
