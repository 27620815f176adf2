/**
 * NVIDIA's GPUs, through NVML; and what they encode and decode, through CUDA, NVENC and NVDEC, each
 * as a {@link dev.penstock.hardware.Probe}.
 *
 * <p><b>Binding.</b> {@code libnvidia-ml.so.1} is called through {@code java.lang.foreign}; there
 * is no native code of ours. Every function is bound by itself when it is first called: a function
 * an older driver lacks makes one reading absent ({@code MISSING}) and harms no other. Shapes of
 * functions and layouts of structures follow NVIDIA's published interface, API 13, x86-64; a test
 * compiles the sizes and offsets against a header. Return codes become reasons in one place, {@code
 * Status}; "GPU is lost" and "reset required" are kept besides, as evidence of a fault.
 *
 * <p><b>Deadlines.</b> Any call may block in the kernel where no signal reaches it. So each GPU has
 * a thread of its own, named after it, and whoever wants to know waits for an answer at most for
 * the deadline. Afterwards all readings of that GPU are {@code HUNG}, with the function and the
 * time since when it does not answer. As long as the call has not returned, no other one is made
 * for that GPU. The threads are daemons: they do not keep the JVM, but the kernel may keep a
 * process whose thread it holds.
 *
 * <p><b>Ownership.</b> The library is loaded once for each path and stays loaded. NVML is opened
 * once by whoever reads, and left to the end of the process: closing it while a call hangs would
 * hang too.
 */
@NullMarked
package dev.penstock.hardware.nvidia;

import org.jspecify.annotations.NullMarked;
