package dev.penstock.model;

import java.util.function.LongBinaryOperator;

/**
 * Something of each thing that work takes of a machine. Whole numbers: sums do not depend on their
 * order, so that what is given back leaves nothing behind.
 *
 * @param encoders thousandths of one encoder engine
 * @param decoders thousandths of one decoder engine
 * @param shaders thousandths of all of a GPU's shaders: NVIDIA's SMs
 * @param memory bytes of a GPU's own memory
 * @param bus bytes a second between a GPU and the host, of the busier direction
 * @param sessions encoder sessions
 * @param cores thousandths of one core of the processor
 */
public record Load(
    long encoders, long decoders, long shaders, long memory, long bus, long sessions, long cores) {
  public static final Load NONE = new Load(0, 0, 0, 0, 0, 0, 0);

  /** What is counted. */
  public enum Dimension {
    ENCODER("encoders", true),
    DECODER("decoders", true),
    SHADERS("shaders", true),
    MEMORY("memory", false),
    BUS("PCIe", true),
    SESSIONS("encoder sessions", false),
    CORES("processor", true);

    private final String label;
    private final boolean isPace;

    Dimension(String label, boolean isPace) {
      this.label = label;
      this.isPace = isPace;
    }

    /** For people. */
    public String label() {
      return label;
    }

    /** Whether slower work takes less of it. */
    public boolean isPace() {
      return isPace;
    }

    /** Whether it is the processor's, and not a GPU's. */
    public boolean isHost() {
      return this == CORES;
    }
  }

  /** Of one thing alone. */
  public static Load of(Dimension dimension, long amount) {
    return NONE.with(dimension, amount);
  }

  public long of(Dimension dimension) {
    return switch (dimension) {
      case ENCODER -> encoders;
      case DECODER -> decoders;
      case SHADERS -> shaders;
      case MEMORY -> memory;
      case BUS -> bus;
      case SESSIONS -> sessions;
      case CORES -> cores;
    };
  }

  /** The same with another amount of one thing. */
  public Load with(Dimension dimension, long amount) {
    return new Load(
        dimension == Dimension.ENCODER ? amount : encoders,
        dimension == Dimension.DECODER ? amount : decoders,
        dimension == Dimension.SHADERS ? amount : shaders,
        dimension == Dimension.MEMORY ? amount : memory,
        dimension == Dimension.BUS ? amount : bus,
        dimension == Dimension.SESSIONS ? amount : sessions,
        dimension == Dimension.CORES ? amount : cores);
  }

  public Load plus(Load other) {
    return both(other, Math::addExact);
  }

  public Load minus(Load other) {
    return both(other, Math::subtractExact);
  }

  /** The larger of each. */
  public Load max(Load other) {
    return both(other, Math::max);
  }

  /**
   * What the same work takes when it is done more slowly. Rounded down, so that parts are never
   * more than the whole.
   *
   * @param thousandths of the speed
   */
  public Load atPace(long thousandths) {
    Load slower = this;
    for (Dimension dimension : Dimension.values()) {
      if (dimension.isPace()) {
        slower = slower.with(dimension, of(dimension) * thousandths / 1000);
      }
    }
    return slower;
  }

  private Load both(Load other, LongBinaryOperator operator) {
    return new Load(
        operator.applyAsLong(encoders, other.encoders),
        operator.applyAsLong(decoders, other.decoders),
        operator.applyAsLong(shaders, other.shaders),
        operator.applyAsLong(memory, other.memory),
        operator.applyAsLong(bus, other.bus),
        operator.applyAsLong(sessions, other.sessions),
        operator.applyAsLong(cores, other.cores));
  }
}
