package dev.penstock.model;

import java.time.Instant;
import java.util.Optional;

/**
 * What everybody together takes of a GPU.
 *
 * @param gpu as {@link Device.Identity#key} has it
 * @param at when it was read
 * @param encoders how busy all encoder engines are on average, 0 to 100
 * @param decoders the same
 * @param shaders the same
 * @param memory bytes of its own memory in use, by anybody
 * @param total bytes of its own memory
 * @param bus bytes a second, of the busier direction
 * @param sessions encoder sessions of all processes
 * @param foreignSessions those of processes that are not ours
 * @param hot whether heat holds its clocks back
 * @param closed why it takes no new work whatever it has left: it is lost, hangs, is drained
 */
public record GpuUse(
    String gpu,
    Instant at,
    Reading<Integer> encoders,
    Reading<Integer> decoders,
    Reading<Integer> shaders,
    Reading<Long> memory,
    Reading<Long> total,
    Reading<Long> bus,
    Reading<Integer> sessions,
    Reading<Integer> foreignSessions,
    Reading<Boolean> hot,
    Optional<String> closed) {}
