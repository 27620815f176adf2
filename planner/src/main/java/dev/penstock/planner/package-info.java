/**
 * Decisions as pure functions: no clock, no I/O, no native code.
 *
 * <p>{@link dev.penstock.planner.Planner#plan} reads a job, the facts of its input and what the
 * build can do, and answers with a plan or with every reason why there is none. It asks the same
 * questions of each track, in this order:
 *
 * <ol>
 *   <li>What may the container hold? ({@link dev.penstock.planner.Container})
 *   <li>Can the track stay as it is? Copying is exact and free, so it wins whenever nothing that
 *       was asked for needs new pictures or new sound. ({@code VideoTracks}, {@code AudioTracks})
 *   <li>Which encoder? ({@code EncoderChoice}) One {@link dev.penstock.planner.EncoderRecipe} per
 *       encoder says how the words of the job become its options. Those of GPUs are {@link
 *       dev.penstock.planner.HardwareRecipe}s, one table for each interface, and {@link
 *       dev.penstock.planner.HardwareFit} says what of it holds on a device.
 *   <li>Which pixels? ({@code Pixels}: dynamic range, bit depth, range, tags; {@code Geometry}:
 *       rotation, cropping, size, bars)
 *   <li>Where are the key frames? ({@code KeyFrames})
 * </ol>
 *
 * <p>Every answer goes into a {@code Ledger} with its reason and the candidates it beat, and from
 * there into the receipt. A refusal does not stop the planning: the user gets all of them at once.
 *
 * <p>Where there are GPUs, all of that is asked again for each way through them: {@code Routes}
 * goes through every {@code Route}, the best first, with what trials proved of the devices, and
 * takes the first whose plan can be made. The others that can be made are the fallbacks, and why
 * the rest cannot stands in the receipt. {@link dev.penstock.planner.Recovery} decides what is done
 * when a GPU fails at work.
 *
 * <p>Nothing depends on the machine but that. Thread counts come from the picture size because they
 * change the bytes that x264 and x265 write.
 *
 * <p>When a plan is done, and on which of its GPUs, is the business of {@code planner.admission}
 * and {@code planner.placement}.
 *
 * <p>{@link dev.penstock.planner.FfmpegCommand} renders a plan as the nearest {@code ffmpeg}
 * command line.
 */
@NullMarked
package dev.penstock.planner;

import org.jspecify.annotations.NullMarked;
