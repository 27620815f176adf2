package dev.penstock.model;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a stretch of a rendition was coded, as far as its encoder tells.
 *
 * @param from when its first picture is shown, from the beginning of the output
 * @param to when the stretch behind it begins
 * @param bytes of its pictures
 * @param quantiser average of its pictures, on the encoder's scale: higher is coarser; empty where
 *     the encoder tells none
 * @param coarsest end of that scale; empty where there is none
 * @param psnr of luma against what the encoder was given, dB, by the average error; empty where the
 *     encoder tells no errors
 */
public record CodedStretch(
    String rendition,
    Duration from,
    Duration to,
    long pictures,
    long bytes,
    OptionalDouble quantiser,
    OptionalInt coarsest,
    OptionalDouble psnr) {}
