// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The threads behind a krt_context.
#include "keratin/context.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace keratin::rt {

namespace {

/// Steps of training follow each other within microseconds, waking a sleeping thread takes tens of
/// them: so wait awake for about that long before going to sleep.
constexpr int spinRounds = 4000;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

template <typename Condition> bool spinUntil(Condition condition) {
  for (int i = 0; i < spinRounds; ++i) {
    if (condition())
      return true;
    pause();
  }
  return condition();
}

} // namespace

struct ThreadPool::State {
  krt_context base{}; // first: a krt_context * of ours is a State *
  int threads = 1;
  std::vector<std::thread> workers;
  std::mutex calls; // one parallel call at a time

  // The call at hand; written before `generation` is raised.
  int32_t tasks = 0;
  void (*body)(void *, int32_t) = nullptr;
  void *arg = nullptr;

  std::mutex mutex; // of the two conditions
  std::condition_variable started, finished;
  std::atomic<uint64_t> generation{0};
  std::atomic<int> running{0};
  std::atomic<bool> stop{false};

  explicit State(int count) : threads(count) {
    base.parallel = [](krt_context *context, int32_t n, void (*body)(void *, int32_t), void *arg) {
      reinterpret_cast<State *>(context)->parallel(n, body, arg);
    };
    base.threads = threads;
    for (int t = 1; t < threads; ++t)
      workers.emplace_back([this, t] { work(t); });
  }

  ~State() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      stop = true;
      ++generation;
    }
    started.notify_all();
    for (std::thread &worker : workers)
      worker.join();
  }

  void runBlock(int thread) {
    auto begin = [&](int64_t t) {
      return static_cast<int32_t>((t * tasks + threads - 1) / threads);
    };
    for (int32_t i = begin(thread), end = begin(thread + 1); i < end; ++i)
      body(arg, i);
  }

  void work(int thread) {
    uint64_t seen = 0;
    for (;;) {
      if (!spinUntil([&] { return generation.load(std::memory_order_acquire) != seen; })) {
        std::unique_lock<std::mutex> lock(mutex);
        started.wait(lock, [&] { return generation.load(std::memory_order_acquire) != seen; });
      }
      seen = generation.load(std::memory_order_acquire);
      if (stop)
        return;
      runBlock(thread);
      if (running.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        std::lock_guard<std::mutex> lock(mutex);
        finished.notify_one();
      }
    }
  }

  void parallel(int32_t n, void (*taskBody)(void *, int32_t), void *taskArg) {
    if (n <= 1) {
      for (int32_t i = 0; i < n; ++i)
        taskBody(taskArg, i);
      return;
    }
    std::lock_guard<std::mutex> call(calls);
    tasks = n;
    body = taskBody;
    arg = taskArg;
    running.store(threads - 1, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex);
      generation.fetch_add(1, std::memory_order_release);
    }
    started.notify_all();
    runBlock(0);
    auto done = [&] { return running.load(std::memory_order_acquire) == 0; };
    if (!spinUntil(done)) {
      std::unique_lock<std::mutex> lock(mutex);
      finished.wait(lock, done);
    }
  }
};

ThreadPool::ThreadPool(int threads)
    : state(std::make_unique<State>(threads > 0 ? threads : defaultThreads())) {}
ThreadPool::~ThreadPool() = default;

int ThreadPool::threads() const { return state->threads; }
krt_context *ThreadPool::context() { return state->threads > 1 ? &state->base : nullptr; }

int defaultThreads() {
  if (const char *text = std::getenv("OMP_NUM_THREADS")) {
    int value = std::atoi(text);
    if (value > 0)
      return value;
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

} // namespace keratin::rt
