package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Interrupt;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.BadInput;
import dev.penstock.model.Failure.Bug;
import dev.penstock.model.Failure.DeviceLost;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Failure.HostMisconfigured;
import dev.penstock.model.Failure.OutOfResource;
import dev.penstock.model.Failure.Unsupported;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns what libraries throw into failures that say what to do. */
final class Failures {
  private Failures() {}

  /** A failure of reading: opening, probing or demuxing {@code source}. */
  static Failure ofReading(String source, Stage stage, AvException e, Interrupt interrupt) {
    String said = words(e);
    return switch (e.kind()) {
      case NOT_FOUND ->
          new BadInput(
              new Diagnosis(
                  source,
                  stage,
                  "no such file",
                  said,
                  "check the path; it is relative to where you are"));
      case NO_PERMISSION -> refusedAccess(source, stage, said);
      case INTERRUPTED -> tookTooLong(source, stage, interrupt);
      case NETWORK ->
          new BadInput(
              new Diagnosis(
                  source,
                  stage,
                  "the server did not give it",
                  said,
                  "check the address, and that this machine can reach it"));
      case INVALID_DATA ->
          new BadInput(
              new Diagnosis(
                  source,
                  stage,
                  "not readable as media",
                  "it is damaged, cut off, or not audio or video at all; " + said,
                  "try 'ffprobe' or a player on it, or get the file again"));
      case NO_MEMORY -> outOfMemory(source, stage, said);
      case UNKNOWN_COMPONENT ->
          new Unsupported(
              new Diagnosis(
                  source,
                  stage,
                  "this build cannot read it",
                  said,
                  "convert it to a common format first"));
      case DEVICE -> deviceLost(source, stage, said);
      case NO_SPACE, INVALID_ARGUMENT, OTHER ->
          new BadInput(
              new Diagnosis(
                  source,
                  stage,
                  "reading failed",
                  said,
                  "check that the file or its server is still there and whole"));
    };
  }

  private static Failure refusedAccess(String source, Stage stage, String said) {
    if (said.contains("refused:")) {
      return new BadInput(
          new Diagnosis(
              source,
              stage,
              "refers to something it may not reach",
              said,
              "put the files it names into its own folder, or open them directly"));
    }
    return new HostMisconfigured(
        new Diagnosis(
            source, stage, "may not be read", said, "give this user the right to read the file"));
  }

  private static Failure tookTooLong(String source, Stage stage, Interrupt interrupt) {
    return new BadInput(
        new Diagnosis(
            source,
            stage,
            "gave no data for " + interrupt.timeout().toSeconds() + " s",
            "the server or the pipe behind it stalled",
            "check it, or allow more with --timeout"));
  }

  /** A failure of decoding, filtering or encoding. */
  static Failure ofProcessing(String subject, Stage stage, AvException e) {
    String said = words(e);
    return switch (e.kind()) {
      case NO_MEMORY -> outOfMemory(subject, stage, said);
      case DEVICE -> deviceLost(subject, stage, said);
      case INVALID_DATA ->
          stage == Stage.DECODE
              ? new BadInput(
                  new Diagnosis(
                      subject,
                      stage,
                      "the decoder cannot read it",
                      said,
                      "the file is damaged; get it again"))
              : refusedRequest(subject, stage, said);
      case UNKNOWN_COMPONENT, INVALID_ARGUMENT -> refusedRequest(subject, stage, said);
      case NOT_FOUND, NO_PERMISSION, NO_SPACE, INTERRUPTED, NETWORK, OTHER ->
          stage == Stage.ENCODE || stage == Stage.FILTER
              ? refusedRequest(subject, stage, said)
              : new BadInput(
                  new Diagnosis(
                      subject, stage, "cannot be processed", said, "try the file in a player"));
    };
  }

