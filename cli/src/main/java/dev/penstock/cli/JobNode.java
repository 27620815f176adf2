package dev.penstock.cli;

import java.util.List;
import java.util.Map;

/** A value in a job file, with the line it stands on, counted from 1. */
sealed interface JobNode {
  int line();

  /** What it is, for a message. */
  String noun();

  /** Words between other marks. */
  record Text(int line, String text) implements JobNode {
    @Override
    public String noun() {
      return "'" + text + "'";
    }
  }

  /**
   * A number.
   *
   * @param text without an exponent
   */
  record Numeral(int line, String text) implements JobNode {
    @Override
    public String noun() {
      return text;
    }
  }

  record Truth(int line, boolean value) implements JobNode {
    @Override
    public String noun() {
      return Boolean.toString(value);
    }
  }

  record Nothing(int line) implements JobNode {
    @Override
    public String noun() {
      return "nothing";
    }
  }

  record Items(int line, List<JobNode> items) implements JobNode {
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
  record Keyed(int line, Map<String, Entry> entries) implements JobNode {
    @Override
    public String noun() {
      return "keys with values";
    }
  }

  record Entry(int line, JobNode value) {}
}
