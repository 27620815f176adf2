package dev.penstock.model;

/**
 * What others have a GPU do when a job begins.
 *
 * @param gpu which one, as {@link Device.Identity#key} has it
 * @param encoders how busy they are on average, 0 to 100
 * @param decoders the same
 * @param freeMemory bytes of its own memory that nobody has
 */
public record GpuLoad(
    String gpu, Reading<Integer> encoders, Reading<Integer> decoders, Reading<Long> freeMemory) {}
