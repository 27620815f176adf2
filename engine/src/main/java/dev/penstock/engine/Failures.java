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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** Turns what libraries throw into failures that say what to do. */
public final class Failures {
  /** What libav says of playlists whose names it does not take. */
  private static final Pattern ABOUT_NAMES =
      Pattern.compile(
          "allowed_(segment_)?extensions|allowed extensions|non standard extension"
              + "|not a common multimedia extension");

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
      case NETWORK -> notGiven(source, stage, said);
      case INVALID_DATA -> notMedia(source, stage, said);
      case NO_MEMORY ->
          new BadInput(
              new Diagnosis(
                  source,
                  stage,
                  "asks for more memory than there is",
                  "a damaged file claims sizes that are not in it; " + said,
                  "get the file again; if a player takes it, use a machine with more memory"));
      case UNKNOWN_COMPONENT -> unreadable(source, stage, said);
      case DEVICE,
          DEVICE_LOST,
          DEVICE_MEMORY,
          SESSION_LIMIT,
          UNSUPPORTED,
          NO_SPACE,
          INVALID_ARGUMENT,
          OTHER ->
          stage == Stage.OPEN ? notMedia(source, stage, said) : readingFailed(source, stage, said);
      case IO ->
          stage == Stage.OPEN && isUrl(source)
              ? notGiven(source, stage, said)
              : readingFailed(source, stage, said);
    };
  }

  private static boolean isUrl(String source) {
    return source.contains("://");
  }

  private static Failure readingFailed(String source, Stage stage, String said) {
    return new BadInput(
        new Diagnosis(
            source,
            stage,
            "reading failed",
            said,
            isUrl(source)
                ? "the server or the connection gave up before the end; try again"
                : "check that the file and its disk are still there and whole"));
  }

  private static Failure notGiven(String source, Stage stage, String said) {
    return new BadInput(
        new Diagnosis(
            source,
            stage,
            "the server did not give it",
            said,
            "check the address, and that this machine can reach it"));
  }

  private static Failure unreadable(String source, Stage stage, String said) {
    boolean protocol = said.contains("Protocol not found");
    return new Unsupported(
        new Diagnosis(
            source,
            stage,
            "this build cannot read it",
            said,
            protocol
                ? "get the file by other means first; http, https, rtsp and rtmp work"
                : "convert it to a common format first"));
  }

  private static Failure notMedia(String source, Stage stage, String said) {
    if (ABOUT_NAMES.matcher(said).find()) {
      return playlistNames(source, stage, said);
    }
    String guess = "it is damaged, cut off, or not audio or video at all";
    String next = "try 'ffprobe' or a player on it, or get the file again";
    if (said.contains("moov atom not found")) {
      guess =
          "its index is missing, as when a recording or download was broken off, or it is no MP4";
      next = "get the file again; without the index it cannot be read";
    } else if (said.contains("partial file") && !isUrl(source)) {
      guess = "it is cut off, or an MP4 with its index at the end that came through a pipe";
      next = "get the file again, or write what comes through the pipe to a file first";
    } else if (said.contains("max_streams")) {
      guess = "it claims to have more than 1000 tracks";
      next = "get the file again, or remux it with the tracks you want";
    }
    return new BadInput(
        new Diagnosis(source, stage, "not readable as media", guess + "; " + said, next));
  }

  /** libav takes playlists, and what they name, by extensions only: others may be any file. */
  private static Failure playlistNames(String source, Stage stage, String said) {
    boolean itself = said.contains("Not detecting m3u8");
    return new BadInput(
        new Diagnosis(
            source,
            stage,
            itself
                ? "is a playlist under another name"
                : "is a playlist that names files of other kinds than media",
            // The rest asks users for patches, or for options that they have not.
            said.replaceFirst("(,? consider|\\s*If you wish) [^\"]*", ""),
            itself
                ? "name it .m3u8"
                : "give the files it names an extension such as .ts, .mp4 or .aac, or open them"
                    + " directly"));
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
      case DEVICE, DEVICE_LOST -> deviceLost(subject, stage, said);
      case DEVICE_MEMORY -> deviceFull(subject, stage, "the device's memory is full", said);
      case SESSION_LIMIT -> deviceFull(subject, stage, "the device opens no more sessions", said);
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
      case UNKNOWN_COMPONENT, UNSUPPORTED -> refusedRequest(subject, stage, said);
      case INVALID_ARGUMENT, NOT_FOUND, NO_PERMISSION, NO_SPACE, INTERRUPTED, NETWORK, IO, OTHER ->
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
            said.contains("libsvtav1")
                ? "with SVT_LOG=1 in the environment SVT-AV1 says why; see also 'penstock plan'"
                : "change the option it names, or see 'penstock plan' for what was set"));
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
      case INTERRUPTED,
          NETWORK,
          DEVICE,
          DEVICE_LOST,
          DEVICE_MEMORY,
          SESSION_LIMIT,
          UNSUPPORTED,
          IO,
          OTHER ->
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
  public static Failure ofWriting(Path target, IOException e) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      return noFolder(target, folder + (Files.exists(folder) ? " is a file" : " is missing"));
    }
    String said = words(e);
    if (e instanceof AccessDeniedException
        || e instanceof NoSuchFileException
        || said.contains("Read-only")
        || said.contains("not permitted")) {
      return unwritable(target, said);
    }
    if (said.contains("No space left")) {
      return diskFull(target, said);
    }
    return new HostMisconfigured(
        new Diagnosis(
            target.toString(), Stage.OPEN, "cannot be written", said, "check the folder it is in"));
  }

  private static Failure diskFull(Path target, String said) {
    return new OutOfResource(
        new Diagnosis(
            target.toString(),
            Stage.MUX,
            said.contains("File too large") ? "the file may not grow so large" : "the disk is full",
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

  private static Failure deviceFull(String subject, Stage stage, String what, String said) {
    return new OutOfResource(
        new Diagnosis(
            subject, stage, what, said, "run fewer jobs on it at once, or use another device"));
  }

  /** Encode sessions that did not become free. */
  static Failure noSession(String gpu, int needed, String why, Duration waited) {
    return deviceFull(
        gpu,
        Stage.OPEN,
        needed
            + " encode sessions did not become free"
            + (waited.isZero() ? "" : " in " + waited.toSeconds() + " s"),
        why);
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

  /** Java leaves the commonest reasons to the names of its exceptions. */
  static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /** libav's reason and, when it logged one, its own last line. */
  private static String words(AvException e) {
    return e.lastLog().isEmpty()
        ? e.operation() + ": " + e.reason()
        : e.operation() + ": " + e.reason() + "; libav said \"" + e.lastLog() + "\"";
  }
}
