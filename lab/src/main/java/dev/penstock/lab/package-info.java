/**
 * Machines that are not there: native libraries that play a scenario, so that tests and rehearsals
 * go through the real bindings without the hardware. They are built where they are played; the
 * application has their sources, and loads them for {@code penstock lab} only.
 *
 * <h2>Scenarios of NVML</h2>
 *
 * <p>A scenario says what {@code libnvidia-ml.so.1} answers, one line for each answer:
 *
 * <pre>
 * # comment
 * SCOPE FUNCTION[/ARGUMENT] [from CALL] [after SECONDS] [frame PICTURE] ANSWER
 * missing FUNCTION
 * </pre>
 *
 * <ul>
 *   <li>SCOPE is {@code system} for functions without a device, the number of a GPU, or {@code *}
 *       for every GPU.
 *   <li>FUNCTION is the name in the library, or {@code *} for every function. ARGUMENT is the
 *       number that is passed beside the device: a sensor, a clock, the number of a field.
 *   <li>{@code from 3} holds from the third call of that function with that argument on that GPU;
 *       {@code after 2.5} from 2.5 seconds after the library was loaded.
 *   <li>ANSWER is the text or the numbers that are handed out, in the order of NVML's structure and
 *       as {@code nvml.c} says where there is more to it; {@code !15} is a return code; {@code
 *       hang} never returns.
 *   <li>Of several lines that apply the last one wins. What no line is about is answered with
 *       NOT_SUPPORTED.
 *   <li>{@code missing} takes a function out of the library, as in the one of an older driver.
 * </ul>
 *
 * <p>{@code l40s.scenario} is a whole one; tests put lines after it.
 *
 * <h2>Scenarios of video</h2>
 *
 * <p>The same for {@code libcuda.so.1}, {@code libnvidia-encode.so.1}, {@code libnvcuvid.so.1}, and
 * {@code libdrm.so.2} with drivers of libva:
 *
 * <pre>
 * SCOPE KEY [from CALL] [after SECONDS] [frame PICTURE] ANSWER
 * </pre>
 *
 * <ul>
 *   <li>SCOPE is {@code system}, the number of a device, or {@code *} for every device; there are
 *       as many devices as have a {@code name}.
 *   <li>KEY is {@code name}, {@code pci}, {@code uuid}, {@code compute}, {@code memory}; {@code
 *       encode} with the GUID of a codec; GUID{@code /}NUMBER for one of its caps and GUID{@code
 *       /profile} for one of its profiles; {@code decode/CODEC/CHROMA/BITS} by cuvid's numbers,
 *       with the number of engines, the smallest and the largest size and the macroblocks; or a
 *       function ({@code cuMemAlloc}, {@code nvEncEncodePicture}), with its return code. Of the
 *       system, {@code cuda} and {@code nvenc} are versions.
 *   <li>{@code frame 100} holds once the device has been given 100 pictures to encode. Calls are
 *       counted, as pictures and time are, for all processes that use the folder.
 *   <li>{@code hang} and {@code abort} are what they say. The last line about a thing wins.
 * </ul>
 *
 * <p>VA-API: {@code kernel} is the kernel's driver for a GPU that NVIDIA's libraries do not show,
 * {@code bus} the text of this package with its files on the bus, {@code vendor} how its driver
 * calls itself, and {@code va PROFILE ENTRYPOINT [ATTRIBUTE=VALUE]...} what it can, in the numbers
 * of va.h. Functions by their names fail with their codes here as well ({@code vaEndPicture}).
 *
 * <p>{@code l40s.video} is a whole one, {@code rx7900.video} and {@code a770.video} are such by
 * VA-API. What a device does when it works, and when not:
 *
 * <pre>
 * system sessions COUNT [CODE]  how many sessions all processes may have; the code of one too many
 * system dump FILE              where what encoders were given is written, field by field
 * GPU session BYTES             of memory for each session, and
 * GPU context BYTES             for each context
 * GPU encoder RATE              pictures of 1080p that one engine encodes in a second
 * GPU slow FACTOR               how much of that is left, 0.25 when it is too hot
 * GPU lost [CUDA [NVENC]]       every call of it fails with these codes, 999 and 5; "no" ends it
 * GPU kmsg TEXT                 a line of the kernel's log, in the file "kmsg", once
 * </pre>
 *
 * <p>Device memory is the host's, counted against {@code memory}. Pictures are encoded by libx264
 * and libx265 of the FFmpeg in the process, one thread each: the same pictures give the same bytes.
 * NVDEC decodes H.264, VP8, VP9, and the HEVC that keeps its sets of references in the slices, as
 * x265's does. Kernels are run from their PTX, which gcc compiles once into {@code
 * CUDA_CACHE_PATH}, or into what {@code system kernels} names, or into {@code jit} in the folder.
 * What is not played: AV1, decoders named {@code *_cuvid}, async events, a forced intra picture
 * that is no IDR (the packet says so, the bitstream has one).
 *
 * <h2>Fleets</h2>
 *
 * <p>{@link dev.penstock.lab.Fleet} plays both kinds together, from files such as {@code
 * two-l40s.scenario} in {@code lab/scenarios}. {@code GPU model l40s} stands for the lines of that
 * model as far as the lab plays them; what NVML says of its name, address, UUID and memory follows
 * from those. For NVML, {@code live} is an answer that follows from what runs: of encoder
 * utilisation, encoder sessions, processes, and, with the size behind it, memory.
 */
@NullMarked
package dev.penstock.lab;

import org.jspecify.annotations.NullMarked;
