package dev.penstock.planner.admission;

import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.planner.admission.CostModel.Part;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;

/**
 * By how much work really took more or less than the figures said. Kept for each device, driver,
 * codec, preset and size, and for all devices of a model together, which is what one of them begins
 * with of which nothing was seen: another driver begins anew. Immutable; all of it is text and
 * numbers, to be kept as JSON.
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
   * @param codec libav's name of the encoder, or of the codec that is decoded
   * @param preset from {@code p1} to {@code p7}; {@code decode} for decoding
   * @param lines the nearest usual size, by the number of its lines
   * @param device its UUID; empty for all of the model
   */
  public record Key(
      String model,
      String driver,
      String codec,
      String preset,
      int lines,
      Optional<String> device) {
    /** Of all devices of a model. */
    public Key(String model, String driver, String codec, String preset, int lines) {
      this(model, driver, codec, preset, lines, Optional.empty());
    }

    /** The same of one device, or of all. */
    public Key on(Optional<String> other) {
      return new Key(model, driver, codec, preset, lines, other);
    }

    @Override
    public String toString() {
      String all = String.join("|", model, driver, codec, preset, Integer.toString(lines));
      return device.map(each -> all + "|" + each).orElse(all);
    }
  }

  /**
   * Of each thing, 1 where the figures are right.
   *
   * @param count of observations
   */
  public record Factors(
      long count,
      double encoders,
      double decoders,
      double shaders,
      double memory,
      double bus,
      double cores) {
    static final Factors UNIT = new Factors(0, 1, 1, 1, 1, 1, 1);

    /** Also of what was kept somewhere: nothing makes work free, or larger than any machine. */
    public Factors {
      encoders = sane(encoders);
      decoders = sane(decoders);
      shaders = sane(shaders);
      memory = sane(memory);
      bus = sane(bus);
      cores = sane(cores);
    }

    private static double sane(double factor) {
      return factor > 0 ? Math.clamp(factor, 1 / MOST, MOST) : 1;
    }

    private double of(Dimension dimension) {
      return switch (dimension) {
        case ENCODER -> encoders;
        case DECODER -> decoders;
        case SHADERS -> shaders;
        case MEMORY -> memory;
        case BUS -> bus;
        case CORES -> cores;
        case SESSIONS -> 1;
      };
    }
  }

  /** Of a device of which nothing was seen it is what is known of its model. */
  public Optional<Factors> of(Key key) {
    return Optional.ofNullable(factors.get(key.toString()))
        .or(() -> Optional.ofNullable(factors.get(key.on(Optional.empty()).toString())));
  }

  /**
   * With what was seen of running work.
   *
   * @param expected what the figures alone say of it at the speed that it had
   * @param measured what it took; 0 of what nobody measured
   */
  public Corrections observed(Key key, Load expected, Load measured) {
    return with(key, (before, dimension) -> next(before, dimension, expected, measured));
  }

  /**
   * With what was seen of all of a running plan: each of its parts is taken to have had its part of
   * that, as was expected of it.
   *
   * @param measured at the speed of the parts; 0 of what nobody measured
   */
  public Corrections observed(List<Part> parts, Load measured) {
    return shared(parts, measured, Corrections::observed);
  }

  /** With what was measured on purpose, which counts for all that was known before. */
  public Corrections calibrated(List<Part> parts, Load measured) {
    return shared(
        parts,
        measured,
        (all, key, expected, seen) ->
            all.with(
                key,
                (before, dimension) ->
                    expected.of(dimension) > 0 && seen.of(dimension) > 0
                        ? (double) seen.of(dimension) / expected.of(dimension)
                        : before.of(dimension)));
  }

  /** Without what is known of a model under other drivers than the present one. */
  public Corrections forgetting(String model, String driver) {
    SortedMap<String, Factors> left = new TreeMap<>(factors);
    left.keySet()
        .removeIf(
            key -> key.startsWith(model + "|") && !key.startsWith(model + "|" + driver + "|"));
    return new Corrections(left);
  }

  /** With all of others, which count where both know something. */
  public Corrections with(Corrections others) {
    SortedMap<String, Factors> all = new TreeMap<>(factors);
    all.putAll(others.factors);
    return new Corrections(all);
  }

  private interface Step {
    Corrections next(Corrections all, Key key, Load expected, Load seen);
  }

  private Corrections shared(List<Part> parts, Load measured, Step step) {
    Map<Key, Load> expected = new LinkedHashMap<>();
    parts.forEach(part -> expected.merge(part.key(), part.load(), Load::plus));
    Load sum =
        expected.entrySet().stream()
            .map(each -> applied(each.getKey(), each.getValue()))
            .reduce(Load.NONE, Load::plus);
    Corrections all = this;
    for (Map.Entry<Key, Load> each : expected.entrySet()) {
      Load own = applied(each.getKey(), each.getValue());
      all = step.next(all, each.getKey(), each.getValue(), part(own, sum, measured));
    }
    return all;
  }

  private static Load part(Load own, Load sum, Load measured) {
    Load part = Load.NONE;
    for (Dimension dimension : Dimension.values()) {
      double share = (double) own.of(dimension) / Math.max(1, sum.of(dimension));
      part = part.with(dimension, (long) Math.ceil(share * measured.of(dimension)));
    }
    return part;
  }

  /** What is seen of a device also tells of its model. */
  private Corrections with(Key key, ToDoubleBiFunction<Factors, Dimension> next) {
    Corrections all = withOne(key, next);
    return key.device().isPresent() ? all.withOne(key.on(Optional.empty()), next) : all;
  }

  private Corrections withOne(Key key, ToDoubleBiFunction<Factors, Dimension> next) {
    Factors before = of(key).orElse(Factors.UNIT);
    SortedMap<String, Factors> all = new TreeMap<>(factors);
    all.put(
        key.toString(),
        new Factors(
            before.count + 1,
            next.applyAsDouble(before, Dimension.ENCODER),
            next.applyAsDouble(before, Dimension.DECODER),
            next.applyAsDouble(before, Dimension.SHADERS),
            next.applyAsDouble(before, Dimension.MEMORY),
            next.applyAsDouble(before, Dimension.BUS),
            next.applyAsDouble(before, Dimension.CORES)));
    return new Corrections(all);
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
    return old * Math.pow(step, weight);
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
