package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import dev.penstock.model.Urgency;
import dev.penstock.node.journal.Asked;
import dev.penstock.node.journal.Attempt;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Programs;
import dev.penstock.planner.admission.Fleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The flow, with workers that plan and do nothing. */
@Timeout(60)
class TranscodeTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private Journal journal;

  @BeforeEach
  void openJournal() {
    journal = Journal.open(folder.resolve("data"), CLOCK, new Random(1));
    open.add(journal);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /** With a GPU that nothing reads, so that nothing begins there. */
  private LocalMachine machine(long memory) {
    return machine(memory, List.of());
  }

  private LocalMachine idle() {
    return machine(48 * Samples.GIB, List.of(quiet()));
  }

  private static Source quiet() {
    Source.Answer answer =
        new Source.Answer(
            "test",
            Reading.of("here", "a test"),
            List.of(Samples.sample(0, 0, List.of(), List.of())));
    return Samples.source(() -> answer);
  }

  private LocalMachine machine(long memory, List<Source> sources) {
    return machine(memory, Samples.device("NVIDIA 570.1").engines(), sources);
  }

  private LocalMachine machine(long memory, Device.Engines engines, List<Source> sources) {
    Device like = Samples.device("NVIDIA 570.1");
    LocalMachine machine =
        LocalMachine.open(
            List.of(
                new Device(
                    like.identity(),
                    engines,
                    Reading.of(memory, "a test"),
                    like.sessionLimit(),
                    List.of())),
            sources,
            CLOCK);
    open.add(machine);
    return machine;
  }

  private Transcode flow(Machine machine) {
    Flow flow =
        Flow.open(
            journal,
            folder.resolve("data"),
            Programs.of(PlanningWorker.class),
            Backoff.standard(),
            machine,
            new Nobody(),
            List.of(target().toString()));
    open.add(flow);
    return flow.transcode();
  }

  private Path target() {
    return folder.resolve("out.mp4");
  }

  private JobRecord submit(String tenant, String spec) {
    return journal.submit(Asked.job(tenant, spec)).job();
  }

  /** Runs until so many jobs ended. */
  private CountDownLatch ends(int jobs) {
    CountDownLatch left = new CountDownLatch(jobs);
    open.add(
        journal.subscribe(event -> {
          if (Set.of("job.done", "job.failed", "job.quarantined").contains(event.kind())) {
            left.countDown();
          }
        }));
    return left;
  }

  private JobState state(JobRecord job) {
    return journal.find(job.id()).orElseThrow().state();
  }

  @Test
  void whatNoGpuHasRoomFor_isDoneInSoftware() throws Exception {
    CountDownLatch left = ends(1);
    JobRecord job = submit("a", "gpu");
    Transcode _ = flow(machine(64 << 20));

    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(state(job)).isEqualTo(new JobState.Done());
    assertThat(journal.attempts(job.id())).hasSize(1);
    assertThat(journal.attempts(job.id()).getFirst().gpus()).isEmpty();
    assertThat(journal.find(job.id()).orElseThrow().report().orElseThrow())
        .contains("\"known\": 1");
  }

  @Test
  void whatWaitsAtTheHead_holdsUpNothingBehind() throws Exception {
    LocalMachine machine = machine(48 * Samples.GIB);
    machine.drain(Samples.GPU, true);
    JobRecord first = submit("a", "gpu");
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 599; i++) {
        all.add(many.submit(() -> submit("a", "gpu")));
      }
      for (Future<?> each : all) {
        Object _ = each.get();
      }
    }
    CountDownLatch left = ends(2);
    JobRecord one = submit("b", "software");
    JobRecord other = submit("b", "software");
    Transcode _ = flow(machine);

    assertThat(left.await(40, TimeUnit.SECONDS)).isTrue();
    assertThat(state(one)).isEqualTo(new JobState.Done());
    assertThat(state(other)).isEqualTo(new JobState.Done());
    assertThat(state(first)).isEqualTo(new JobState.Queued());
  }

  @Test
  void aJobThatNothingWaitsBeside_hasAllEngines_andOthersHaveOneEach() throws Exception {
    LocalMachine machine = idle();
    machine.drain(Samples.GPU, true);
    JobRecord one = submit("a", "cut");
    JobRecord other = submit("a", "cut");
    Transcode flow = flow(machine);
    while (!waits(flow, one) || !waits(flow, other)) {
      Thread.yield();
    }
    CountDownLatch both = ends(2);
    machine.drain(Samples.GPU, false);
    assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
    // The first to begin, that is; nothing waits beside the last.
    assertThat(List.of(report(one), report(other)))
        .anyMatch(report -> report.contains("\"lanes\": 1"));

    CountDownLatch left = ends(1);
    JobRecord alone = submit("a", "cut");
    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(report(alone)).contains("\"lanes\": 3");
  }

  @Test
  void aJobWithAllEngines_givesThemBack_whenAnotherWaits() throws Exception {
    LocalMachine machine = idle();
    JobRecord first = submit("a", "long");
    Transcode flow = flow(machine);
    while (flow.runningJobs() == 0) {
      Thread.yield();
    }
    CountDownLatch both = ends(2);
    JobRecord second = submit("a", "cut");

    assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(state(second)).isEqualTo(new JobState.Done());
    assertThat(report(first)).contains("\"lanes\": 1");
    assertThat(journal.attempts(first.id()))
        .extracting(Attempt::outcome)
        .containsExactly(Optional.of("yielded"), Optional.of("done"));
    assertThat(journal.attempts(second.id())).as("it does not get what the other gave").hasSize(1);
  }

  @Test
  void whatADecoderFailsOn_isDecodedInSoftware_andEncodedOnTheSameGpu() throws Exception {
    CountDownLatch left = ends(1);
    JobRecord job = submit("a", "undecodable");
    Transcode _ = flow(idle());

    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(state(job)).isEqualTo(new JobState.Done());
    assertThat(report(job)).contains("\"on\": \"" + Samples.GPU + "\"", "\"decoding\": false");
    assertThat(journal.attempts(job.id()))
        .extracting(Attempt::gpus)
        .containsExactly(List.of(Samples.GPU), List.of(Samples.GPU));
  }

  @Test
  void whatDecodersHaveNoRoomFor_isDecodedInSoftware_andEncodedOnTheGpu() throws Exception {
    Reading<Integer> three = Reading.of(3, "a test");
    Device.Engines noDecoders = new Device.Engines(three, Reading.of(0, "a test"), three, three);
    CountDownLatch left = ends(1);
    // At a speed that it has to keep: batch work would do with less of them.
    JobRecord job = journal.submit(Asked.job("gpu", Urgency.LIVE, 50, Optional.empty())).job();
    Transcode _ = flow(machine(48 * Samples.GIB, noDecoders, List.of(quiet())));

    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(report(job)).contains("\"on\": \"" + Samples.GPU + "\"", "\"decoding\": false");
    assertThat(journal.attempts(job.id())).hasSize(1);
  }

  private static boolean waits(Transcode flow, JobRecord job) {
    return flow.why(job.id()).stream().anyMatch(line -> line.contains("drained"));
  }

  private String report(JobRecord job) {
    return journal.find(job.id()).orElseThrow().report().orElseThrow();
  }

  @Test
  void whileGpusAreLookedAt_jobsWait_andAreToldWhy() throws Exception {
    LocalMachine machine = idle();
    List<Device> known = machine.devices();
    machine.know(known, Optional.of("NVENC: did not answer within 10 s"));
    CountDownLatch left = ends(1);
    JobRecord job = submit("a", "gpu");
    Transcode flow = flow(machine);
    while (flow.why(job.id()).isEmpty()) {
      Thread.yield();
    }
    assertThat(flow.why(job.id()))
        .containsExactly("the GPUs are being looked at again: NVENC: did not answer within 10 s");

    machine.know(known, Optional.empty());
    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(journal.attempts(job.id()).getFirst().gpus()).containsExactly(Samples.GPU);
  }

  @Test
  void whatWasBeingWrittenWhenThePowerWent_isRemoved_andWhatIsDoneStays() throws Exception {
    JobRecord job = submit("a", "software");
    JobState.Running running = new JobState.Running(1, "w", List.of(), CLOCK.instant());
    assertThat(journal.change(job.id(), job.sequence(), Step.to(running))).isPresent();
    Path work = Files.createDirectories(folder.resolve("data/work").resolve(job.id().value()));
    Path ofUnknown = Files.createDirectories(work.resolveSibling("0".repeat(26)));
    String run = "penstock-" + Integer.toHexString(work.toAbsolutePath().toString().hashCode());
    Path partial = Files.writeString(folder.resolve(".out.mp4." + run + ".part"), "half");
    Path foreign = Files.writeString(folder.resolve(".out.mp4.penstock-1.part"), "not ours");
    Files.writeString(target(), "another's");
    CountDownLatch left = ends(1);
    Transcode _ = flow(machine(48 * Samples.GIB));

    assertThat(partial).doesNotExist();
    assertThat(ofUnknown).doesNotExist();
    assertThat(foreign).exists();
    assertThat(target()).hasContent("another's");
    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(journal.attempts(job.id()).getFirst().outcome()).contains("lost");
  }

  @Test
  void whatItCannotGoOnAfter_isTold_soThatTheProcessEnds() {
    submit("a", "software");
    Transcode flow = flow(new Broken());
    while (flow.broken().isEmpty()) {
      Thread.yield();
    }
    assertThat(flow.broken().get()).isInstanceOf(StackOverflowError.class);
    assertThat(flow.isAlive(Duration.ofMinutes(1))).isFalse();
  }

  private static final class Broken extends Bare {
    @Override
    public Fleet fleet() {
      throw new StackOverflowError("a test");
    }
  }
}
