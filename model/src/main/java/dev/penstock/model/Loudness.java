package dev.penstock.model;

/**
 * Loudness of a whole programme, measured as EBU R128 / ITU-R BS.1770 say.
 *
 * @param integrated LUFS
 * @param range loudness range, LU
 * @param truePeak dBTP
 */
public record Loudness(double integrated, double range, double truePeak) {}
