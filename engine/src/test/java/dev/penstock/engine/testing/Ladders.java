package dev.penstock.engine.testing;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.Delivery;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.LadderPlanner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Small ladders: key frames every second, segments of two, cut every two where they are long. */
public final class Ladders {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Ladders() {}

  /** Rungs of these lines in H.264 of middling quality. */
  public static LadderSpec of(Path source, Path folder, Set<Form> forms, int... lines) {
    return of(source, folder, forms, Arrays.stream(lines).mapToObj(Ladders::rung).toList());
  }

  /** These rungs. */
  public static LadderSpec of(Path source, Path folder, Set<Form> forms, List<RungSpec> rungs) {
    return new LadderSpec(
        source.toString(),
        folder.toString(),
        new LadderSpec.Rungs.Listed(rungs),
        List.of(VideoCodec.H264),
        forms,
        JobSpec.Video.DEFAULT,
        List.of(),
        List.of(),
        OptionalDouble.empty(),
        JobSpec.Subtitles.AUTO,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        new JobSpec.Segments.Every(Duration.ofSeconds(2)),
        JobSpec.Hardware.AUTO,
        OptionalInt.empty(),
        /* strict= */ false);
  }

  /** With this key, of which players are told {@code url}. */
  public static LadderSpec encrypted(
      LadderSpec spec, Delivery.Scheme scheme, ContentKey key, String url) {
    return spec.withDelivery(
        spec.delivery()
            .encrypted(new Delivery.Encryption(scheme, "key.bin", key.idText(), Optional.of(url))));
  }

  public static RungSpec rung(int lines) {
    return new RungSpec(
        new SizeSpec.Lines(lines),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(28));
  }

  public static Planning planning(LadderSpec spec) {
    try (Input input = open(spec)) {
      return LadderPlanner.plan(spec, input.info(), Survey.declared(), input.indexFor(spec));
    }
  }

  private static Input open(LadderSpec spec) {
    return Input.open(spec.input(), new Input.Options(TIMEOUT, _ -> {}), new Cancellation());
  }

  public static Outcome run(LadderSpec spec, int lanes, Optional<ContentKey> key) {
    return run(spec, lanes, key, List.of());
  }

  /** On a machine with these GPUs. */
  public static Outcome run(
      LadderSpec spec, int lanes, Optional<ContentKey> key, List<Device> gpus) {
    return run(spec, lanes, key, gpus, TIMEOUT, Optional.empty());
  }

  /** With what processes share of sessions. */
  public static Outcome run(
      LadderSpec spec,
      int lanes,
      Optional<ContentKey> key,
      List<Device> gpus,
      Optional<Engine.Sessions> sessions) {
    return run(spec, lanes, key, gpus, TIMEOUT, sessions);
  }

  /**
   * The same.
   *
   * @param patience how long a GPU may move nothing
   */
  public static Outcome run(
      LadderSpec spec, int lanes, Optional<ContentKey> key, List<Device> gpus, Duration patience) {
    return run(spec, lanes, key, gpus, patience, Optional.empty());
  }

  /** With both. */
  public static Outcome run(
      LadderSpec spec,
      int lanes,
      Optional<ContentKey> key,
      List<Device> gpus,
      Duration patience,
      Optional<Engine.Sessions> sessions) {
    try (Input input = open(spec)) {
      Planning planning =
          LadderPlanner.plan(
              spec, input.info(), Survey.declared().withDevices(gpus), input.indexFor(spec, gpus));
      if (planning instanceof Planning.Refused(List<Failure> reasons)) {
        throw new AssertionError(reasons);
      }
      Engine.Options options =
          new Engine.Options(false, OptionalInt.of(lanes), Optional.empty(), _ -> {}, _ -> {})
              .withPatience(patience);
      Engine.Options keyed = key.map(options::withKey).orElse(options);
      return Engine.execute(
          (Planning.Planned) planning,
          input,
          sessions.map(keyed::withSessions).orElse(keyed),
          new Cancellation());
    }
  }

  /** Runs it, which must succeed. */
  public static Report done(LadderSpec spec, int lanes, Optional<ContentKey> key) {
    return done(run(spec, lanes, key));
  }

  /** The report of a run that must have succeeded. */
  public static Report done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Report report) -> report;
      case Outcome.Failed(Failure failure) -> throw new AssertionError(failure.diagnosis().line());
      case Outcome.Uncuttable(String why) -> throw new AssertionError(why);
      case Outcome.Cancelled _ -> throw new AssertionError("cancelled");
    };
  }

  /** Runs it, which must succeed, without a key and in one lane. */
  public static Report done(LadderSpec spec) {
    return done(spec, 1, Optional.empty());
  }
}
