package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Child;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in several processes, on virtual GPUs whose driver opens only so many encoders. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class SharedSessionsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final List<Process> children = new ArrayList<>();

  private static Path clip(int seconds) {
    return Clips.make(
        "sessions-" + seconds + ".mp4",
        "-f lavfi -i testsrc2=s=320x192:r=25:d="
            + seconds
            + " -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p");
  }

  private static Transcoding job(Path input, Path output, LabMachine machine, Path shared) {
    return Transcoding.of(input, output)
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)))
        .on(machine.gpusOfUnknownLimit())
        .sessions(new Engine.Sessions(shared, MINUTE));
  }

  /** A job that says how it goes, line by line. */
  static final class Job {
    private String last = "";

    public static void main(String[] args) {
      new Job().run(args);
    }

    private void run(String[] args) {
      LabMachine machine = LabMachine.in(Path.of(args[0]));
      Report report =
          job(Path.of(args[2]), Path.of(args[3]), machine, Path.of(args[1]))
              .lanes(Integer.parseInt(args[4]))
              .progress(this::show)
              .run()
              .report();
      System.out.println("tier " + report.plan().tier());
      System.out.println("pictures " + report.tracks().getFirst().packetsOut());
      report.warnings().forEach(line -> System.out.println("warning " + line));
      System.out.println("done");
    }

    private void show(Progress progress) {
      String now =
          progress
              .waiting()
              .map(why -> "waits " + why)
              .orElse(progress.frames() > 0 ? "works" : "");
      if (!now.equals(last)) {
        last = now;
        System.out.println(now);
      }
    }
  }

  private BufferedReader start(LabMachine machine, Path input, int lanes) {
    Process process =
        Child.start(
            Job.class,
            machine.fleet().folder().toString(),
            shared().toString(),
            input.toString(),
            folder.resolve("out-" + children.size() + ".mp4").toString(),
            Integer.toString(lanes));
    children.add(process);
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private Path shared() {
    return folder.resolve("state");
  }

  /** The line that begins so; what comes before it is added to {@code before}. */
  private static String await(BufferedReader from, String begin, List<String> before)
      throws IOException {
    for (String line = from.readLine(); line != null; line = from.readLine()) {
      if (line.startsWith(begin)) {
        return line;
      }
      before.add(line);
    }
    throw new AssertionError("it ended, and said only " + before);
  }

  private static List<String> all(BufferedReader from) throws IOException {
    List<String> lines = new ArrayList<>();
    await(from, "done", lines);
    return lines;
  }

  /** Those that are refused at the same time count each other at first, and then one the less. */
  private void awaitLimit(int limit) throws Exception {
    try (SessionSlots slots = SessionSlots.in(shared())) {
      while (slots.limit().orElse(0) != limit) {
        boolean ended = children.getFirst().waitFor(50, TimeUnit.MILLISECONDS);
        assertThat(ended).as("it ended with the limit at %s", slots.limit()).isFalse();
      }
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : children) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatOneRunsInto_othersWaitFor_andTheDeadWaitForNobody() throws Exception {
    LabMachine machine =
        LabMachine.of(folder.resolve("gpus"), "system sessions 2 21", "* encoder 4");
    BufferedReader first = start(machine, clip(240), 3);
    await(first, "works", new ArrayList<>());
    awaitLimit(2);

    BufferedReader second = start(machine, clip(8), 3);
    assertThat(await(second, "waits", new ArrayList<>()))
        .isEqualTo(
            "waits for 1 encode sessions of NVIDIA L40S: its driver opens 2 at once for all"
                + " programs, as was found");
    children.getFirst().destroyForcibly().waitFor();

    assertThat(all(second))
        .contains("tier FULL_GPU", "pictures 200")
        .noneMatch(line -> line.startsWith("warning"));
  }

  @Test
  void processesShareWhatThereIs() throws Exception {
    LabMachine machine =
        LabMachine.of(folder.resolve("gpus"), "system sessions 3 21", "* encoder 8");
    BufferedReader first = start(machine, clip(40), 6);
    await(first, "works", new ArrayList<>());
    awaitLimit(3);
    BufferedReader second = start(machine, clip(8), 6);

    assertThat(all(second))
        .contains("tier FULL_GPU", "pictures 200")
        .noneMatch(line -> line.startsWith("warning"));
    assertThat(all(first))
        .contains("tier FULL_GPU", "pictures 1000")
        .anyMatch(line -> line.endsWith("it gets its turn when a session is free"));
  }

  @Test
  void aLadderOfMoreRungsThanSessions_goesAnotherWay() throws Exception {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "system sessions 2 21");
    Report report =
        Ladders.done(
            Ladders.run(
                Ladders.of(clip(8), folder.resolve("ladder"), Set.of(Form.FILES), 160, 144, 120),
                1,
                Optional.empty(),
                machine.gpusOfUnknownLimit(),
                MINUTE,
                Optional.of(new Engine.Sessions(shared(), MINUTE))));

    assertThat(report.plan().acceleration().flatMap(gpu -> gpu.encoding())).isEmpty();
    assertThat(report.tracks()).allSatisfy(track -> assertThat(track.packetsOut()).isEqualTo(200));
    try (SessionSlots slots = SessionSlots.in(shared())) {
      assertThat(slots.limit()).hasValue(2);
    }
  }

  @Test
  void oneJob_learnsTheLimit() throws Exception {
    LabMachine machine =
        LabMachine.of(folder.resolve("gpus"), "system sessions 2 21", "* encoder 1");
    Report report =
        job(clip(8), folder.resolve("out.mp4"), machine, shared()).lanes(4).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(report.tracks().getFirst().packetsOut()).isEqualTo(200);
    assertThat(report.warnings())
        .anyMatch(line -> line.endsWith("it gets its turn when a session is free"));
    try (SessionSlots slots = SessionSlots.in(shared())) {
      assertThat(slots.limit()).hasValue(2);
    }
  }

  @Test
  void jobsOfOthers_areNotWaitedForLongerThanAllowed() throws Exception {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    children.add(SessionSlotsTest.Holder.start(shared(), 1));
    Files.writeString(shared().resolve("sessions"), "1 " + Instant.now() + "\n");
    List<String> waits = new ArrayList<>();
    Report report =
        job(clip(8), folder.resolve("out.mp4"), machine, shared())
            .sessions(new Engine.Sessions(shared(), Duration.ofSeconds(1)))
            .progress(progress -> progress.waiting().ifPresent(waits::add))
            .run()
            .report();

    assertThat(report.plan().acceleration().flatMap(gpu -> gpu.encoding())).isEmpty();
    assertThat(report.receipt().notes())
        .anyMatch(note -> note.startsWith("all of it was done again, another way: "));
    assertThat(waits).isNotEmpty();
  }
}
