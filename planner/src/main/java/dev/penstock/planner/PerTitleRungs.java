package dev.penstock.planner;

import dev.penstock.model.LadderSpec;
import dev.penstock.model.PerTitle;
import dev.penstock.model.Probes;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The rungs of a ladder whose source was measured: what fits it, within what is usual. */
final class PerTitleRungs {
  /** From the average bit rate to the maximum, where the usual one allows it. */
  private static final double EASY_PEAK = 2;

  private static final double BITS = 1e4;

  private final LadderSpec spec;
  private final Track.Video track;
  private final Probes probes;
  private final Ledger ledger;
  private final List<Rung> rungs = new ArrayList<>();
  private final List<PerTitle.Found> found = new ArrayList<>();
  private final List<Probes.Point> hull = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();

  private PerTitleRungs(LadderSpec spec, Track.Video track, Probes probes, Ledger ledger) {
    this.spec = spec;
    this.track = track;
    this.probes = probes;
    this.ledger = ledger;
  }

  /** The rungs, the best of each codec first. */
  static List<Rung> of(LadderSpec spec, Track.Video track, Probes probes, Ledger ledger) {
    PerTitleRungs place = new PerTitleRungs(spec, track, probes, ledger);
    spec.codecs().forEach(place::place);
    PerTitle result = new PerTitle(probes, place.hull, place.found);
    ledger.found(result);
    place.decide(result);
    return place.rungs;
  }

  private void place(VideoCodec codec) {
    List<Rung> usual = Rungs.usual(spec, track, codec);
    List<Spot> measured =
        probes.points().stream().filter(point -> point.codec() == codec).map(Spot::of).toList();
    if (measured.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured of " + codec);
    }
    Placing placing =
        new Placing(
            lines -> most(of(usual, lines)),
            most(usual.getLast()) / Placing.PEAK,
            usual.size(),
            ProbePlans.step(measured.stream().map(Spot::quality).toList()));
    Placing.Placed placed = placing.of(measured);
    hull.addAll(outline(placed.hull(), measured).stream().map(s -> s.point(codec)).toList());
    for (int i = placed.rungs().size() - 1; i >= 0; i--) {
      add(codec, of(usual, placed.rungs().get(i).lines()), measured, placed, i);
    }
  }

  /**
   * The hull by what was measured, its ends, and where it goes from one size to another: what lies
   * between follows.
   */
  private static List<Spot> outline(List<Spot> hull, List<Spot> measured) {
    List<Spot> outline = new ArrayList<>();
    for (int i = 0; i < hull.size(); i++) {
      boolean inside = i > 0 && i < hull.size() - 1;
      if (!inside
          || hull.get(i - 1).lines() != hull.get(i).lines()
          || hull.get(i + 1).lines() != hull.get(i).lines()) {
        outline.add(hull.get(i));
      }
    }
    measured.stream()
        .filter(spot -> !outline.contains(spot) && isOn(hull, spot))
        .forEach(outline::add);
    outline.sort(Comparator.comparingDouble(Spot::rate));
    return outline;
  }

  private static boolean isOn(List<Spot> hull, Spot spot) {
    return spot.rate() >= hull.getFirst().rate()
        && spot.rate() <= hull.getLast().rate()
        && spot.score() >= Hull.scoreAt(hull, spot.rate()) - Placing.AS_GOOD;
  }

  private static Rung of(List<Rung> usual, int lines) {
    return usual.stream()
        .filter(rung -> rung.lines() == lines)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no rung has " + lines + " lines"));
  }

  private static long most(Rung rung) {
    return rung.maxBitrate().orElseThrow();
  }

  private void add(
      VideoCodec codec, Rung usual, List<Spot> measured, Placing.Placed placed, int at) {
    Spot spot = placed.rungs().get(at);
    int number = names.merge(usual.name(), 1, Integer::sum);
    String name = usual.name() + (number == 1 ? "" : "-" + number);
    long most = most(spot, usual);
    rungs.add(
        new Rung(
            name,
            usual.lines(),
            codec,
            OptionalLong.empty(),
            OptionalLong.of(most),
            OptionalDouble.of(spot.quality()),
            usual.halved()));
    found.add(
        new PerTitle.Found(
            name, spot.point(codec), most, because(placed, at, finest(measured, spot))));
  }

  /** Room for scenes harder than the sampled ones, as far as the usual ladder has it. */
  private static long most(Spot spot, Rung usual) {
    double wanted = Math.max(EASY_PEAK * spot.rate(), Placing.PEAK * spot.peak());
    return Math.min(most(usual), Math.max(1, (long) Math.ceil(wanted / BITS)) * (long) BITS);
  }

  /** Whether nothing better was tried in this size. */
  private static boolean finest(List<Spot> measured, Spot spot) {
    return measured.stream()
        .noneMatch(other -> other.lines() == spot.lines() && other.quality() < spot.quality());
  }

  private static String because(Placing.Placed placed, int at, boolean finest) {
    Spot spot = placed.rungs().get(at);
    String measures = "it measures " + decibels(spot.score());
    if (at == placed.rungs().size() - 1) {
      return measures + bestBecause(spot, finest);
    }
    Spot above = placed.rungs().get(at + 1);
    String step =
        measures
            + ", "
            + decibels(above.score() - spot.score())
            + " below the one above, for "
            + percent(spot.rate() / above.rate())
            + " of its bits";
    return at > 0 ? step : step + "; the lowest, for slow lines";
  }

  private static String bestBecause(Spot spot, boolean finest) {
    if (spot.score() >= Placing.CEILING) {
      return ", and more is not seen";
    }
    return finest
        ? ", at the quality that is usual for the encoder"
        : "; more would take more than is usual for " + spot.lines() + " lines";
  }

  private void decide(PerTitle result) {
    ledger.decide(
        "rungs",
        String.join(", ", rungs.stream().map(Rung::name).toList()),
        probes.points().size()
            + " encodes of "
            + probes.stretches().size()
            + (probes.stretches().size() == 1 ? " stretch" : " stretches")
            + " of the source were measured"
            + probes.gpu().map(gpu -> ", by " + gpu.api().label() + " of " + gpu.name()).orElse("")
            + "; these stand where no other size gives more quality"
            + " for the bits, in steps that are seen");
    for (PerTitle.Found rung : result.rungs()) {
      ledger.decide(
          "rung " + rung.name(),
          "about "
              + rate(rung.point().bitRate())
              + ", at most "
              + rate(rung.maxBitRate())
              + ", quality "
              + number(rung.point().quality(), 1),
          rung.because());
    }
  }

  // ---- words

  private static String decibels(double value) {
    return number(value, 1) + " dB";
  }

  private static String percent(double part) {
    return Math.round(100 * part) + " %";
  }

  private static String rate(long bits) {
    BigDecimal rounded = new BigDecimal(bits).round(new MathContext(2, RoundingMode.HALF_UP));
    boolean mega = rounded.longValue() >= 1_000_000;
    return rounded.movePointLeft(mega ? 6 : 3).stripTrailingZeros().toPlainString()
        + (mega ? " Mbit/s" : " kbit/s");
  }

  private static String number(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).toPlainString();
  }
}
