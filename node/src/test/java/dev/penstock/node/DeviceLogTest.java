package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.http.DeviceHistory;
import dev.penstock.node.http.Devices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeviceLogTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final AtomicReference<List<Devices.Status>> devices =
      new AtomicReference<>(List.of(device("a"), device("b")));
  private final DeviceLog log = new DeviceLog(devices::get, now::get);

  private static Devices.Status device(String key) {
    return new Devices.Status(
        key,
        key,
        "nvidia",
        Devices.State.READY,
        Optional.empty(),
        Optional.of(40.0),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private void look(Duration span) {
    for (Duration at = Duration.ZERO; at.compareTo(span) < 0; at = at.plus(DeviceLog.PERIOD)) {
      now.updateAndGet(was -> was.plus(DeviceLog.PERIOD));
      log.look();
    }
  }

  @Test
  void aQuarterOfAnHour_isKept_andNoMore() {
    look(Duration.ofHours(1));
    for (DeviceHistory.Series each : log.page().devices()) {
      assertThat(each.samples()).hasSize(180);
      assertThat(each.samples().getLast().at()).isEqualTo(now.get());
      assertThat(each.samples().getFirst().at()).isAfter(now.get().minus(DeviceLog.KEPT));
    }
    assertThat(log.page().period()).isEqualTo(5);
  }

  @Test
  void aDeviceThatIsGone_isForgottenAfterThat() {
    look(Duration.ofMinutes(1));
    devices.set(List.of(device("a")));
    look(Duration.ofMinutes(14));
    assertThat(log.page().devices()).hasSize(2);
    look(Duration.ofMinutes(2));
    assertThat(log.page().devices()).extracting(DeviceHistory.Series::key).containsExactly("a");
  }
}
