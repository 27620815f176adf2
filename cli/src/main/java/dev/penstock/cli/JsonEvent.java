package dev.penstock.cli;

import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import java.util.List;
import java.util.Optional;

/** What {@code --progress json} writes; the {@code event} property names the case. */
sealed interface JsonEvent {
  record Running(Progress progress) implements JsonEvent {}

  record Measuring(double done) implements JsonEvent {}

  record Log(String line) implements JsonEvent {}

  record Done(Report report) implements JsonEvent {}

  record Failed(ExitCode exitCode, List<Complaint> failures) implements JsonEvent {}

  record Interrupted(String output, Optional<String> kept) implements JsonEvent {}
}
