package dev.penstock.node;

import static dev.penstock.node.Samples.GPU;
import static dev.penstock.node.Samples.sample;
import static dev.penstock.node.Samples.session;
import static dev.penstock.node.Samples.source;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Source.Answer;
import dev.penstock.model.GpuUse;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Why;
import dev.penstock.node.journal.Journal;
import dev.penstock.planner.admission.Corrections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMachineTest {
  private static final Corrections.Key KEY =
      new Corrections.Key("NVIDIA L40S", "NVIDIA 570.1", "h264_nvenc", "p4", 1080);
  private static final Corrections.Key OLD =
      new Corrections.Key("NVIDIA L40S", "NVIDIA 560.1", "h264_nvenc", "p4", 1080);

  @TempDir Path folder;

  @Test
  void whatWasLearnt_isThereAgain_andIsForgottenWithTheDriver() {
    Corrections known = twice(KEY).with(twice(OLD));
    try (Journal journal = journal()) {
      new Learnt(journal.settings(), Optional.empty()).save(known);
    }
    try (Journal journal = journal();
        LocalMachine machine =
            LocalMachine.open(
                List.of(Samples.device("NVIDIA 570.1")),
                List.of(),
                new Learnt(journal.settings(), Optional.empty()),
                InstantSource.system())) {
      assertThat(machine.corrections().of(KEY)).isEqualTo(known.of(KEY));
      assertThat(machine.corrections().of(OLD)).as("of the driver before").isEmpty();
      assertThat(machine.costs(Optional.of(GPU)).corrections()).isEqualTo(machine.corrections());
    }
  }

  @Test
  void whatWasMeasured_countsWhereItIsNewer() throws IOException {
    Path file = folder.resolve("state/capacity.json");
    Corrections measured = Corrections.NONE.observed(KEY, encoders(100), encoders(50));
    try (Journal journal = journal()) {
      Learnt learnt = new Learnt(journal.settings(), Optional.of(file));
      learnt.save(twice(KEY));
      assertThat(learnt.load()).as("no file").isEqualTo(twice(KEY));

      Learnt.write(file, new Learnt.Measured(Instant.EPOCH, measured));
      assertThat(learnt.load()).isEqualTo(twice(KEY));
      Learnt.write(file, new Learnt.Measured(Instant.now().plusSeconds(60), measured));
      assertThat(learnt.load()).isEqualTo(measured);
      Files.writeString(file, "{");
      assertThat(learnt.load()).as("a file that is none").isEqualTo(twice(KEY));
    }
  }

  @Test
  void nonsenseInTheJournal_isNotCountedOn() {
    try (Journal journal = journal()) {
      Learnt learnt = new Learnt(journal.settings(), Optional.empty());
      journal
          .settings()
          .put(
              Learnt.NAME,
              "{\"factors\":{\""
                  + KEY
                  + "\":{\"count\":3,\"encoders\":0,\"decoders\":-1,\"shaders\":1e300,"
                  + "\"memory\":1.5}}}",
              "somebody");

      Corrections.Factors factors = learnt.load().of(KEY).orElseThrow();
      assertThat(factors).isEqualTo(new Corrections.Factors(3, 1, 1, 4, 1.5, 1, 1));
    }
  }

  @Test
  void sessionsOfWorkers_areTold_andOthersAreForeign() throws Exception {
    Process worker = new ProcessBuilder("sleep", "60").start();
    LinkedBlockingQueue<LocalMachine.Sighting> seen = new LinkedBlockingQueue<>();
    GpuSample busy =
        sample(5, 5, List.of(), List.of(session(worker.pid(), 1280, 720), session(1, 640, 360)));
    try (LocalMachine machine =
        LocalMachine.open(
            List.of(Samples.device("NVIDIA 570.1")),
            List.of(source(() -> answer(busy))),
            InstantSource.system())) {
      machine.watch(seen::add);

      LocalMachine.Sighting sighting = seen.poll(10, TimeUnit.SECONDS);
      assertThat(sighting).isNotNull();
      assertThat(sighting.gpu()).isEqualTo(GPU);
      assertThat(sighting.sessions()).contains("1280x720 H.264");
      GpuUse use = machine.fleet().use(GPU).orElseThrow();
      assertThat(use.sessions().toOptional()).hasValue(2);
      assertThat(use.foreignSessions().toOptional().orElse(1)).isEqualTo(1);
      assertThat(machine.fleet().host().capacity()).isPositive();
    } finally {
      worker.destroyForcibly();
    }
  }

  @Test
  void aGpuThatIsNotAmongThoseRead_isUnknown_andTellsWhy() {
    Reading<Integer> missing = unread(new Answer("NVML", absent(Why.MISSING), List.of()));
    Reading<Integer> hung = unread(new Answer("NVML", absent(Why.HUNG), List.of()));
    GpuSample other = sample(0, 0, List.of(), List.of());
    Reading<Integer> gone = unread(answer(elsewhere(other)));

    assertThat(missing).isInstanceOfSatisfying(Absent.class, a -> is(a, Why.MISSING));
    assertThat(hung).isInstanceOfSatisfying(Absent.class, a -> is(a, Why.HUNG));
    assertThat(gone).isInstanceOfSatisfying(Absent.class, a -> is(a, Why.FAILED));
  }

  private static void is(Absent<?> absent, Why why) {
    assertThat(absent.why()).isEqualTo(why);
    assertThat(absent.text()).isNotEmpty();
  }

  private static GpuSample elsewhere(GpuSample sample) {
    return new GpuSample(
        new GpuSample.GpuId(
            GpuSample.Vendor.NVIDIA,
            1,
            Reading.of("other", "a test"),
            Reading.of("GPU-2", "a test"),
            Reading.of("0000:41:00.0", "a test")),
        sample.engines(),
        sample.sessions(),
        sample.processes(),
        sample.memory(),
        sample.bus(),
        sample.thermal(),
        sample.power(),
        sample.clocks(),
        sample.health(),
        sample.fault());
  }

  private static Reading<Integer> unread(Answer answer) {
    try (LocalMachine machine =
        LocalMachine.open(
            List.of(Samples.device("NVIDIA 570.1")),
            List.of(source(() -> answer)),
            InstantSource.system())) {
      return machine.fleet().use(GPU).orElseThrow().encoders();
    }
  }

  private static Answer answer(GpuSample sample) {
    return new Answer("NVML", Reading.of("570", "a test"), List.of(sample));
  }

  private static Reading<String> absent(Why why) {
    return Reading.absent(why, "libnvidia-ml.so.1", "answered " + why);
  }

  private static Corrections twice(Corrections.Key key) {
    return Corrections.NONE.observed(key, encoders(100), encoders(200));
  }

  private static Load encoders(long amount) {
    return Load.of(Dimension.ENCODER, amount);
  }

  private Journal journal() {
    return Journal.open(folder.resolve("journal"), InstantSource.system(), new Random(1));
  }
}
