package dev.penstock.planner;

import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Which renditions a ladder has. By itself: those of the usual sizes that the source fills, each at
 * constant quality under a maximum bit rate, so that easy scenes take less than the maximum and
 * hard ones do not stall players.
 */
final class Rungs {
  /** The usual sizes and what H.264 needs of them at up to 30 frames a second, at most. */
  private static final List<Step> STEPS =
      List.of(
          new Step(2160, 16_000_000),
          new Step(1440, 9_000_000),
          new Step(1080, 5_000_000),
          new Step(720, 2_800_000),
          new Step(480, 1_400_000),
          new Step(360, 800_000),
          new Step(240, 400_000));

  /** Bits grow slower than pixels: neighbouring ones are more alike. */
  private static final double BITS_BY_PIXELS = 0.75;

  /** What twice the pictures need: neighbouring ones are more alike, too. */
  private static final double BITS_OF_FAST = 1.5;

  /** Of smaller pictures nobody misses the fast motion. */
  private static final int LEAST_FAST_LINES = 720;

  /** Of sources stamped by a clock of its own, 30 may be a little more. */
  private static final Rational FAST = new Rational(31, 1);

  /** A source this much larger than a usual size gets a rung of its own. */
  private static final double WORTH_A_RUNG = 1.15;

  private static final double PEAK = 1.5;

  private final LadderSpec spec;
  private final Ledger ledger;
  private final int lines;
  private final boolean fast;
  private final boolean captions;

  private record Step(int lines, long bits) {}

  private Rungs(LadderSpec spec, Track.Video track, Ledger ledger) {
    this.spec = spec;
    this.ledger = ledger;
    this.lines = shownLines(spec, track);
    this.captions = track.closedCaptions();
    this.fast =
        !track.variableFrameRate()
            && track.nominalRate().or(track::frameRate).stream()
                .anyMatch(rate -> rate.compareTo(FAST) > 0);
  }

  /** Lines of the shorter side as shown, after cropping. */
  static int shownLines(LadderSpec spec, Track.Video track) {
    if (spec.video().crop().isPresent()) {
      var crop = spec.video().crop().get();
      return Math.min(crop.width(), crop.height());
    }
    double width = track.size().width() * track.sampleAspect().value();
    return (int) Math.min(Math.round(width), track.size().height());
  }

  /** The rungs, the largest of each codec first. Refuses a ladder without any. */
  static List<Rung> of(LadderSpec spec, Track.Video track, Ledger ledger) {
    Rungs rungs = new Rungs(spec, track, ledger);
    List<Rung> found =
        switch (spec.rungs()) {
          case LadderSpec.Rungs.Auto _ -> rungs.worked();
          case LadderSpec.Rungs.PerTitle _ ->
              throw new IllegalArgumentException("rungs are found by measuring, and nothing was");
          case LadderSpec.Rungs.Listed(List<RungSpec> listed) -> rungs.listed(listed);
        };
    if (found.isEmpty()) {
      ledger.refuse(
          "--rungs",
          "none of them would be left",
          "the source has " + rungs.lines + " lines, and a ladder never enlarges",
          "ask for smaller rungs, or for auto");
    }
    return found;
  }

  // ---- worked out

  /** Those of one codec that a ladder has by itself, the largest first. */
  static List<Rung> usual(LadderSpec spec, Track.Video track, VideoCodec codec) {
    Rungs rungs = new Rungs(spec, track, new Ledger());
    return rungs.steps().stream().map(step -> rungs.rung(step, codec)).toList();
  }

  private List<Rung> worked() {
    List<Rung> rungs = new ArrayList<>();
    for (VideoCodec codec : spec.codecs()) {
      steps().forEach(step -> rungs.add(rung(step, codec)));
    }
    ledger.decide(
        "rungs",
        String.join(", ", rungs.stream().map(Rung::name).toList()),
        "the source has "
            + lines
            + " lines, and a ladder never enlarges; each rung has about half the pixels of the one"
            + " above");
    decideRate(rungs);
    return rungs;
  }