  private static Failure refusedRequest(String subject, Stage stage, String said) {
    return new Unsupported(
        new Diagnosis(
            subject,
            stage,
            actor(stage) + " refused what was asked of it",
            said,
            "change the option it names, or see 'penstock plan' for what was set"));
  }

  private static String actor(Stage stage) {
    return switch (stage) {
      case ENCODE -> "the encoder";
      case FILTER -> "a filter";
      default -> "libav";
    };
  }

  /** A failure of writing the output. */
  static Failure ofWriting(Path target, AvException e) {
    String said = words(e);
    return switch (e.kind()) {
      case NO_SPACE -> diskFull(target, said);
      case NOT_FOUND -> noFolder(target, said);
      case NO_PERMISSION -> unwritable(target, said);
      case NO_MEMORY -> outOfMemory(target.toString(), Stage.MUX, said);
      case INVALID_DATA, INVALID_ARGUMENT, UNKNOWN_COMPONENT ->
          new Unsupported(
              new Diagnosis(
                  target.toString(),
                  Stage.MUX,
                  "the container does not take these tracks",
                  said,
                  "try another container, such as .mkv"));
      case INTERRUPTED, NETWORK, DEVICE, OTHER ->
          new HostMisconfigured(
              new Diagnosis(
                  target.toString(),
                  Stage.MUX,
                  "writing failed",
                  said,
                  "check the disk or network share it is on"));
    };
  }

  /** A failure of creating or renaming the output. */
  static Failure ofWriting(Path target, IOException e) {
    String said =
        e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.toString();
    if (e instanceof NoSuchFileException) {
      return noFolder(target, said);
    }
    if (e instanceof AccessDeniedException || said.toLowerCase(Locale.ROOT).contains("read-only")) {
      return unwritable(target, said);
    }
    if (said.contains("No space left")) {
      return diskFull(target, said);
    }
    return new HostMisconfigured(
        new Diagnosis(
            target.toString(), Stage.MUX, "cannot be written", said, "check the folder it is in"));
  }

  private static Failure diskFull(Path target, String said) {
    return new OutOfResource(
        new Diagnosis(
            target.toString(),
            Stage.MUX,
            "the disk is full",
            said,
            "free some space or write elsewhere; nothing was left behind"));
  }

  private static Failure noFolder(Path target, String said) {
    return new HostMisconfigured(
        new Diagnosis(
            target.toString(),
            Stage.OPEN,
            "its folder does not exist",
            said,
            "make the folder first"));
  }

  private static Failure unwritable(Path target, String said) {
    return new HostMisconfigured(
        new Diagnosis(
            target.toString(),
            Stage.OPEN,
            "its folder cannot be written",
            said,
            "give this user the right to write there, or write elsewhere"));
  }

  static Failure outOfMemory(String subject, Stage stage, String said) {
    return new OutOfResource(
        new Diagnosis(
            subject,
            stage,
            "memory ran out",
            said,
            "use a smaller picture, fewer --threads, or a machine with more memory"));
  }

  private static Failure deviceLost(String subject, Stage stage, String said) {
    return new DeviceLost(
        new Diagnosis(subject, stage, "the device stopped working", said, "try again elsewhere"));
  }

  /** Whatever else is thrown. */
  static Failure of(Throwable error, String subject, Stage stage) {
    return switch (error) {
      case FailureException known -> known.failure();
      case OutOfMemoryError memory ->
          outOfMemory(subject, stage, String.valueOf(memory.getMessage()));
      case AvException av -> ofProcessing(subject, stage, av);
      default ->
          new Bug(
              new Diagnosis(
                  subject,
                  stage,
                  "Penstock failed in a way it did not expect",
                  error.toString(),
                  "please report it, with the output of --verbose"));
    };
  }

  /** libav's reason and, when it logged one, its own last line. */
  private static String words(AvException e) {
    return e.lastLog().isEmpty()
        ? e.operation() + ": " + e.reason()
        : e.operation() + ": " + e.reason() + "; libav said \"" + e.lastLog() + "\"";
  }
}
