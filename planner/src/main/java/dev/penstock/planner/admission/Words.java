package dev.penstock.planner.admission;

import dev.penstock.model.Load.Dimension;
import java.util.Locale;

/** Amounts for people. */
final class Words {
  private Words() {}

  /** So much of something of which there is so much. */
  static String amount(Dimension dimension, long amount, long capacity) {
    return switch (dimension) {
      case ENCODER, DECODER, SHADERS ->
          // Up, so that what is refused never looks as if it were just allowed.
          Math.ceilDiv(100 * amount, Math.max(1, capacity)) + " %";
      case MEMORY -> memory(amount);
      case BUS -> Math.ceilDiv(amount, 1_000_000L) + " MB/s";
      case SESSIONS -> Long.toString(amount);
      case CORES -> String.format(Locale.ROOT, "%.1f cores", amount / 1000.0);
    };
  }

  private static String memory(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20) + " MiB";
  }
}
