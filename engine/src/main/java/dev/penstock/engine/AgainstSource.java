package dev.penstock.engine;

import dev.penstock.engine.Expectations.Expected;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.NotChecked;
import dev.penstock.model.Verification.Result.Passed;

/** Whether sound begins as long before or after the pictures as in the source. Pure. */
final class AgainstSource {
  private AgainstSource() {}

  static Result of(Expected pictures, Expected sound, long tolerance) {
    if (!pictures.encoded() || !sound.encoded()) {
      return new Passed("as it was handed to the container");
    }
    if (pictures.begins().isEmpty() || sound.begins().isEmpty()) {
      return new NotChecked("the first pictures are others than the source's");
    }
    long source = sound.begins().getAsLong() - pictures.begins().getAsLong();
    long written = sound.written().heardMicros() - pictures.written().firstMicros();
    return Math.abs(written - source) > tolerance
        ? new Failed(
            "the sound begins " + Findings.seconds(written) + " after the pictures",
            Findings.seconds(source) + " in the source")
        : new Passed(Findings.seconds(written - source) + " from the source");
  }
}
