package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import java.util.Arrays;
import java.util.Locale;

/** Failures as words, and back. */
final class FailureText {
  private FailureText() {}

  static String label(Failure failure) {
    return switch (failure) {
      case Failure.BadRequest _ -> "bad-request";
      case Failure.BadInput _ -> "bad-input";
      case Failure.Unsupported _ -> "unsupported";
      case Failure.DeviceLost _ -> "device-lost";
      case Failure.OutOfResource _ -> "out-of-resource";
      case Failure.HostMisconfigured _ -> "host-misconfigured";
      case Failure.WrongOutput _ -> "wrong-output";
      case Failure.Bug _ -> "bug";
    };
  }

  static String title(Failure failure) {
    return switch (failure) {
      case Failure.BadRequest _ -> "The request makes no sense";
      case Failure.BadInput _ -> "The input cannot be used";
      case Failure.Unsupported _ -> "Not possible here";
      case Failure.DeviceLost _ -> "A device stopped working";
      case Failure.OutOfResource _ -> "Something ran out";
      case Failure.HostMisconfigured _ -> "The host is not set up for it";
      case Failure.WrongOutput _ -> "The output is not what it should be";
      case Failure.Bug _ -> "A fault in Penstock";
    };
  }

  static int status(Failure failure) {
    return switch (failure) {
      case Failure.BadRequest _ -> 400;
      case Failure.BadInput _, Failure.Unsupported _ -> 422;
      case Failure.DeviceLost _, Failure.OutOfResource _ -> 503;
      case Failure.HostMisconfigured _, Failure.WrongOutput _, Failure.Bug _ -> 500;
    };
  }

  /** The failure of that name; a wrong output, whose report is not at hand, becomes a bug. */
  static Failure failure(String label, Failure.Diagnosis diagnosis) {
    return switch (label) {
      case "bad-request" -> new Failure.BadRequest(diagnosis);
      case "bad-input" -> new Failure.BadInput(diagnosis);
      case "unsupported" -> new Failure.Unsupported(diagnosis);
      case "device-lost" -> new Failure.DeviceLost(diagnosis);
      case "out-of-resource" -> new Failure.OutOfResource(diagnosis);
      case "host-misconfigured" -> new Failure.HostMisconfigured(diagnosis);
      default -> new Failure.Bug(diagnosis);
    };
  }

  static String retry(Failure.Retry retry) {
    return retry.name().toLowerCase(Locale.ROOT);
  }

  static Stage stage(String label, Stage otherwise) {
    return Arrays.stream(Stage.values())
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElse(otherwise);
  }
}
