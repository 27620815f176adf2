package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One rendition of a ladder, as it is to be planned.
 *
 * @param name of its file, such as {@code 720p}
 * @param lines of the shorter side
 * @param bitrate average, where one is to be kept
 * @param maxBitrate bound on any stretch
 * @param quality constant quality, where it is not the encoder's default
 * @param halved whether every second picture is left out
 * @param buffer of the decoder, bits, where it is not the usual one
 * @param preset where it is not that of the ladder
 * @param profile which the encoder is to stay within
 */
record Rung(
    String name,
    int lines,
    VideoCodec codec,
    OptionalLong bitrate,
    OptionalLong maxBitrate,
    OptionalDouble quality,
    boolean halved,
    OptionalLong buffer,
    Optional<Preset> preset,
    Optional<String> profile) {

  /** With what is asked of all rungs. */
  Rung(
      String name,
      int lines,
      VideoCodec codec,
      OptionalLong bitrate,
      OptionalLong maxBitrate,
      OptionalDouble quality,
      boolean halved) {
    this(
        name,
        lines,
        codec,
        bitrate,
        maxBitrate,
        quality,
        halved,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** What is asked of the rung's track, beside what is asked of all. */
  JobSpec.Video asked(JobSpec.Video all, int sourceLines) {
    boolean same = lines == sourceLines;
    return new JobSpec.Video(
        Optional.of(new JobSpec.VideoTarget.Encode(codec)),
        preset.or(all::preset),
        all.tune(),
        bitrate,
        maxBitrate,
        buffer.isPresent() ? buffer : all.buffer(),
        quality,
        all.gop(),
        same ? Optional.empty() : Optional.of(new SizeSpec.Lines(lines)),
        all.fps(),
        all.crop(),
        all.pad(),
        all.deinterlace(),
        all.rotate(),
        all.hdr(),
        all.pixelFormat(),
        all.encoderOptions());
  }
}
