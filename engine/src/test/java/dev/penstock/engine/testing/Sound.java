package dev.penstock.engine.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is to be heard in a file, decoded by the oracle. */
public final class Sound {
  private static final int RATE = 48_000;
  private static final int LOUD = 3000;
  private static final int PAUSE = RATE / 5;
  private static final Pattern INTEGRATED = Pattern.compile("I:\\s+(-?[0-9.]+) LUFS");
  private static final Pattern PEAK = Pattern.compile("Peak:\\s+(-?[0-9.]+) dBFS");

  private Sound() {}

  /**
   * Samples of the first audio track at 48 kHz, mixed to one channel, gaps filled; the first stands
   * at the time of the first decoded frame.
   */
  public static short[] samples(Path file) {
    return samples(file, 0);
  }

  /** The same of the audio track {@code number}, counted from 0. */
  public static short[] samples(Path file, int number) {
    byte[] bytes =
        Oracle.ffmpeg(
            List.of(
                "-i",
                file.toString(),
                "-map",
                "0:a:" + number,
                "-af",
                "aresample=async=1:min_hard_comp=0.01",
                "-ac",
                "1",
                "-ar",
                Integer.toString(RATE),
                "-f",
                "s16le",
                "-"));
    ShortBuffer samples = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    short[] copy = new short[samples.remaining()];
    samples.get(copy);
    return copy;
  }

  /** Times at which sound begins after 200 ms of silence, milliseconds on the file's time line. */
  public static List<Long> onsets(Path file) {
    return onsets(file, 0);
  }

  /** The same of the audio track {@code number}, counted from 0. */
  public static List<Long> onsets(Path file, int number) {
    Media.Stream stream = Media.of(file).streams("audio").get(number);
    long start = stream.frames("pts_time").getFirst().micros("pts_time");
    short[] samples = samples(file, number);
    List<Long> onsets = new ArrayList<>();
    int quiet = PAUSE;
    for (int i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i]) < LOUD) {
        quiet++;
        continue;
      }
      if (quiet >= PAUSE) {
        onsets.add(Math.round((start + i * 1e6 / RATE) / 1000));
      }
      quiet = 0;
    }
    return onsets;
  }

  /** Integrated loudness, LUFS, of the audio track {@code number}. */
  public static double loudness(Path file, int number) {
    return last(INTEGRATED, ebur128(file, number));
  }

  /** True peak, dBTP, of the audio track {@code number}. */
  public static double truePeak(Path file, int number) {
    return last(PEAK, ebur128(file, number));
  }

  private static String ebur128(Path file, int number) {
    return Oracle.ffmpegLog(
        List.of(
            "-i",
            file.toString(),
            "-map",
            "0:a:" + number,
            "-af",
            "ebur128=peak=true:framelog=quiet",
            "-f",
            "null",
            "-"));
  }

  private static double last(Pattern pattern, String log) {
    Matcher found = pattern.matcher(log);
    double value = Double.NaN;
    while (found.find()) {
      value = Double.parseDouble(found.group(1));
    }
    return value;
  }
}
