package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.hardware.health.Verdict.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HealthTest {
  private static final String DEVICE = "0000:01:00.0";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static Vitals hot(double celsius, int secondsAgo) {
    return sample(secondsAgo, OptionalDouble.of(celsius), 0, OptionalInt.empty(), false);
  }

  private static Vitals slowed(long reasons, int secondsAgo) {
    return sample(secondsAgo, OptionalDouble.empty(), reasons, OptionalInt.empty(), false);
  }

  private static Vitals asking(int action, int secondsAgo) {
    return sample(secondsAgo, OptionalDouble.empty(), 0, OptionalInt.of(action), false);
  }

  private static Vitals lost(boolean lost, int secondsAgo) {
    return sample(secondsAgo, OptionalDouble.empty(), 0, OptionalInt.empty(), lost);
  }

  private static Vitals sample(
      int secondsAgo, OptionalDouble celsius, long reasons, OptionalInt action, boolean lost) {
    return new Vitals(
        DEVICE,
        NOW.minusSeconds(secondsAgo),
        celsius,
        OptionalDouble.of(90),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.of(reasons),
        action,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        lost,
        false);
  }

  private static KernelEvent xid(int code, Duration ago) {
    return line("NVRM: Xid (PCI:0000:01:00): " + code + ", pid=5, name=ffmpeg, Ch 1", ago);
  }

  private static KernelEvent line(String message, Duration ago) {
    Instant boot = NOW.minus(Duration.ofDays(30));
    KernelLog log =
        new KernelLog(
            Catalogue.standard(),
            new LogClock(NOW, Optional.of(boot), ZoneOffset.UTC),
            Trust.KMSG,
            Map.of());
    long micros = Duration.between(boot, NOW.minus(ago)).toNanos() / 1000;
    return log.accept("3,1," + micros + ",-;" + message).getFirst();
  }

  private static Verdict judge(List<Vitals> samples, List<KernelEvent> events, Repair... repairs) {
    Verdict verdict =
        Health.judge(samples, events, List.of(repairs), Thresholds.standard(), NOW).get(DEVICE);
    assertThat(verdict).isNotNull();
    return verdict;
  }

  private static Level level(List<KernelEvent> events, Repair... repairs) {
    return judge(List.of(Vitals.answering(DEVICE, NOW)), events, repairs).level();
  }

  // ---- states

  @ParameterizedTest
  @CsvSource({
    "70, HEALTHY",
    "79, HEALTHY",
    "85, DEGRADED",
    "89, DEGRADED",
    "90, SUSPECT",
    "95, SUSPECT"
  })
  void temperature_isJudgedAgainstTheDevicesOwnLimit(double celsius, Level level) {
    assertThat(judge(List.of(hot(celsius, 0)), List.of()).level()).isEqualTo(level);
  }

  @Test
  void heat_endsLowerThanItBegins() {
    assertThat(judge(List.of(hot(86, 20), hot(82, 0)), List.of()).level())
        .isEqualTo(Level.DEGRADED);
    assertThat(judge(List.of(hot(82, 0)), List.of()).level()).isEqualTo(Level.HEALTHY);
    Verdict cool = judge(List.of(hot(86, 20), hot(79, 10), hot(82, 0)), List.of());
    assertThat(cool.level()).isEqualTo(Level.HEALTHY);
  }

  @Test
  void heat_isSinceItBegan() {
    assertThat(judge(List.of(hot(86, 20), hot(88, 10), hot(82, 0)), List.of()).since())
        .isEqualTo(NOW.minusSeconds(20));
  }

  @Test
  void slowingDown_countsWhenItIsOften() {
    List<Vitals> samples = new ArrayList<>();
    IntStream.range(0, 600).forEach(i -> samples.add(slowed(i % 60 == 0 ? 0x80 : 0x4, 600 - i)));
    assertThat(judge(samples, List.of()).level()).isEqualTo(Level.SUSPECT);
    List<Vitals> once = new ArrayList<>();
    IntStream.range(0, 600).forEach(i -> once.add(slowed(i == 300 ? 0x80 : 0x4, 600 - i)));
    assertThat(judge(once, List.of()).level()).isEqualTo(Level.HEALTHY);
  }

  @Test
  void slowingDown_endsWhenItIsRare() {
    List<Vitals> samples = new ArrayList<>();
    IntStream.range(0, 2000)
        .forEach(i -> samples.add(slowed(i < 600 && i % 30 == 0 ? 8 : 0, 2000 - i)));
    assertThat(judge(samples.subList(0, 700), List.of()).level()).isEqualTo(Level.SUSPECT);
    assertThat(judge(samples, List.of()).level()).isEqualTo(Level.HEALTHY);
  }

  @ParameterizedTest
  @CsvSource({"0, HEALTHY", "1, SUSPECT", "2, LOST", "3, DEGRADED", "4, SUSPECT", "5, DEGRADED"})
  void whatTheDriverAsksFor_isTaken_andEnds(int action, Level level) {
    assertThat(judge(List.of(asking(action, 0)), List.of()).level()).isEqualTo(level);
    assertThat(judge(List.of(asking(action, 10), asking(0, 0)), List.of()).level())
        .isEqualTo(Level.HEALTHY);
  }

  @Test
  void aLostDevice_isBackAfterSeveralGoodSamples() {
    assertThat(judge(List.of(lost(true, 3), lost(false, 2), lost(false, 1)), List.of()).level())
        .isEqualTo(Level.LOST);
    assertThat(
            judge(List.of(lost(true, 4), lost(false, 3), lost(false, 2), lost(false, 1)), List.of())
                .level())
        .isEqualTo(Level.HEALTHY);
  }

  @Test
  void memoryThatCannotBeRepaired_isSuspect_andEndsWithTheState() {
    Vitals failed =
        new Vitals(
            DEVICE,
            NOW,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            Optional.of(true),
            Optional.of(true),
            OptionalLong.of(2),
            false,
            false);
    Verdict verdict = judge(List.of(failed), List.of());
    assertThat(verdict.level()).isEqualTo(Level.SUSPECT);
    assertThat(verdict.because().stream().map(Verdict.Condition::id))
        .containsExactlyInAnyOrder("remap-failure", "uncorrected-errors", "remap-pending");
  }

  // ---- events

  @ParameterizedTest
  @CsvSource({
    "79, LOST", "119, SUSPECT", "95, SUSPECT", "48, SUSPECT", "31, DEGRADED", "47, DEGRADED",
    "63, HEALTHY", "45, HEALTHY", "14, HEALTHY", "999, HEALTHY", "167, LOST", "109, SUSPECT"
  })
  void oneEvent_weighsAsItsRowSays(int code, Level level) {
    assertThat(level(List.of(xid(code, Duration.ofMinutes(1))))).isEqualTo(level);
  }

  @Test
  void aLostSession_isForgottenAfterAWhile_aLostDeviceIsNot() {
    assertThat(level(List.of(xid(47, Duration.ofMinutes(11))))).isEqualTo(Level.HEALTHY);
    assertThat(level(List.of(xid(79, Duration.ofDays(3))))).isEqualTo(Level.LOST);
  }

  @Test
  void anEncoderThatFailsAgain_mustBeReset_andThenIsLookedAtAnew() {
    List<KernelEvent> twice =
        List.of(xid(47, Duration.ofMinutes(9)), xid(65, Duration.ofMinutes(1)));
    assertThat(level(twice)).isEqualTo(Level.SUSPECT);
    assertThat(level(twice, new Repair(DEVICE, NOW.minusSeconds(30), Repair.Kind.RESET)))
        .isEqualTo(Level.HEALTHY);
    assertThat(level(List.of(xid(47, Duration.ofMinutes(40)), xid(47, Duration.ofMinutes(1)))))
        .isEqualTo(Level.DEGRADED);
  }

  @Test
  void aReset_doesNotBringBackWhatFellOffTheBus_aRestartDoes() {
    List<KernelEvent> gone = List.of(xid(79, Duration.ofMinutes(5)));
    assertThat(level(gone, new Repair(DEVICE, NOW.minusSeconds(60), Repair.Kind.RESET)))
        .isEqualTo(Level.LOST);
    assertThat(level(gone, new Repair(DEVICE, NOW.minusSeconds(60), Repair.Kind.REBOOT)))
        .isEqualTo(Level.HEALTHY);
  }

  /** Lines of a log, a second after another, the last ten seconds ago. */
  private static List<KernelEvent> log(String... lines) {
    List<KernelEvent> events = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      events.add(line(lines[i], Duration.ofSeconds(10 + lines.length - i)));
    }
    return events;
  }

  private static final String AMD = "amdgpu 0000:01:00.0: amdgpu: ";
  private static final String INTEL = "i915 0000:01:00.0: [drm] ";
  private static final String XID = "NVRM: Xid (PCI:0000:01:00): ";
  private static final String LOADED =
      "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024";
  private static final String BOOT = "Linux version 6.8.0-53-generic (buildd@lcy02) #55-Ubuntu SMP";

  static List<Arguments> resets() {
    return List.of(
        arguments(Level.SUSPECT, List.of(AMD + "GPU reset begin!")),
        arguments(
            Level.HEALTHY, List.of(AMD + "GPU reset begin!", AMD + "GPU reset(1) succeeded!")),
        arguments(
            Level.HEALTHY,
            List.of(
                AMD + "GPU reset begin!",
                AMD + "VRAM is lost due to GPU reset!",
                AMD + "GPU reset(1) succeeded!")),
        arguments(Level.LOST, List.of(AMD + "GPU reset begin!", AMD + "GPU reset(1) failed")),
        arguments(
            Level.SUSPECT,
            List.of(
                AMD + "GPU reset begin!",
                AMD + "GPU reset(1) succeeded!",
                AMD + "GPU reset begin!")),
        arguments(
            Level.SUSPECT,
            List.of(
                AMD + "GPU reset begin!",
                AMD.replace("01:00.0", "02:00.0") + "GPU reset(1) succeeded!")),
        arguments(
            Level.SUSPECT,
            List.of(INTEL + "vcs0 reset request timed out: {request: 00000001, RESET_CTL: 1}")),
        arguments(
            Level.HEALTHY,
            List.of(
                INTEL + "vcs0 reset request timed out: {request: 00000001, RESET_CTL: 1}",
                INTEL + "Resetting chip for GuC failed to reset engine mask=0x1")),
        arguments(Level.SUSPECT, List.of(XID + "119, Timeout waiting for RPC from GSP!")),
        arguments(Level.HEALTHY, List.of(XID + "119, Timeout waiting for RPC from GSP!", LOADED)),
        arguments(Level.SUSPECT, List.of(LOADED, XID + "119, Timeout waiting for RPC from GSP!")),
        arguments(Level.LOST, List.of(XID + "79, GPU has fallen off the bus.", LOADED)),
        arguments(Level.HEALTHY, List.of(XID + "79, GPU has fallen off the bus.", BOOT)),
        arguments(Level.SUSPECT, List.of(AMD + "GPU reset begin!", LOADED)),
        arguments(
            Level.HEALTHY,
            List.of(
                AMD + "GPU reset begin!",
                "[drm] Initialized amdgpu 3.57.0 for 0000:01:00.0 on minor 1")));
  }

  @ParameterizedTest
  @MethodSource("resets")
  void aReset_aReloadAndAStart_endWhatWasBefore(Level level, List<String> lines) {
    assertThat(level(log(lines.toArray(String[]::new)))).isEqualTo(level);
  }

  @Test
  void linesOfOneSecond_areInTheOrderOfTheLog() {
    KernelEvent begin = line(AMD + "GPU reset begin!", Duration.ofSeconds(10));
    KernelEvent done = line(AMD + "GPU reset(1) succeeded!", Duration.ofSeconds(10));

    assertThat(level(List.of(begin, done))).isEqualTo(Level.HEALTHY);
    assertThat(level(List.of(done, begin))).isEqualTo(Level.SUSPECT);
  }

  @Test
  void fallingOffTheBusAgain_isHardware_despiteTheRestart() {
    Verdict verdict =
        judge(
            List.of(Vitals.answering(DEVICE, NOW)),
            List.of(xid(79, Duration.ofDays(2)), xid(79, Duration.ofHours(1))),
            new Repair(DEVICE, NOW.minus(Duration.ofDays(1)), Repair.Kind.REBOOT),
            new Repair(DEVICE, NOW.minus(Duration.ofMinutes(30)), Repair.Kind.REBOOT));
    assertThat(verdict.level()).isEqualTo(Level.SUSPECT);
    assertThat(verdict.because().getFirst().actions()).contains("reseat");
  }

  @Test
  void theState_beatsTheEvent() {
    List<KernelEvent> timeout = List.of(xid(109, Duration.ofMinutes(5)));
    List<Vitals> asksNothing = List.of(asking(0, 60), asking(0, 40), asking(0, 20));
    assertThat(judge(asksNothing, timeout).level()).isEqualTo(Level.HEALTHY);
    assertThat(judge(asksNothing.subList(0, 2), timeout).level()).isEqualTo(Level.SUSPECT);
    assertThat(judge(asksNothing, List.of(xid(95, Duration.ofMinutes(5)))).level())
        .isEqualTo(Level.SUSPECT);
  }

  @Test
  void manyBursts_areBrokenHardware_oneBurstIsNot() {
    List<KernelEvent> bursts = new ArrayList<>();
    List<KernelEvent> burst = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      bursts.add(xid(119, Duration.ofHours(i)));
      burst.add(xid(119, Duration.ofHours(1).plusSeconds(i)));
    }
    Repair reset = new Repair(DEVICE, NOW.minusSeconds(60), Repair.Kind.RESET);
    assertThat(level(bursts, reset)).isEqualTo(Level.SUSPECT);
    assertThat(level(burst, reset)).isEqualTo(Level.HEALTHY);
  }

  @Test
  void aMessageNobodyHasCaptured_takesNoDeviceAway() {
    KernelEvent lost =
        line("amdgpu 0000:01:00.0: amdgpu: device lost from bus!", Duration.ofMinutes(1));
    assertThat(lost.severity()).isEqualTo(Severity.NODE);
    assertThat(level(List.of(lost))).isEqualTo(Level.HEALTHY);
  }

  @Test
  void devices_areJudgedApart() {
    Map<String, Verdict> verdicts =
        Health.judge(
            List.of(Vitals.answering("0000:02:00.0", NOW)),
            List.of(xid(79, Duration.ofMinutes(1))),
            List.of(),
            Thresholds.standard(),
            NOW);
    assertThat(verdicts.get(DEVICE)).extracting(Verdict::level).isEqualTo(Level.LOST);
    assertThat(verdicts.get("0000:02:00.0")).extracting(Verdict::level).isEqualTo(Level.HEALTHY);
  }
}
