package dev.penstock.planner.admission;

import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * By how much work really took more or less than the figures said. Kept for each model, driver,
 * codec, preset and size: another driver begins anew. Immutable; all of it is text and numbers, to
 * be kept as JSON.
 *
 * @param factors by the text of a {@link Key}
 */
public record Corrections(SortedMap<String, Factors> factors) {
  public static final Corrections NONE = new Corrections(new TreeMap<>());

  /** How much one observation counts. */
  private static final double WEIGHT = 0.2;

  /** Of memory that is more than expected: too little of it fails jobs, where engines only slow. */
  private static final double WEIGHT_OF_MORE_MEMORY = 0.5;

  /** However wild an observation is, it is taken for at most so many times the last factor. */
  private static final double WILDEST = 2;

  /** Factors stay between this and one over this. */
  private static final double MOST = 4;

  public Corrections {
    factors = Collections.unmodifiableSortedMap(new TreeMap<>(factors));
  }

  /**
   * What is alike.
   *
   * @param preset as the encoder has it; {@code decode} for decoding
   * @param lines the nearest usual size, by the number of its lines
   */
  public record Key(String model, String driver, String codec, String preset, int lines) {
    @Override
    public String toString() {
      return String.join("|", model, driver, codec, preset, Integer.toString(lines));
    }
  }

  /**
   * Of each thing, 1 where the figures are right.
   *
   * @param count of observations
   */
  public record Factors(
      long count, double encoders, double decoders, double shaders, double memory, double cores) {
    static final Factors UNIT = new Factors(0, 1, 1, 1, 1, 1);

    private double of(Dimension dimension) {
      return switch (dimension) {
        case ENCODER -> encoders;
        case DECODER -> decoders;
        case SHADERS -> shaders;
        case MEMORY -> memory;
        case CORES -> cores;
        case BUS, SESSIONS -> 1;
      };
    }
  }

  public Optional<Factors> of(Key key) {
    return Optional.ofNullable(factors.get(key.toString()));
  }

  /**
   * With what was seen of running work.
   *
   * @param expected what the figures alone say of it at the speed that it had
   * @param measured what it took; 0 of what nobody measured
   */
  public Corrections observed(Key key, Load expected, Load measured) {
    Factors before = of(key).orElse(Factors.UNIT);
    Factors after =
        new Factors(
            before.count + 1,
            next(before, Dimension.ENCODER, expected, measured),
            next(before, Dimension.DECODER, expected, measured),
            next(before, Dimension.SHADERS, expected, measured),
            next(before, Dimension.MEMORY, expected, measured),
            next(before, Dimension.CORES, expected, measured));
    Map<String, Factors> all = new TreeMap<>(factors);
    all.put(key.toString(), after);
    return new Corrections(new TreeMap<>(all));
  }

  private static double next(Factors before, Dimension dimension, Load expected, Load measured) {
    double old = before.of(dimension);
    if (expected.of(dimension) <= 0 || measured.of(dimension) <= 0) {
      return old;
    }
    double seen = (double) measured.of(dimension) / expected.of(dimension);
    double step = Math.clamp(seen / old, 1 / WILDEST, WILDEST);
    boolean isMoreMemory = dimension == Dimension.MEMORY && step > 1;
    double weight = isMoreMemory ? WEIGHT_OF_MORE_MEMORY : WEIGHT;
    return Math.clamp(old * Math.pow(step, weight), 1 / MOST, MOST);
  }

  /** What work is expected to take. */
  Load applied(Key key, Load load) {
    Factors known = of(key).orElse(Factors.UNIT);
    Load corrected = load;
    for (Dimension dimension : Dimension.values()) {
      corrected =
          corrected.with(dimension, (long) Math.ceil(load.of(dimension) * known.of(dimension)));
    }
    return corrected;
  }
}
