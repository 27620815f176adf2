package dev.penstock.cli;

import dev.penstock.lab.Fleet;
import java.util.Map;

/** What happened on virtual GPUs, for people. */
final class LabText {
  private LabText() {}

  static String of(Fleet fleet, int exit, boolean received) {
    StringBuilder text = new StringBuilder("\nOn the virtual GPUs:\n");
    fleet.gpus().forEach((number, name) -> text.append("  GPU %d  %s%n".formatted(number, name)));
    text.append('\n');
    for (String line : fleet.story()) {
      String[] words = line.split(" ", 3);
      text.append(
          "  %8s s  %s  %s%n"
              .formatted(words[0], words[1].equals("-1") ? "all  " : "GPU " + words[1], words[2]));
    }
    if (fleet.story().isEmpty()) {
      text.append("  no encoding session was opened\n");
    }
    if (!fleet.kernelLog().isEmpty()) {
      text.append("\nKernel log:\n");
      fleet
          .kernelLog()
          .forEach(line -> text.append("  ").append(line.replaceFirst("^[^;]*;", "")).append('\n'));
    }
    if (received) {
      fleet.received().forEach((session, fields) -> append(session, fields, text));
    }
    return text.append("\nThe command ended with ").append(exit).append(".\n").toString();
  }

  private static void append(int session, Map<String, String> fields, StringBuilder text) {
    text.append("\nSession ").append(session).append(" received:\n");
    fields.forEach(
        (field, value) -> text.append("  ").append(field).append(' ').append(value).append('\n'));
  }
}
