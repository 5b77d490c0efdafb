#pragma once

// Names and ranks of threads. Source: prctl(2), setpriority(2), which on Linux are of one thread
// and inherited by those that it starts.

#include <sys/prctl.h>
#include <sys/resource.h>

#include <thread>

namespace ballcone {

// What `top -H` and a debugger call the calling thread: at most 15 bytes are shown.
inline void name_thread(const char* name) { (void)prctl(PR_SET_NAME, name); }

// The calling thread gives way to those that have not called it, where there is not enough
// processor for all. For good: a program without privileges may not undo it.
inline void give_way() { (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 5); }

// Runs `work` in a thread that gives way, so that all threads that `work` starts do, under that
// name. Returns when it is done.
template <class Work>
void run_giving_way(const char* name, Work&& work) {
  std::thread([&] {
    name_thread(name);
    give_way();
    work();
  }).join();
}

}  // namespace ballcone
