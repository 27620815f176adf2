package dev.penstock.node.text;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** A value in a text, with the line it stands on, counted from 1. */
public sealed interface Value {
  int line();

  /** What it is, for a message. */
  String noun();

  /** One value; its text is what is written. */
  sealed interface Scalar extends Value {
    String text();

    @Override
    default String noun() {
      return "'" + text() + "'";
    }
  }

  /** Words between other marks. */
  record Text(int line, String text) implements Scalar {}

  record Numeral(int line, String text) implements Scalar {
    private static final int MOST_DIGITS = 20;

    /**
     * Without an exponent: JSON may write 2500000 as 2.5e6, which is no way to write a bit rate.
     */
    public String plain() {
      try {
        BigDecimal value = new BigDecimal(text);
        return Math.abs((long) value.scale()) + value.precision() <= MOST_DIGITS
            ? value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString()
            : text;
      } catch (NumberFormatException _) {
        return text;
      }
    }
  }

  record Truth(int line, boolean value) implements Scalar {
    @Override
    public String text() {
      return Boolean.toString(value);
    }
  }

  record Nothing(int line) implements Value {
    @Override
    public String noun() {
      return "nothing";
    }
  }

  record Items(int line, List<Value> items) implements Value {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String noun() {
      return "a list";
    }
  }

  /**
   * Keys with values.
   *
   * @param entries in the order of the text; the line is that of the key
   */
  record Keyed(int line, Map<String, Entry> entries) implements Value {
    @Override
    public String noun() {
      return "keys with values";
    }
  }

  record Entry(int line, Value value) {}
}
