package dev.penstock.cli;

import dev.penstock.model.Failure;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the process ends. A contract with scripts: values are never reused for something else. */
enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "failed for another reason"),
  USAGE(2, "the command line makes no sense, or OUT exists"),
  BAD_INPUT(3, "the input is missing, damaged, empty or no media"),
  UNSUPPORTED(4, "this build or machine cannot do what was asked"),
  HOST(5, "a device failed, or the host is not set up for it"),
  RESOURCES(6, "memory, disk space, sessions or file handles ran out"),
  WRONG_OUTPUT(7, "what was written is not what it should be; it is kept under another name"),
  BUG(70, "a fault in Penstock; the message names a file with the details"),
  INTERRUPTED(130, "interrupted; there is no output");

  private final int value;
  private final String meaning;

  ExitCode(int value, String meaning) {
    this.value = value;
    this.meaning = meaning;
  }

  int value() {
    return value;
  }

  /** All, by value, in the order of the values. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : values()) {
      meanings.put(Integer.toString(code.value), code.meaning);
    }
    return meanings;
  }

  static ExitCode of(Failure failure) {
    return switch (failure) {
      case Failure.BadRequest _ -> USAGE;
      case Failure.BadInput _ -> BAD_INPUT;
      case Failure.Unsupported _ -> UNSUPPORTED;
      case Failure.DeviceLost _, Failure.HostMisconfigured _ -> HOST;
      case Failure.OutOfResource _ -> RESOURCES;
      case Failure.WrongOutput _ -> WRONG_OUTPUT;
      case Failure.Bug _ -> BUG;
    };
  }
}
