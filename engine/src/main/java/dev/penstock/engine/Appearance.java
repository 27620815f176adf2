package dev.penstock.engine;

import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.Passed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What pictures look like, in a few numbers, and what those must be. Pure.
 *
 * <p>The floors are far below what a low bit rate does to pictures, and above what wrong ones give:
 * pictures of another time or place, planes that changed places, garbage.
 */
final class Appearance {
  /** A picture whose darkest and brightest points lie no further apart is of one colour. */
  private static final double FLAT = 10;

  /** The same of a source that shows something. */
  private static final double LIVELY = 32;

  /** Mean difference to the picture before. Coded at a low rate, small motion is lost. */
  private static final double FROZEN = 0.05;

  private static final double MOVING = 1.5;
  private static final long FLAT_MICROS = 200_000;
  private static final long FROZEN_MICROS = 1_000_000;

  private static final long NEAR_MICROS = 8_000;
  private static final int LEAST_COMPARED = 10;
  private static final double RESTLESS = 3;
  private static final double RESTLESS_FACTOR = 1.5;
  private static final double RESTLESS_PART = 0.2;

  private static final double LEAST_SSIM = 0.25;
  private static final double LEAST_LUMA_DECIBELS = 11;
  private static final double LEAST_CHROMA_DECIBELS = 15;

  private Appearance() {}

  /**
   * One picture, made small.
   *
   * @param micros when it is shown
   * @param spread from the darkest to the brightest point, or of a colour if that is more; 0 to 255
   * @param change mean difference of luma to the picture before
   */
  record Look(long micros, double spread, double change) {}

  /** Pictures one after the other that look suspicious. */
  record Suspect(String what, long from, long to) {}

  /** Stretches in which every picture is of one colour, or like the one before. */
  static List<Suspect> suspects(List<Look> looks) {
    List<Suspect> suspects =
        new ArrayList<>(runs("of one colour", looks, look -> look.spread() <= FLAT, FLAT_MICROS));
    suspects.addAll(
        runs(
            "frozen",
            looks,
            look -> look.change() <= FROZEN && look.spread() > FLAT,
            FROZEN_MICROS));
    return suspects;
  }

  private static List<Suspect> runs(
      String what, List<Look> looks, Predicate<Look> odd, long shortest) {
    List<Suspect> runs = new ArrayList<>();
    for (int i = 0; i < looks.size(); ) {
      int end = i;
      while (end < looks.size() && odd.test(looks.get(end))) {
        end++;
      }
      if (end > i) {
        long from = looks.get(i).micros();
        long to = end < looks.size() ? looks.get(end).micros() : looks.getLast().micros();
        if (to - from >= shortest) {
          runs.add(new Suspect(what, from, to));
        }
      }
      i = Math.max(end, i + 1);
    }
    return runs;
  }

  /** Whether the source has the same there; empty when it has. */
  static Optional<Failed> guilty(Suspect suspect, List<Look> source) {
    if (source.size() < 3) {
      return Optional.empty();
    }
    boolean flat = suspect.what().equals("of one colour");
    double there =
        source.stream()
            .skip(1)
            .mapToDouble(look -> flat ? look.spread() : look.change())
            .average()
            .orElse(0);
    return there > (flat ? LIVELY : MOVING)
        ? Optional.of(
            new Failed(
                "pictures from "
                    + Findings.seconds(suspect.from())
                    + " to "
                    + Findings.seconds(suspect.to())
                    + " are "
                    + suspect.what(),
                "the source's, which are not"))
        : Optional.empty();
  }

  /**
   * Whether pictures follow each other as in the source: in another order, they differ from each
   * other by more. A key frame that looks other than the picture before it is one of many.
   */
  static Optional<Failed> order(List<Look> looks, List<Look> source) {
    int compared = 0;
    int restless = 0;
    int next = 0;
    for (int i = 1; i < source.size() && next < looks.size(); i++) {
      long at = source.get(i).micros();
      while (next + 1 < looks.size() && nearer(looks, next, at)) {
        next++;
      }
      if (Math.abs(looks.get(next).micros() - at) <= NEAR_MICROS) {
        compared++;
        double most = RESTLESS_FACTOR * source.get(i).change() + RESTLESS;
        restless += looks.get(next).change() > most ? 1 : 0;
      }
    }
    return compared >= LEAST_COMPARED && restless > compared * RESTLESS_PART
        ? Optional.of(
            new Failed(
                restless + " of " + compared + " pictures differ more from the one before them",
                "the order of the source"))
        : Optional.empty();
  }

  private static boolean nearer(List<Look> looks, int i, long at) {
    return Math.abs(looks.get(i + 1).micros() - at) <= Math.abs(looks.get(i).micros() - at);
  }

  /** Whether pictures are those of the source. */
  static Result alike(Quality quality) {
    long compared = quality.frames();
    if (quality.missing() + quality.extra() > compared) {
      return new Failed(
          quality.missing() + " pictures are missing, " + quality.extra() + " are too many",
          "the source's");
    }
    for (Quality.Second second : quality.seconds()) {
      OptionalDouble ssim = second.ssim();
      if (second.frames() > 1 && ssim.isPresent() && ssim.getAsDouble() < LEAST_SSIM) {
        return new Failed(
            number("SSIM %.3f", ssim.getAsDouble())
                + " in the second from "
                + Findings.seconds(second.start().toNanos() / 1000),
            number("at least %.2f against the source", LEAST_SSIM));
      }
    }
    Optional<Quality.Score> decibels = quality.score(Metric.PSNR);
    if (decibels.isPresent()) {
      List<Quality.Component> planes = decibels.get().components();
      for (int i = 0; i < planes.size(); i++) {
        boolean chroma = planes.get(i).name().matches("[uv]");
        double least = chroma ? LEAST_CHROMA_DECIBELS : LEAST_LUMA_DECIBELS;
        OptionalDouble mean = planes.get(i).levels().mean();
        if (mean.isPresent() && mean.getAsDouble() < least) {
          return new Failed(
              number("PSNR %.1f dB", mean.getAsDouble()) + " of plane " + planes.get(i).name(),
              number("at least %.0f dB against the source", least));
        }
      }
    }
    return new Passed(compared + " pictures compared" + said(quality));
  }

  private static String said(Quality quality) {
    OptionalDouble ssim =
        quality.score(Metric.SSIM).map(s -> s.combined().mean()).orElse(OptionalDouble.empty());
    return ssim.isPresent() ? number(", SSIM %.4f", ssim.getAsDouble()) : "";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
