package dev.penstock.cli;

import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import java.util.List;
import java.util.Optional;

/** How a running job and its end are shown. Safe from any thread. */
sealed interface Display permits TextDisplay, JsonDisplay {
  void progress(Progress progress);

  /** One line of libav's log. */
  void log(String line);

  void done(Report report);

  ExitCode failed(List<Complaint> complaints);

  void interrupted(String output, Optional<String> kept);
}
