package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a copy differs from its reference, measured on the frames that both have.
 *
 * @param size of the pictures that were compared, in the reference's pixels, turned for display
 * @param pixelFormat both were brought into, libav's name
 * @param frames pairs compared
 * @param missing frames of the reference without one of the copy at their time
 * @param extra frames of the copy without one of the reference at their time
 * @param identical whether nothing is missing or extra and every pair is the same to the bit
 * @param scores one for each metric asked for
 * @param seconds of the reference's time line, those without a pair left out
 * @param unavailable metrics that were not measured, and why
 * @param notes what else to know before believing the numbers
 */
public record Quality(
    Side reference,
    Side copy,
    Size size,
    String pixelFormat,
    long frames,
    long missing,
    long extra,
    boolean identical,
    List<Score> scores,
    List<Second> seconds,
    List<Unavailable> unavailable,
    List<String> notes) {
  public Quality {
    scores = List.copyOf(scores);
    seconds = List.copyOf(seconds);
    unavailable = List.copyOf(unavailable);
    notes = List.copyOf(notes);
  }

  public Optional<Score> score(Metric metric) {
    return scores.stream().filter(score -> score.metric() == metric).findFirst();
  }

  /**
   * One of the two.
   *
   * @param source path or URL as given
   * @param track its index in the container
   * @param size as coded, before rotation
   * @param pixelFormat libav's name
   * @param damaged places the decoder went past
   */
  public record Side(
      String source,
      int track,
      String codec,
      Size size,
      String pixelFormat,
      Optional<Rational> frameRate,
      long damaged) {}

  /**
   * One metric over all pairs.
   *
   * @param combined of all components: XPSNR's lowest one, SSIM and PSNR weighted by samples
   * @param components in the order of the planes: {@code y u v}, {@code r g b} or {@code y}
   */
  public record Score(Metric metric, Levels combined, List<Component> components) {
    public Score {
      components = List.copyOf(components);
    }
  }

  /** One metric of one component. */
  public record Component(String name, Levels levels) {}

  /**
   * Where the values of frames lie. Empty stands for infinite decibels: no difference.
   *
   * @param mean as libavfilter averages: SSIM's arithmetic mean; of PSNR the decibels of the mean
   *     squared error; of XPSNR those of the squared mean of the frames' weighted root errors
   * @param lowest value of a frame
   * @param percentile1 the value that one frame in a hundred does not exceed
   */
  public record Levels(OptionalDouble mean, OptionalDouble lowest, OptionalDouble percentile1) {}

  /**
   * The combined means of the pairs of one second. Empty when not asked for, or infinite.
   *
   * @param start of the second, from the beginning of the reference
   */
  public record Second(
      Duration start, long frames, OptionalDouble xpsnr, OptionalDouble ssim, OptionalDouble psnr) {
    public OptionalDouble value(Metric metric) {
      return switch (metric) {
        case XPSNR -> xpsnr;
        case SSIM -> ssim;
        case PSNR -> psnr;
      };
    }
  }

  /** A metric that was not measured. */
  public record Unavailable(String metric, String reason) {}
}
