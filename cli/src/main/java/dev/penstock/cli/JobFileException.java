package dev.penstock.cli;

import java.util.List;

/** A job file is not one. */
final class JobFileException extends RuntimeException {
  private final transient List<Complaint> complaints;

  JobFileException(List<Complaint> complaints) {
    super("a job file with " + complaints.size() + " mistakes");
    this.complaints = List.copyOf(complaints);
  }

  List<Complaint> complaints() {
    return complaints;
  }
}
