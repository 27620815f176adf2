package dev.penstock.node.config;

import java.util.List;
import java.util.Map;

/** A value in the file, with the line it stands on, counted from 1. */
sealed interface Value {
  int line();

  /** What it is, for a message. */
  String noun();

  /** Words, numbers, true and false, as they are written. */
  record Scalar(int line, String text) implements Value {
    @Override
    public String noun() {
      return "'" + text + "'";
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
   * @param entries in the order of the file; the line is that of the key
   */
  record Keyed(int line, Map<String, Entry> entries) implements Value {
    @Override
    public String noun() {
      return "keys with values";
    }
  }

  record Entry(int line, Value value) {}
}
