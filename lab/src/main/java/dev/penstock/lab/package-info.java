/**
 * Machines that are not there: native libraries that play a scenario, so that tests go through the
 * real bindings without the hardware. For tests only; nothing of it is in the application.
 *
 * <h2>Scenarios of NVML</h2>
 *
 * <p>A scenario says what {@code libnvidia-ml.so.1} answers, one line for each answer:
 *
 * <pre>
 * # comment
 * SCOPE FUNCTION[/ARGUMENT] [from CALL] [after SECONDS] ANSWER
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
 * <p>The same for {@code libcuda.so.1}, {@code libnvidia-encode.so.1} and {@code libnvcuvid.so.1}:
 *
 * <pre>
 * SCOPE KEY ANSWER
 * </pre>
 *
 * <ul>
 *   <li>SCOPE is {@code system}, or the number of a device; there are as many devices as have a
 *       {@code name}.
 *   <li>KEY is {@code name}, {@code pci}, {@code uuid}, {@code compute}, {@code memory}; {@code
 *       encode} with the GUID of a codec; GUID{@code /}NUMBER for one of its caps and GUID{@code
 *       /profile} for one of its profiles; {@code decode/CODEC/CHROMA/BITS} by cuvid's numbers,
 *       with the number of engines, the smallest and the largest size and the macroblocks; or a
 *       function, with its return code. Of the system, {@code cuda} and {@code nvenc} are versions.
 *   <li>{@code hang} and {@code abort} are what they say. The last line about a thing wins.
 * </ul>
 *
 * <p>{@code l40s.video} is a whole one.
 */
@NullMarked
package dev.penstock.lab;

import org.jspecify.annotations.NullMarked;
