package dev.penstock.engine;

import static java.util.stream.Collectors.joining;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.model.Verification;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Level;
import dev.penstock.model.Verification.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at the outputs of one run, each when it is complete and before it gets its name. Belongs to
 * one thread.
 */
final class Verifier {
  /** Of failed checks; the report has all. */
  private static final int MOST_NAMED = 3;

  private final Plan plan;
  private final Input input;
  private final MediaInfo source;
  private final Engine.Options options;
  private final Cancellation cancellation;
  private final Consumer<Path> finished;
  private final List<Check> checks = new ArrayList<>();
  private final List<MediaInfo> facts = new ArrayList<>();
  private final List<Rung> rungs = new ArrayList<>();

  /** The key frames of one rung. */
  record Rung(String path, int slot, PacketLog packets) {}

  /**
   * @param finished told of each output, before anything looks at it
   */
  Verifier(
      Plan plan,
      Input input,
      Engine.Options options,
      Cancellation cancellation,
      Consumer<Path> finished) {
    this.plan = plan;
    this.input = input;
    this.source = input.info();
    this.options = options;
    this.cancellation = cancellation;
    this.finished = finished;
  }

  /**
   * Looks at a file.
   *
   * @param partial where it lies
   * @param written accounts of what was handed to its container
   * @param coded accounts of what was decoded and encoded
   */
  void file(Plan.File file, Path partial, Accounts written, Accounts coded) {
    finished.accept(partial);
    Path target = Path.of(file.path());
    if (options.verify() == Level.NONE) {
      facts.add(Engine.facts(partial, target, options, cancellation));
      return;
    }
    ReadBack back = ReadBack.of(partial, target, options, cancellation);
    if (cancellation.isCancelled()) {
      return;
    }
    back.info().ifPresent(facts::add);
    Expectations expected =
        Expectations.of(plan, source, file.path(), file.format(), file.tracks(), written, coded)
            .withChapters(file.chapters());
    List<Check> structure = Findings.of(expected, back);
    checks.addAll(structure);
    rungs(expected, back);
    decode(expected.path(), expected.tracks(), partial, coded);
  }

  /**
   * Looks at renditions.
   *
   * @param folder where they lie
   */
  void presentation(Plan.Presentation presentation, Path folder, Accounts written, Accounts coded) {
    finished.accept(folder);
    Expectations expected =
        Expectations.of(
            plan, source, presentation.path(), "mp4", presentation.tracks(), written, coded);
    PresentationReading reading = new PresentationReading(presentation, expected, folder);
    List<Check> found = reading.checks();
    Path target = Path.of(presentation.path());
    if (options.verify() != Level.NONE) {
      checks.addAll(found);
      rungs.addAll(reading.rungs());
    }
    reading.readable().forEach((slot, file) -> rendition(reading, slot, file, target, coded));
  }

  /**
   * Looks at a poster.
   *
   * @param partial where it lies
   */
  void poster(Plan.Poster poster, Path partial) {
    finished.accept(partial);
    if (options.verify() != Level.NONE) {
      checks.add(stills().poster(poster, partial));
    }
  }

  /**
   * Looks at thumbnails.
   *
   * @param partial where their index lies
   */
  void thumbnails(Plan.Thumbnails thumbnails, Path partial) {
    finished.accept(partial);
    if (options.verify() != Level.NONE) {
      checks.addAll(stills().thumbnails(thumbnails, partial));
    }
  }

  private StillsReading stills() {
    return new StillsReading(plan, options, cancellation);
  }

  /** What is not even written well need not be looked at closely. */
  private void decode(String path, List<Expectations.Expected> tracks, Path file, Accounts coded) {
    boolean well = checks.stream().noneMatch(check -> check.result() instanceof Result.Failed);
    if (options.verify() == Level.DECODE && well && !cancellation.isCancelled()) {
      checks.addAll(
          new DecodedChecks(plan, input, options, cancellation).of(path, tracks, file, coded));
    }
  }

  private void rendition(
      PresentationReading reading, int slot, Path file, Path target, Accounts coded) {
    if (cancellation.isCancelled()) {
      return;
    }
    boolean locked = reading.isEncrypted();
    try {
      facts.add(Engine.facts(file, target.resolve(file.getFileName()), options, cancellation));
    } catch (FailureException e) {
      if (!locked) {
        throw e;
      }
    }
    List<Expectations.Expected> tracks = reading.expected(slot);
    if (!locked) {
      decode(target.toString(), tracks, file, coded);
    } else if (options.verify() == Level.DECODE) {
      tracks.forEach(track ->
          checks.add(
              new Check(
                  target.toString(),
                  Optional.of(track.name()),
                  "decoding",
                  new Result.NotChecked("it is encrypted"))));
    }
  }

  private void rungs(Expectations expected, ReadBack back) {
    List<PacketLog> pictures =
        back.tracks().stream()
            .filter(track -> track.kind() == Expectations.Kind.VIDEO)
            .map(ReadBack.Found::packets)
            .toList();
    int i = 0;
    for (Expectations.Expected track : expected.tracks()) {
      if (track.kind() == Expectations.Kind.VIDEO && i < pictures.size()) {
        PacketLog packets = pictures.get(i++);
        if (track.encoded()) {
          rungs.add(new Rung(expected.path(), track.slot(), packets));
        }
      }
    }
  }

  /** Looks at all outputs together. */
  Verification finish() {
    if (options.verify() != Level.NONE && !plan.isOneFile()) {
      checks.addAll(SameKeys.of(rungs));
    }
    return new Verification(options.verify(), checks);
  }

  /** Tells what is wrong with outputs that are kept at {@code kept}. */
  static Failure failure(Report report, Path kept) {
    List<Check> failed = report.verification().failed();
    Check first = failed.getFirst();
    return new Failure.WrongOutput(
        new Diagnosis(
            first.output(),
            Stage.VERIFY,
            "is not what it should be: " + name(first),
            failed.stream().limit(MOST_NAMED).map(Verifier::words).collect(joining("; "))
                + (failed.size() > MOST_NAMED ? "; ..." : ""),
            "what was written is kept as "
                + kept
                + " and was not given its name; try again, elsewhere if it happens again, and"
                + " report it"),
        report);
  }

  private static String name(Check check) {
    return check.name() + check.track().map(track -> " of " + track).orElse("");
  }

  private static String words(Check check) {
    return switch (check.result()) {
      case Result.Failed(String found, String wanted) ->
          name(check) + ": " + found + " (expected: " + wanted + ")";
      case Result.Passed _, Result.NotChecked _ -> name(check);
    };
  }

  /** What was read of the outputs. */
  List<MediaInfo> facts() {
    return facts;
  }
}
