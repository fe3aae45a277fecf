// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The threads behind a krt_context.
#pragma once

#include "keratin/abi.h"

#include <memory>

namespace keratin::rt {

/// Owns a fixed set of threads and the krt_context through which compiled entries use them. Task i
/// of n runs on thread i·threads/n (static blocks, so that a task finds its data in the same core's
/// cache at every call), and n ≤ threads tasks run at the same time, so that they may wait for each
/// other. Not for calls from within a task. Threads of the C++ library rather than OpenMP, whose
/// library is shared only: a compiled program depends on libc alone.
class ThreadPool {
public:
  /// 0: defaultThreads().
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int threads() const;
  /// Valid as long as this object; null for one thread.
  krt_context *context();

private:
  struct State;
  std::unique_ptr<State> state;
};

/// OMP_NUM_THREADS if that is a positive number, else the cores this process may run on.
int defaultThreads();

} // namespace keratin::rt
