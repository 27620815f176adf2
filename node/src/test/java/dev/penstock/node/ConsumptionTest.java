package dev.penstock.node;

import static dev.penstock.node.Samples.GIB;
import static dev.penstock.node.Samples.GPU;
import static dev.penstock.node.Samples.load;
import static dev.penstock.node.Samples.process;
import static dev.penstock.node.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.model.Device;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Plan;
import dev.penstock.model.Progress;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.Corrections.Factors;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.CostModel.Part;
import dev.penstock.planner.admission.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is made of what is seen of jobs. */
class ConsumptionTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long CONTEXT = GIB / 2;
  private static final long WORKER = 77;
  private static final Device DEVICE = Samples.device("NVIDIA 570.1");
  private static final JobId ONE = new JobId("01HZZZZZZZZZZZZZZZZZZZZZZ1");
  private static final JobId TWO = new JobId("01HZZZZZZZZZZZZZZZZZZZZZZ2");

  private Instant now = START;
  private final Consumption consumption = new Consumption(Corrections.NONE, CONTEXT, () -> now);

  /** Three engines of which each does 330 of 1080p: 30 a second are 3 % of all. */
  @Test
  void aJobThatIsAlone_teachesWhatItTakes() {
    begins(ONE, Works.gpu(), List.of(GPU));
    for (int second = 0; second <= 10; second++) {
      // Twice as fast as its source, and 12 % of three engines: 180 thousandths at its pace.
      at(ONE, 2 * second);
      reads(process(WORKER, CONTEXT + GIB, load(Engine.ENCODER, 12), load(Engine.DECODER, 9)));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);

    Part rendition = Works.parts(Works.gpu(), List.of(GPU)).get(1);
    double wanted = 180.0 / rendition.load().encoders();
    assertThat(factors(rendition).encoders()).isCloseTo(Math.pow(wanted, 0.2), within(0.02));
    assertThat(factors(rendition).memory()).as("more is learnt fast").isGreaterThan(1.3);
    assertThat(factors(rendition).cores()).as("nobody told").isEqualTo(1);
  }

  @Test
  void twoThatAreAlike_areHalfOfIt() {
    begins(ONE, Works.gpu(), List.of(GPU));
    begins(TWO, Works.gpu(), List.of(GPU));
    for (int second = 0; second <= 10; second++) {
      at(ONE, second);
      at(TWO, second);
      reads(process(WORKER, CONTEXT + GIB, load(Engine.ENCODER, 12)));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);

    Part rendition = Works.parts(Works.gpu(), List.of(GPU)).get(1);
    double wanted = 180.0 / rendition.load().encoders();
    assertThat(factors(rendition).encoders()).isCloseTo(Math.pow(wanted, 0.2), within(0.02));
  }

  @Test
  void whoseItIs_isNotGuessed() {
    begins(ONE, Works.gpu(), List.of(GPU));
    begins(TWO, Works.other(), List.of(GPU));
    for (int second = 0; second <= 10; second++) {
      at(ONE, second);
      at(TWO, second);
      reads(process(WORKER, CONTEXT + GIB, load(Engine.ENCODER, 12)));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);
    consumption.ended(TWO);

    assertThat(consumption.corrections()).isEqualTo(Corrections.NONE);
  }

  /** A game on the same card, of whose part the driver says nothing. */
  @Test
  void whatOthersTake_isNotLaidToAJob() {
    begins(ONE, Works.gpu(), List.of(GPU));
    for (int second = 0; second <= 10; second++) {
      at(ONE, second);
      reads(process(WORKER, CONTEXT), process(4711, 8 * GIB));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);

    assertThat(consumption.corrections()).isEqualTo(Corrections.NONE);
  }

  @Test
  void aJobOfAMoment_teachesNothing() {
    begins(ONE, Works.gpu(), List.of(GPU));
    for (int second = 0; second <= 2; second++) {
      at(ONE, second);
      reads(process(WORKER, CONTEXT, load(Engine.ENCODER, 50)));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);

    assertThat(consumption.corrections()).isEqualTo(Corrections.NONE);
  }

  @Test
  void software_isLearntFromTheTimeOfItsWorker() {
    begins(ONE, Works.software(), List.of());
    long expected =
        Works.parts(Works.software(), List.of()).stream()
            .mapToLong(part -> part.load().cores())
            .sum();
    for (int second = 0; second <= 10; second++) {
      at(ONE, second);
      consumption.said(
          ONE,
          new FromWorker.Heartbeat(
              1, Duration.ofMillis(second * (2 * expected + CostModel.around()))));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);

    assertThat(Works.parts(Works.software(), List.of()))
        .allSatisfy(
            part -> assertThat(factors(part).cores()).isCloseTo(Math.pow(2, 0.2), within(0.02)));
  }

  /** Hours of a live channel count long before it ends, and however mad readings are. */
  @Test
  void madReadings_moveItWithinReason() {
    begins(ONE, Works.gpu(), List.of(GPU));
    for (int second = 0; second <= 4000; second++) {
      at(ONE, second);
      reads(process(WORKER, Long.MAX_VALUE / 4, load(Engine.ENCODER, 1_000_000)));
      now = now.plusSeconds(1);
    }

    Part rendition = Works.parts(Works.gpu(), List.of(GPU)).get(1);
    assertThat(factors(rendition).encoders()).isEqualTo(4);
    assertThat(factors(rendition).memory()).isEqualTo(4);
    Load counted =
        new CostModel(Figures.of(DEVICE), consumption.corrections(), 8)
            .demand(
                Works.gpu(),
                Optional.of(Works.FOOTAGE),
                new dev.penstock.planner.admission.Pace.RealTime(1),
                1)
            .onGpu();
    assertThat(counted.of(Dimension.ENCODER)).isBetween(1L, 5 * rendition.load().encoders());
  }

  /**
   * Two of one model, of which one is slower: what is learnt of it is not held against the other.
   */
  @Test
  void aSlowerGpu_isToldFromItsLike_andANewOneBeginsAsItsModel() {
    Device slow = like("GPU-slow", "0000:41:00.0");
    Device fast = like("GPU-fast", "0000:61:00.0");
    for (int round = 0; round < 40; round++) {
      // As expected on the one, twice that on the other, whichever the plan was for.
      runs(fast, 3);
      runs(slow, 6);
    }
    Corrections learnt = consumption.corrections();
    long onFast = encoders(fast, learnt);
    long onSlow = encoders(slow, learnt);
    long onNew = encoders(like("GPU-new", "0000:81:00.0"), learnt);

    assertThat((double) onSlow / onFast).isCloseTo(2, within(0.1));
    assertThat(onNew).isBetween(onFast + 1, onSlow - 1);
    assertThat(encoders(DEVICE, Corrections.NONE)).isEqualTo(encoders(fast, Corrections.NONE));
  }

  private static Device like(String uuid, String pci) {
    Device.Identity who = DEVICE.identity();
    return new Device(
        new Device.Identity(
            who.name(),
            who.vendor(),
            Optional.of(uuid),
            Optional.of(pci),
            who.renderNode(),
            who.nvml(),
            who.cuda(),
            who.driver()),
        DEVICE.engines(),
        DEVICE.memory(),
        DEVICE.sessionLimit(),
        DEVICE.capabilities());
  }

  private void runs(Device device, int percent) {
    begins(ONE, Works.gpu(), List.of(device.identity().key()));
    for (int second = 0; second <= 4; second++) {
      at(ONE, second);
      consumption.read(
          now,
          device,
          sample(
              percent,
              9,
              List.of(process(WORKER, CONTEXT + GIB, load(Engine.ENCODER, percent))),
              List.of()),
          Set.of(WORKER));
      now = now.plusSeconds(1);
    }
    consumption.ended(ONE);
  }

  private static long encoders(Device device, Corrections learnt) {
    return new CostModel(Figures.of(device), learnt, 8)
        .demand(
            Works.gpu(),
            Optional.of(Works.FOOTAGE),
            new dev.penstock.planner.admission.Pace.RealTime(1),
            1)
        .onGpu()
        .encoders();
  }

  private void begins(JobId job, Plan plan, List<String> gpus) {
    consumption.begun(job, Works.parts(plan, gpus), gpus);
  }

  private void at(JobId job, int seconds) {
    consumption.said(
        job,
        new FromWorker.Progress(
            1,
            FromWorker.Phase.ENCODING,
            Optional.of(
                new Progress(
                    OptionalDouble.empty(),
                    0,
                    0,
                    0,
                    Duration.ofSeconds(seconds),
                    Duration.ZERO,
                    0,
                    0,
                    Optional.empty()))));
  }

  private void reads(GpuProcess... processes) {
    consumption.read(now, DEVICE, sample(12, 9, List.of(processes), List.of()), Set.of(WORKER));
  }

  private Factors factors(Part part) {
    return consumption.corrections().of(part.key()).orElseThrow();
  }
}
