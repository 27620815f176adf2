package dev.penstock.cli;

import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import java.util.List;
import java.util.Optional;

/** How a running job and its end are shown. Safe from any thread. */
sealed interface Display permits TextDisplay, JsonDisplay {
  void progress(Progress progress);

  /**
   * The source is measured before the job begins.
   *
   * @param done part of it, 0 to 1
   */
  void measuring(double done);

  /** It was measured, or that was given up: what shows how far it is goes. */
  void measured();

  /** One line of libav's log. */
  void log(String line);

  void done(Report report);

  ExitCode failed(List<Complaint> complaints);

  void interrupted(String output, Optional<String> kept);
}
