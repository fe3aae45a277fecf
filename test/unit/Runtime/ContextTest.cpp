// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The threads behind a context.
#include "keratin/context.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

using namespace keratin::rt;

namespace {

/// How often each of n tasks ran.
std::vector<int> countRuns(ThreadPool &pool, int32_t n) {
  std::vector<std::atomic<int>> counts(static_cast<size_t>(n));
  auto body = [](void *arg, int32_t i) {
    ++(*static_cast<std::vector<std::atomic<int>> *>(arg))[i];
  };
  pool.context()->parallel(pool.context(), n, body, &counts);
  return {counts.begin(), counts.end()};
}

TEST(ThreadPool, RunsEveryTaskOnce) {
  ThreadPool pool(3);
  EXPECT_EQ(pool.threads(), 3);
  EXPECT_EQ(pool.context()->threads, 3);
  for (int32_t n : {0, 1, 2, 3, 4, 7, 100})
    EXPECT_EQ(countRuns(pool, n), std::vector<int>(static_cast<size_t>(n), 1)) << n;
}

TEST(ThreadPool, RunsAsManyTasksAtOnceAsThereAreThreads) {
  ThreadPool pool(4);
  for (int32_t n : {2, 3, 4})
    for (int round = 0; round < 50; ++round) {
      struct Barrier {
        std::atomic<int> arrived{0};
        int32_t n;
      } barrier;
      barrier.n = n;
      auto body = [](void *arg, int32_t) {
        auto *b = static_cast<Barrier *>(arg);
        ++b->arrived;
        while (b->arrived < b->n) // hangs if a task waits for another to end
          std::this_thread::yield();
      };
      pool.context()->parallel(pool.context(), n, body, &barrier);
      EXPECT_EQ(barrier.arrived, n);
    }
}

TEST(ThreadPool, WakesAfterSleeping) {
  ThreadPool pool(2);
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(countRuns(pool, 2), (std::vector<int>{1, 1}));
  }
}

TEST(ThreadPool, OneThreadNeedsNoContext) { EXPECT_EQ(ThreadPool(1).context(), nullptr); }

TEST(ThreadPool, TheEnvironmentSetsTheDefault) {
  ::setenv("OMP_NUM_THREADS", "5", 1);
  EXPECT_EQ(defaultThreads(), 5);
  ::setenv("OMP_NUM_THREADS", "many", 1);
  EXPECT_GE(defaultThreads(), 1);
  ::unsetenv("OMP_NUM_THREADS");
  EXPECT_GE(defaultThreads(), 1);
}

} // namespace
