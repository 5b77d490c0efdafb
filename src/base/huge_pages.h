// Memory that is read here and there, in pages of 2 MiB where the system has them: a table of some
// megabytes then costs one miss of the cache per look-up, and not one of the page table before it.
#pragma once

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace ballcone {

constexpr size_t kHugePageBytes = 2 << 20;

// std::allocator for large vectors; smaller ones than a page come from the heap as always.
template <class T>
struct HugePageAllocator {
  using value_type = T;
  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(size_t count) {
    const size_t bytes = count * sizeof(T);
    if (bytes < kHugePageBytes / 2) return static_cast<T*>(::operator new(bytes));
    const size_t rounded = (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
    void* memory = std::aligned_alloc(kHugePageBytes, rounded);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, rounded, MADV_HUGEPAGE);  // a wish
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) {
    if (count * sizeof(T) < kHugePageBytes / 2)
      ::operator delete(memory);
    else
      std::free(memory);
  }
  bool operator==(const HugePageAllocator&) const { return true; }
};

}  // namespace ballcone
