package dev.penstock.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What is to be seen in a file, decoded by the oracle. */
public final class Pictures {
  private static final Pattern PSNR = Pattern.compile("psnr_avg:(\\S+)");

  private Pictures() {}

  /** The numbers that the frames of a {@linkplain Clips#numbered numbered} clip show, in order. */
  public static List<Integer> numbers(Path file) {
    byte[] grey = grey(file, Clips.DIGITS, 1, "");
    List<Integer> numbers = new ArrayList<>();
    for (int frame = 0; frame < grey.length / Clips.DIGITS; frame++) {
      int number = 0;
      for (int digit = 0; digit < Clips.DIGITS; digit++) {
        number |= (grey[frame * Clips.DIGITS + digit] & 0xff) > 127 ? 1 << digit : 0;
      }
      numbers.add(number);
    }
    return numbers;
  }

  /** All the numbers from {@code first} to {@code last}. */
  public static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  /** Mean luma of each frame, 0 to 255 in full range. */
  public static List<Integer> luma(Path file) {
    byte[] grey = grey(file, 1, 1, "");
    return IntStream.range(0, grey.length).mapToObj(i -> grey[i] & 0xff).toList();
  }

  /** The picture of the first frame averaged into a raster of so many columns and rows. */
  public static int[] raster(Path file, int columns, int rows) {
    byte[] grey = grey(file, columns, rows, "");
    assertThat(grey).hasSizeGreaterThanOrEqualTo(columns * rows);
    return IntStream.range(0, columns * rows).map(i -> grey[i] & 0xff).toArray();
  }

  /** As {@link #raster}, of the picture as a player shows it: turned as the container says. */
  public static int[] shownRaster(Path file, int columns, int rows) {
    byte[] grey =
        Oracle.ffmpeg(
            List.of(
                "-i",
                file.toString(),
                "-map",
                "0:v:0",
                "-frames:v",
                "1",
                "-vf",
                "scale=" + columns + ":" + rows + ":flags=area,format=gray",
                "-f",
                "rawvideo",
                "-"));
    return IntStream.range(0, columns * rows).map(i -> grey[i] & 0xff).toArray();
  }

  private static byte[] grey(Path file, int width, int height, String before) {
    String scale = before + "scale=" + width + ":" + height + ":flags=area,format=gray";
    return raw(file, scale);
  }

  /**
   * Every pixel of the first frame after a chain of the oracle's filters, which end in the format.
   */
  public static byte[] raw(Path file, String filters) {
    return Oracle.ffmpeg(
        List.of(
            "-noautorotate",
            "-i",
            file.toString(),
            "-map",
            "0:v:0",
            "-vf",
            filters,
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            "-"));
  }

  /** Code values of one plane of the first frame, averaged into a raster. */
  public static int[] plane(Path file, int plane, int columns, int rows) {
    byte[] values =
        raw(
            file,
            "setparams=range=pc,extractplanes="
                + "yuv".charAt(plane)
                + ",scale="
                + columns
                + ":"
                + rows
                + ":flags=area,format=gray");
    return IntStream.range(0, columns * rows).map(i -> values[i] & 0xff).toArray();
  }

  /**
   * PSNR of each frame of {@code file} against the same frame of {@code reference}, over all
   * planes, in dB; infinite when equal.
   *
   * @param filters applied to the reference first; empty for none
   */
  public static List<Double> psnr(Path file, Path reference, String filters) {
    return psnr(file, "", reference, filters);
  }

  /** The same, with filters applied to either first. */
  public static List<Double> psnr(
      Path file, String filters, Path reference, String referenceFilters) {
    String log =
        new String(
            Oracle.ffmpeg(
                List.of(
                    "-noautorotate",
                    "-i",
                    file.toString(),
                    "-noautorotate",
                    "-i",
                    reference.toString(),
                    "-lavfi",
                    "[0:v:0]"
                        + aligned(filters)
                        + "[a];[1:v:0]"
                        + aligned(referenceFilters)
                        + "[b];[a][b]psnr=stats_file=-:shortest=1",
                    "-fps_mode",
                    "passthrough",
                    "-f",
                    "null",
                    "-")),
            StandardCharsets.UTF_8);
    List<Double> values = new ArrayList<>();
    Matcher found = PSNR.matcher(log);
    while (found.find()) {
      values.add(
          found.group(1).equals("inf")
              ? Double.POSITIVE_INFINITY
              : Double.parseDouble(found.group(1)));
    }
    assertThat(values).as("frames compared").isNotEmpty();
    return values;
  }

  /** Frames are compared in their order, whatever their times. */
  private static String aligned(String filters) {
    return (filters.isEmpty() ? "" : filters + ",") + "settb=1/1000,setpts=N";
  }

  /** The least of {@link #psnr}. */
  public static double leastPsnr(Path file, Path reference, String filters) {
    return psnr(file, reference, filters).stream().mapToDouble(value -> value).min().orElseThrow();
  }
}