  private List<Step> steps() {
    List<Step> steps =
        new ArrayList<>(STEPS.stream().filter(step -> step.lines() <= lines).toList());
    if (steps.isEmpty() || lines > steps.getFirst().lines() * WORTH_A_RUNG) {
      Step near = steps.isEmpty() ? STEPS.getLast() : steps.getFirst();
      double pixels = Math.pow((double) lines / near.lines(), 2);
      steps.addFirst(
          new Step(
              lines, Math.round(near.bits() * Math.pow(pixels, BITS_BY_PIXELS) / 1e4) * 10_000));
    }
    // Larger sources need no rung that small: players start with the smallest there is.
    if (steps.size() > 4) {
      steps.removeIf(step -> step.lines() < 360);
    }
    return steps;
  }

  private Rung rung(Step step, VideoCodec codec) {
    boolean halved = fast && !captions && step.lines() < LEAST_FAST_LINES;
    double factor = efficiency(codec) * (fast && !halved ? BITS_OF_FAST : 1);
    long most = Math.round(step.bits() * factor / 1e4) * 10_000;
    return new Rung(
        name(step.lines(), codec, spec.codecs().size() > 1),
        step.lines(),
        codec,
        OptionalLong.empty(),
        OptionalLong.of(most),
        OptionalDouble.empty(),
        halved,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Bits for the same quality, against H.264. */
  private static double efficiency(VideoCodec codec) {
    return switch (codec) {
      case H264 -> 1;
      case HEVC -> 0.65;
      case AV1, VP9 -> 0.55;
    };
  }

  private void decideRate(List<Rung> rungs) {
    if (rungs.stream().anyMatch(Rung::halved)) {
      ledger.decide(
          "frame rate",
          "halved below " + LEAST_FAST_LINES + " lines",
          "the source has more than 30 frames a second; small pictures gain more from the bits");
    } else if (fast && captions) {
      ledger.decide(
          "frame rate",
          "kept on all rungs",
          "the pictures carry captions, of which every second letter would be left out");
    }
  }

  // ---- as listed

  private List<Rung> listed(List<RungSpec> listed) {
    List<Rung> rungs = new ArrayList<>();
    boolean several = listed.stream().flatMap(r -> codecs(r).stream()).distinct().count() > 1;
    for (RungSpec asked : listed) {
      if (asked.size().count() > lines) {
        ledger.note(
            "the rung "
                + asked.size().count()
                + "p is left out: the source has "
                + lines
                + " lines");
        continue;
      }
      codecs(asked).forEach(codec -> rungs.add(rung(asked, codec, several)));
    }
    rungs.sort(
        Comparator.comparing(Rung::codec)
            .thenComparing(Comparator.comparingInt(Rung::lines).reversed()));
    checkNames(rungs);
    return rungs;
  }

  private Rung rung(RungSpec asked, VideoCodec codec, boolean several) {
    OptionalLong most =
        asked.maxBitrate().isPresent() || asked.bitrate().isEmpty()
            ? asked.maxBitrate()
            : OptionalLong.of(Math.round(asked.bitrate().getAsLong() * PEAK));
    return new Rung(
        name(asked.size().count(), codec, several),
        asked.size().count(),
        codec,
        asked.bitrate(),
        most,
        asked.quality(),
        /* halved= */ false,
        asked.buffer(),
        asked.preset(),
        asked.profile());
  }

  private List<VideoCodec> codecs(RungSpec asked) {
    return asked.codec().map(List::of).orElse(spec.codecs());
  }

  private void checkNames(List<Rung> rungs) {
    if (rungs.stream().map(Rung::name).distinct().count() < rungs.size()) {
      ledger.refuse(
          "--rungs",
          "two rungs have one size and codec",
          "their files would have the same name",
          "leave one out, or give them different sizes");
    }
  }

  private static String name(int rungLines, VideoCodec codec, boolean several) {
    return rungLines + "p" + (several ? "-" + codec.id() : "");
  }

  /** Whether {@code small} may be made of {@code large} pictures: enough is left to sharpen. */
  static boolean isStep(Size large, Size small) {
    return large.width() >= small.width() * 1.3 && large.height() >= small.height() * 1.3;
  }
}
